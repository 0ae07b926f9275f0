"""What a problem is: plain parameters, and a data set for every seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from numbers import Integral
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from synthetic.problems.instance import Instance
from synthetic.settings import check
from verify.names import register

REGISTRY: dict[str, type[Problem]] = {}


@dataclass(frozen=True)
class Problem:
    """Base of all problems. Fields are numbers, strings and booleans with defaults; a subclass draws data sets in
    :meth:`instance`.

    What is named in ``sizes`` must be an integer >= 1, and at most what ``among`` says where that names it; other fields are
    what their annotation of :mod:`synthetic.settings` allows. ValueError or TypeError otherwise.

    ``covered``: the hypotheses of the papers' theorems hold (a smooth loss with Lipschitz gradient, bounded noise variance).
    ``costly``: certifying takes so long that the reference is kept on disk.
    """

    sizes: ClassVar[tuple[str, ...]] = ("samples", "dimension", "active")
    among: ClassVar[dict[str, str]] = {"active": "dimension"}
    covered: ClassVar[bool] = True
    costly: ClassVar[bool] = False

    def __post_init__(self) -> None:
        present = {field.name for field in fields(self)}
        for name in (name for name in self.sizes if name in present):
            value, whole = getattr(self, name), getattr(self, self.among.get(name, ""), None)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{self.name}: {name} must be an integer >= 1; got {value!r}")
            if whole is not None and value > whole:
                raise ValueError(f"{self.name}: {name} must be at most {self.among[name]}, {whole}; got {value}")
        check(self)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        register(REGISTRY, cls, "a problem")

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def parameters(self) -> dict[str, Any]:
        """The fields, as JSON takes them."""
        return asdict(self)

    def files(self) -> Sequence[Path]:
        """What data sets are read from, besides the seed."""
        return ()

    def instance(self, seeds: Sequence[int]) -> Instance:
        """One data set a seed, the same whatever other seeds are in the batch."""
        raise NotImplementedError

    @staticmethod
    def generators(seeds: Sequence[int]) -> list[np.random.Generator]:
        """One generator a seed."""
        return [np.random.default_rng(seed) for seed in seeds]
