"""One line of the audit: a map, the verdict, and what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from verify.audit import Finding, Report, check_prox
from verify.audit.report import show
from verify.audit.survey.peer import Map, Peer
from verify.audit.survey.reproduction import reproduce, rounded, shows

VERDICTS = ("right", "caution", "wrong", "undecided")
MEANINGS = {
    "right": "no better point was found than the one returned",
    "caution": "the point is right, the function has a side effect or depends on how it is called",
    "wrong": "a better point is shown, or none is returned",
    "undecided": "the map could not be audited, or what was found could not be reproduced",
}
DRAWS = 2  # of inputs: a library's map is right when none of them finds anything
OF_THE_POINT = {"objective", "infeasible", "not a number", "exception", "shape", "coupled"}


@dataclass(frozen=True)
class Row:
    """``findings`` are as ``check_prox`` gives them; ``code`` reproduces the first and printed ``output`` when it was run.
    ``given`` is the name of a value function that is not the map's own."""

    name: str
    verdict: str
    cases: int
    seconds: float
    findings: tuple[Finding, ...] = ()
    unbounded: tuple[str, ...] = ()
    why: str = ""
    note: str = ""
    value: str = ""
    documented: bool = False
    given: str = ""
    code: str = ""
    output: str = ""

    @property
    def words(self) -> str:
        """The finding in a few words."""
        if not self.findings:
            return ""
        first = self.findings[0]
        given = ", ".join(f"{name} = {show(v)}" for name, v in {"z": first.z, "t": first.t, **first.parameters}.items())
        if first.objective is None or first.better_objective is None:
            return f"{first.message} at {given}"
        of_returned, of_better = _apart(first.objective, first.better_objective)
        return (
            f"{given}: returns {show(rounded(first.returned, 6))}, objective {of_returned}; "
            f"{show(rounded(first.better, 6))} has {of_better}"
        )


def verdict(report: Report) -> str:
    """Of the findings: is the point wrong, or only what surrounds it?"""
    if report.ok:
        return "right"
    return "wrong" if any(finding.kind in OF_THE_POINT for finding in report.findings) else "caution"


def of_map(peer: Peer, part: Map, seed: int) -> Row:
    """Audit one map of a library, with ``seed`` and those after it, and run the reproduction of what is found."""
    domain: dict[str, Any] = {"shape": part.shape} if part.shape else {"scalar": True}
    about: dict[str, Any] = {"note": part.note, "value": part.value, "documented": part.documented}
    try:
        prox, value = part.functions(peer.imports)
        domain |= {"t": part.t, "parameters": part.parameters, "arrays": peer.arrays, "dtype": peer.dtypes}
        reports = [check_prox(prox, value, **domain, seed=seed, raise_on_error=False)]
        while reports[-1].ok and len(reports) < DRAWS:
            reports.append(check_prox(prox, value, **domain, seed=seed + len(reports), raise_on_error=False))
    except Exception as error:  # a library may have changed or removed anything: its other maps are audited all the same
        return Row(part.name, "undecided", 0, 0.0, **about | {"output": f"{type(error).__name__}: {error}"})
    report = replace(reports[-1], cases=sum(r.cases for r in reports), seconds=sum(r.seconds for r in reports))
    row = of_report(part.name, report)
    if report.smallest is not None:
        code, output = reproduce(peer, part, report.smallest)
        about |= {"why": part.why, "code": code, "output": output}
        if not shows(report.smallest, output):
            about["verdict"] = "undecided"
    return Row(**(vars(row) | about))


def of_functions(name: str, prox: Callable[..., Any], value: Callable[..., Any], settings: Mapping[str, Any]) -> Row:
    """Audit somebody's own two functions."""
    return of_report(name, check_prox(prox, value, **settings, raise_on_error=False))


def of_report(name: str, report: Report) -> Row:
    """The row of a finished report."""
    return Row(name, verdict(report), report.cases, report.seconds, report.findings, report.unbounded)


def _apart(a: float, b: float) -> tuple[str, str]:
    """Both numbers with as few digits as tell them apart, four at least."""
    shown = [(f"{a:.{digits}g}", f"{b:.{digits}g}") for digits in (4, 7, 10, 17)]
    return next((pair for pair in shown if pair[0] != pair[1]), shown[-1])
