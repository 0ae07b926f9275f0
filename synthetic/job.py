"""A job: one configuration of the benchmark, all seeds of it, as plain data that says everything about its result."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Job:
    """One problem, one method, one batch size and way of sampling; run for each of ``data_seeds`` times ``run_seeds``.

    ``problem`` and ``method`` are registered names, ``parameters`` and ``settings`` what differs from their defaults. ``batch``
    is the number of samples a step; None is the whole set, every time. ``sampling`` is "independent" (each sample drawn with
    replacement) or "reshuffled" (each epoch a new order, of which a last part shorter than a batch is left out).
    """

    problem: str
    method: str
    batch: int | None
    epochs: int
    parameters: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    sampling: str = "independent"
    data_seeds: tuple[int, ...] = (0,)
    run_seeds: tuple[int, ...] = (0,)
    experiment: str = ""

    def __post_init__(self) -> None:
        for name in ("data_seeds", "run_seeds"):
            seeds = tuple(getattr(self, name))
            if not seeds or not all(isinstance(seed, int) and seed >= 0 for seed in seeds) or len(set(seeds)) < len(seeds):
                raise ValueError(f"Job: {name} must be different integers >= 0, at least one; got {seeds}")
            object.__setattr__(self, name, seeds)
        for name, least in (("batch", 1), ("epochs", 1)):
            value = getattr(self, name)
            if not (value is None and name == "batch") and (not isinstance(value, int) or value < least):
                raise ValueError(f"Job: {name} must be an integer >= {least}; got {value!r}")
        if self.sampling not in ("independent", "reshuffled"):
            raise ValueError(f"Job: sampling must be 'independent' or 'reshuffled'; got {self.sampling!r}")

    def as_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return asdict(self)
