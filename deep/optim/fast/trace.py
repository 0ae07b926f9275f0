"""The formulas of one step: a method's propose and commit, run on Values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from deep.optim.bucket import grouped
from deep.optim.fast.namespace import FORMULAS
from deep.optim.fast.passes import REDUCTIONS, reachable
from deep.optim.fast.values import ENTRY, NUMBER, Unsupported, Value, lengths, spanned
from verify.methods import Method
from verify.penalties import Penalty, Zero
from verify.penalties.group_kinds import AxisGroups, Undivided
from verify.penalties.parameters import Range


@dataclass(frozen=True)
class Formulas:
    """What becomes of w and of the state, by name; what ``decide`` needs, each as the sums it is the total of, and what it is
    ``made``."""

    arrays: list[str]
    scalars: list[str]
    outputs: dict[str, Value]
    sums: dict[str, list[Value]]
    made: Any = None


def numbers_of(penalty: Any, prefix: str = "penalty") -> dict[str, Any]:
    """The numbers of a penalty, and of those it is made of, by name: they enter the compiled step as settings do."""
    found = {f"{prefix}.{n}": getattr(penalty, n) for n, range_ in penalty.ranges().items() if isinstance(range_, Range)}
    for n, part in _parts(penalty).items():
        found |= numbers_of(part, f"{prefix}.{n}")
    return found


def with_numbers(penalty: Any, numbers: dict[str, Any], prefix: str = "penalty") -> Any:
    """The penalty with ``numbers``, named as :func:`numbers_of` does, in the place of its own."""
    own = {n: numbers[f"{prefix}.{n}"] for n in penalty.ranges() if f"{prefix}.{n}" in numbers}
    parts = {n: with_numbers(part, numbers, f"{prefix}.{n}") for n, part in _parts(penalty).items()}
    return penalty._with(**own, **parts)


def kind_of(penalty: Any) -> tuple[Any, ...]:
    """All of a penalty that shapes its formulas, but its groups: hashable."""
    choices = (getattr(penalty, n) for n, range_ in penalty.ranges().items() if not isinstance(range_, Range))
    return type(penalty), *choices, *(kind_of(part) for part in _parts(penalty).values())


def groups_of(penalty: Any) -> tuple[tuple[int, ...] | None, Any]:
    """The axes and the weights of a penalty's groups, None for both where it has none. Unsupported is raised for groups by
    index lists, for another weight for each group, and for arrays among the numbers."""
    if any(getattr(v, "ndim", 0) for v in numbers_of(penalty).values()):
        raise Unsupported("an array where a number of the penalty is expected")
    group = grouped(penalty)
    if group is None:
        return None, None
    _check_axes(group.grouping)
    if getattr(group.weights, "ndim", 0):
        raise Unsupported("another weight for each group")
    return group.grouping.axes, group.weights


def _check_axes(grouping: Any) -> None:
    if not isinstance(grouping, AxisGroups):
        raise Unsupported("no groups: give axes=" if isinstance(grouping, Undivided) else "groups by index lists")


def step_formulas(
    method: Method, penalty: Penalty, hyper: Callable[..., Any], settings: Any, kept: tuple[str, ...], maximize: bool
) -> Formulas:
    """One step: ``propose``, then ``commit``. ``kept`` are the fields of the state that there are."""
    state, w, trial, _ = _proposed(method, penalty, hyper, settings, kept, maximize)
    new, moved = method.commit(state, w, trial, None, FORMULAS)
    outputs = {"w": _entries(moved), **{n: getattr(new, n) for n in kept}}
    arrays = [n for n in kept if getattr(state, n).level == ENTRY]
    outputs |= {n: _entries(outputs[n]) for n in arrays}
    changed = {n: v for n, v in outputs.items() if v is not getattr(state, n, w)}
    return Formulas(["w", "g", *arrays], [n for n in kept if n not in arrays], changed, {})


def works_on_coordinates(method: Method, hyper: Callable[..., Any], settings: Any, kept: tuple[str, ...]) -> bool:
    """Whether formulas show that a step, but for its penalty, treats each coordinate by itself: a piece of a tensor as the
    whole."""
    try:
        with lengths(None):
            made = step_formulas(method, Zero(), hyper, settings, kept, False)
    except Exception:  # whatever one's own functions raise on what is no array
        return False
    return all(v.op not in REDUCTIONS for v in reachable([*made.outputs.values()]))


def proposal_formulas(
    method: Method, penalty: Penalty, hyper: Callable[..., Any], settings: Any, kept: tuple[str, ...], maximize: bool
) -> Formulas:
    """``propose`` alone, for a method whose decision needs sums over all tensors; w becomes the trial, and the array
    ``before`` what w was."""
    _, w, trial, sums = _proposed(method, penalty, hyper, settings, kept, maximize)
    summed = {n: _summands(v) for n, v in sums._asdict().items() if v is not None}
    return Formulas(["w", "g", "before"], list(kept), {"before": w, "w": _entries(trial)}, summed, type(sums))


def _proposed(
    method: Method, penalty: Penalty, hyper: Callable[..., Any], settings: Any, kept: tuple[str, ...], maximize: bool
) -> tuple[Any, Value, Any, Any]:
    w, g, R = Value("load", ("w",), ENTRY), Value("load", ("g",), ENTRY), formula_penalty(penalty)
    numbers = {n: Value("setting", (n,), NUMBER) for n in settings}
    names = method.State._fields  # type: ignore[attr-defined]
    start = method.init(w, hyper(numbers, method.State(*(0.0 for _ in names)), FORMULAS), R, FORMULAS)
    state = method.State(*(_read(n, getattr(start, n)) if n in kept else 0.0 for n in names))
    trial, sums = method.propose(state, w, -g if maximize else g, hyper(numbers, state, FORMULAS), R, FORMULAS)
    return state, w, trial, sums


def _summands(v: Value) -> list[Value]:
    if v.op in REDUCTIONS:
        return [v]
    if v.op != "add":
        raise Unsupported(f"the {v.op} of a sum over the whole tensor")
    return [summand for arg in v.args for summand in _summands(arg)]


def _read(name: str, start: Any) -> Value:
    array = isinstance(start, Value) and start.level == ENTRY
    return Value("load" if array else "scalar", (name,), ENTRY if array else NUMBER)


def _entries(v: Any) -> Value:
    return v if isinstance(v, Value) and v.level == ENTRY else Value("zero", (), ENTRY) + v


def formula_penalty(penalty: Any) -> Any:
    """The penalty with settings in the place of its numbers, group g for entry (a, g, b), and the tensor's weight."""
    return _spanned(with_numbers(penalty, {n: Value("setting", (n,), NUMBER) for n in numbers_of(penalty)}))


def _spanned(penalty: Any) -> Any:
    own: dict[str, Any] = {}
    if hasattr(penalty, "grouping"):
        _check_axes(penalty.grouping)
        own = {"_groups": AxisGroups(spanned()), "weights": Value("weight", (), NUMBER)}
    return penalty._with(**own, **{n: _spanned(part) for n, part in _parts(penalty).items()})


def _parts(penalty: Any) -> dict[str, Penalty]:
    return {n: part for n in _names(penalty.__class__) if isinstance(part := getattr(penalty, n), Penalty)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))
