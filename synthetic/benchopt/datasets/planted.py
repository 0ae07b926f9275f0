"""The problems of ``synthetic.problems``, a data set a repetition."""

from __future__ import annotations

from typing import Any

from benchopt import BaseDataset

from synthetic.problems import REGISTRY


class Dataset(BaseDataset):
    """One data set with planted structure."""

    name = "planted"
    parameters = {"problem": ["SeparatedLogistic", "NoisyLogistic", "Lasso"]}  # noqa: RUF012  # a grid, as benchopt wants it
    test_parameters = {"problem": ["Lasso"]}  # noqa: RUF012

    def get_data(self) -> dict[str, Any]:
        seed = self.get_seed(use_repetition=True)
        return {"instance": REGISTRY[self.problem]().instance([seed]), "seed": seed}
