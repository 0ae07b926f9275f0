"""A finding as three lines in the library's own API, and what they print."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from verify.audit import Finding
from verify.audit.survey.peer import Map, Peer


def reproduce(peer: Peer, part: Map, finding: Finding) -> tuple[str, str]:
    """The lines and what they print, with as few digits of the better point as show that it is better."""
    for digits in (3, 6, 17):
        better = None if finding.better is None else rounded(finding.better, digits)
        code = reproduction(peer, part, replace(finding, better=better))
        output = outcome(code)
        if better is None or shows(finding, output):
            break
    return code, output


def reproduction(peer: Peer, part: Map, finding: Finding) -> str:
    """Code that shows the finding: the objective at the returned point and at a better one; the result alone where it is not a
    point; the input after the call where that is changed; both results where two calls differ."""
    compared = finding.better is not None
    points = {"z": finding.z} | ({"better": finding.better} if compared else {})
    given = {**finding.parameters, "t": finding.t, **{name: np.atleast_1d(point) for name, point in points.items()}}
    assignments = f"{', '.join(given)} = {', '.join(_literal(value, peer.arrays, finding.dtype) for value in given.values())}"
    call = part.prox.strip()
    end = {"in place": "print(z)", "state": f"print(x); {call}; print(x)"}.get(finding.kind, "print(x)")
    if compared:
        objective = f"float({_in_brackets(part.value)} + ((x - z) ** 2).sum() / (2 * t))"
        end = f"print([{objective} for x in (x, better)])"
    joined = f"{call}\n{end}" if "\n" in call else f"{call}; {end}"
    return f"{part.imports or peer.imports}\n{assignments}; R = {part.make}\n{joined}"


def outcome(code: str) -> str:
    """What the code prints when it is run, or the exception it ends with."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, "<reproduction>", "exec"), {})
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return printed.getvalue().strip()


def shows(finding: Finding, output: str) -> bool:
    """Whether the printed outcome is the finding."""
    if finding.better is not None and finding.objective is not None and finding.better_objective is not None:
        try:
            of_returned, of_better = (float(part) for part in output.strip("[]").split(","))
        except ValueError:
            return False
        if not math.isfinite(of_returned):
            return math.isfinite(of_better)
        return of_returned - of_better > (finding.objective - finding.better_objective) / 2
    if finding.kind == "not a number":
        return "nan" in output or "inf" in output
    if finding.kind == "exception":
        return finding.message.split(":")[0].split()[-1] in output.split(":", maxsplit=1)[0]
    return True


def _literal(value: Any, arrays: str, dtype: str) -> str:
    if isinstance(value, str | int | float | np.floating) and not isinstance(value, np.ndarray) and np.ndim(value) == 0:
        return repr(value.item() if isinstance(value, np.generic) else value)
    library = "torch.tensor" if arrays == "torch" else "np.array"
    kind = f", dtype={library.partition('.')[0]}.{dtype}" if dtype != "float64" or arrays == "torch" else ""
    return f"{library}({np.asarray(value).tolist()!r}{kind})"


def rounded(point: Any, digits: int) -> Any:
    """The point with that many significant digits a coordinate."""
    return np.array([float(f"{v:.{digits}g}") for v in np.ravel(point)]).reshape(np.shape(point))


def _in_brackets(value: str) -> str:
    return value if value.endswith(")") and " " not in value else f"({value})"
