"""One data set, many runs."""

from __future__ import annotations

from typing import Any

from synthetic.experiments.data_sets import DataSets


class Sampling(DataSets):
    """As DataSets, with 20 sampling seeds on one data set: how much of the spread is the sampling's."""

    def seeds(self, seeds: tuple[int, ...]) -> dict[str, Any]:
        return {"run_seeds": seeds}
