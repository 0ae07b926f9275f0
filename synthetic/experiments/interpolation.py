"""Controls: where proximal SGD identifies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments.base import Experiment, among
from synthetic.figures.panels import against, final, groups, identified, where
from synthetic.figures.style import sheet
from synthetic.figures.words import joined
from synthetic.job import Job

CASES: dict[str, dict[str, Any]] = {
    "exact fit, 1 active": {"noise": 0.0, "active": 1},
    "exact fit, 10 active": {"noise": 0.0},
    "noise 0.5, 10 active": {"noise": 0.5},
}
SIZES = (1, 4, 16, 64, None)
METHODS = ("ProxSGD", "RMDA")
SAMPLES, STEPS = 200, 1000


class Interpolation(Experiment):
    """Where prox-SGD identifies: the lasso whose data can be fitted exactly, and noisy, with 1 sample a step to all 200."""

    claims = ("RMDA.S1.sgd", "RMDA.S1.sgd.interpolation", "RMDA.S1.sgd.interpolation.fix", "RMDA.S1.sgd.fix")
    default = True
    tabled = False

    def jobs(self, seeds: int | None, methods: Sequence[str] | None) -> list[Job]:
        data = tuple(range(seeds or 20))
        return [
            Job("Lasso", method, size, _epochs(size), parameters, data_seeds=data, experiment=self.name)
            for parameters in CASES.values()
            for method in among(METHODS, methods)
            for size in SIZES
        ]

    def figure(self, table: Any, path: Path) -> None:
        with sheet(path, 1, len(CASES), size=(2.4, 2.4), sharey=True) as axes:
            for axis, (title, parameters) in zip(axes[0], CASES.items(), strict=True):
                against(axis, _of(final(table), parameters), "batch")
                axis.set_xscale("log")
                axis.set_xticks([size or SAMPLES for size in SIZES], [str(size or "all") for size in SIZES])
                axis.minorticks_off()
                axis.set_xlabel("samples a step")
                axis.set_title(title)
            for axis in axes[0, 1:]:
                axis.set_ylabel("")

    def finding(self, table: Any) -> str:
        said = []
        for title, parameters in CASES.items():
            for (method,), part in groups(_of(final(table), parameters), "method").items():
                shares = joined(f"{100 * identified(at)[0]:.0f} % at {size}" for (size,), at in groups(part, "batch").items())
                said.append(f"{method}, {title}: {shares}")
        return f"Runs that identify and stay, by batch size ({SAMPLES} is the whole set): " + "; ".join(said) + "."


def _of(table: Any, parameters: dict[str, Any]) -> Any:
    name = "Lasso[" + ",".join(f"{key}={value}" for key, value in parameters.items()) + "]"
    return where(table, (found == name for found in table["dataset_name"].to_pylist()))


def _epochs(size: int | None) -> int:
    """So many that the steps are STEPS, and 10 at least."""
    return max(10, STEPS * (size or SAMPLES) // SAMPLES)
