"""What the audit of one prox map found, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

KINDS: Mapping[str, str] = {
    "objective": "another point has a lower objective than the returned one",
    "infeasible": "value is infinite or not a number at the returned point, and finite elsewhere",
    "not a number": "the returned point is not finite",
    "exception": "the map raises where a minimiser exists",
    "shape": "the result has not the shape of the input, or is no array of real numbers",
    "dtype": "the result has not the dtype of the input",
    "coupled": "a map given as separable treats a coordinate differently when others stand beside it",
    "in place": "the input is changed",
    "state": "an answer depends on earlier calls, or changes after it was given",
    "threads": "calls from several threads at once give other answers than one after the other",
    "layout": "an array that is not contiguous in memory gives another answer",
    "read only": "an array that may not be written to gives another answer",
    "integer step": "a step given as a Python int gives another answer than the same float",
}


@dataclass(frozen=True)
class Finding:
    """One way in which the map is wrong. ``kind`` is a key of ``KINDS``; ``z`` and the points are numbers for a scalar map,
    else arrays; ``objective`` and ``better`` are None for kinds that are not about the objective."""

    kind: str
    message: str
    z: Any
    t: float
    parameters: Mapping[str, Any] = field(default_factory=dict)
    returned: Any = None
    objective: float | None = None
    better: Any = None
    better_objective: float | None = None
    dtype: str = "float64"

    def __str__(self) -> str:
        given = [
            f"z = {show(np.asarray(self.z).astype(self.dtype))}",
            f"t = {show(self.t)}",
            *(f"{n} = {show(v)}" for n, v in self.parameters.items()),
        ]
        if self.dtype != "float64":
            given.append(self.dtype)
        lines = [f"{self.kind}: {self.message}", f"    input     {', '.join(given)}"]
        if self.returned is not None:
            lines.append(f"    returned  {show(self.returned)}{_objective(self.objective)}")
        if self.better is not None:
            lines.append(f"    better    {show(self.better)}{_objective(self.better_objective)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Report:
    """``cases`` results of the map were compared with the best points known; ``unbounded`` names the steps left out because no
    minimiser exists there. ``findings`` has the smallest counterexample of each kind, in the order of ``KINDS``."""

    findings: tuple[Finding, ...]
    cases: int
    seconds: float
    unbounded: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.findings

    @property
    def smallest(self) -> Finding | None:
        return self.findings[0] if self.findings else None

    def __str__(self) -> str:
        tried = f"{self.cases} cases, {self.seconds:.1f} s"
        left_out = [f"no minimiser exists, left out: {'; '.join(self.unbounded)}"] if self.unbounded else []
        if self.ok:
            return "\n".join([f"no mistake found ({tried})", *left_out])
        return "\n".join([f"not the prox map of value ({tried})", *map(str, self.findings), *left_out])


class ProxError(AssertionError):
    """The map is wrong; ``report`` has everything that was found."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


def show(value: Any) -> str:
    """A number or array in as few digits as tell it apart from its neighbours."""
    if np.ndim(value) == 0:
        return _number(value) if isinstance(value, int | float | np.number | np.ndarray) else repr(value)
    if np.size(value) > 60:
        return f"array of shape {np.shape(value)} from {_number(np.min(value))} to {_number(np.max(value))}"
    return "[" + ", ".join(show(part) for part in np.asarray(value)) + "]"


def _number(value: Any) -> str:
    value = np.asarray(value)[()] + 0  # of -0 it makes 0
    if isinstance(value, np.float32):
        return np.format_float_positional(value, trim="-") if 1e-4 <= abs(value) < 1e7 or value == 0 else str(value)
    text = repr(float(value))
    return text.removesuffix(".0")


def _objective(objective: float | None) -> str:
    return "" if objective is None else f"   objective {objective:.10g}"
