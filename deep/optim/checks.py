"""What an optimizer refuses, before the first step: numbers out of range, penalties that do not fit a parameter."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from inspect import signature
from typing import Any

import torch
from torch import Tensor
from torch.nn.parameter import is_lazy

from deep.optim.bucket import Bucket, in_state_precision, state_dtype
from deep.optim.fast.trace import kind_of, numbers_of, with_numbers
from verify.arrays.torch import TORCH
from verify.names import hint
from verify.penalties import Penalty, Zero
from verify.penalties.parameters import Range

ZERO = Zero()
TORCHS = {name for kind in vars(torch.optim).values() if isinstance(kind, type) for name in signature(kind).parameters}
OTHER = (0.5, 1e6)  # in the place of 0
WEIGHTS = (0.0, 1.0)  # at which steps are tried: tiny steps are lost beside large weights, and a prox may keep small ones at 0
FEW = 8  # coordinates


def whole_options(kind: type) -> set[str]:
    """The options of an optimizer that hold for all of its groups: those that its constructors take by name alone."""
    inits = [signature(each.__init__) for each in kind.__mro__ if "__init__" in vars(each)]  # type: ignore[misc]
    return {p.name for init in inits for p in init.parameters.values() if p.kind is p.KEYWORD_ONLY}


def check_keys(owner: str, group: dict[str, Any], known: Collection[str], whole: Collection[str] = ()) -> None:
    """TypeError for a key of a group that would be ignored: an option of the ``whole`` optimizer, one of torch's optimizers
    that this one has not, and a name like one of its own. Other keys are the user's, and so are those with a name of its own in
    them (``max_lr``)."""
    for name in [key for key in group if key not in (*known, "params", "param_names")]:
        if name in whole:
            raise TypeError(f"{owner}: {name} is one for all groups: give it beside them, {owner}(groups, {name}=...)")
        meant = "" if {*name.split("_")} & {*known} else hint(name, known)
        if name in TORCHS or meant:
            takes = f"it takes {', '.join(known)}" + (f"; {meant}" if meant else "")
            raise TypeError(f"{owner} has no {name!r} for a parameter group; {takes}")


def name_all(groups: list[dict[str, Any]], new: dict[str, Any]) -> None:
    """Names for the parameters of ``new`` where other groups have them, as those of :func:`deep.groups.groups` do, and for
    those of the others where only ``new`` has: torch wants them in all groups or in none."""
    if not isinstance(new, dict) or isinstance(new.get("params", set()), set):  # which torch refuses
        return
    new["params"] = [new["params"]] if isinstance(new["params"], Tensor) else list(new["params"])
    if "param_names" in new or any(isinstance(p, tuple) for p in new["params"]):
        for index, other in enumerate(groups):
            other.setdefault("param_names", [f"group {index}, {i}" for i in range(len(other["params"]))])
    elif any("param_names" in other for other in groups):
        new["param_names"] = [f"group {len(groups)}, {i}" for i in range(len(new["params"]))]


def check_parameter(owner: str, p: Tensor) -> None:
    """TypeError for a parameter that is not of real floating-point numbers, ValueError for a lazy one that has no shape yet."""
    if is_lazy(p):
        raise ValueError(f"{owner}: a lazy parameter has no shape yet: run the model once on an example first")
    if p.is_complex():
        raise TypeError(
            f"{owner}: complex parameters have no penalty here; got {p.dtype}: pass torch.view_as_real(p) as a leaf"
        )
    if not p.is_floating_point():
        raise TypeError(f"{owner}: parameters must be floating point; got {p.dtype}")


def check_gradient(owner: str, p: Tensor) -> None:
    """TypeError for a sparse gradient: the prox moves every coordinate, not those of one batch."""
    if p.grad is not None and p.grad.layout != torch.strided:
        raise TypeError(f"{owner}: gradients must be dense; got {p.grad.layout} for shape {tuple(p.shape)}: use sparse=False")


def check_numbers(owner: str, group: dict[str, Any], ranges: dict[str, Range]) -> None:
    """ValueError or TypeError where a number of the group is out of its range."""
    for name, allowed in ranges.items():
        allowed.check(owner, name, group[name])


def is_here(value: Any) -> bool:
    """Whether a number can be looked at without waiting for a device."""
    return not isinstance(value, Tensor) or value.device.type == "cpu"


def number(value: Any) -> Any:
    """What is a single number and can be looked at as one of Python's, which steps compute with in float64; else as it is."""
    return value.item() if is_here(value) and hasattr(value, "item") and value.ndim == 0 else value


def mark(value: Any) -> Any:
    """What changes when a tensor that can be looked at is written in place: its number, else its version, if it has one."""
    if not isinstance(value, Tensor) or not is_here(value):
        return None
    return value.item() if value.ndim == 0 else None if value.is_inference() else value._version


def prox_bound(penalty: Penalty) -> float:
    """The step from which on some coordinate has no prox."""
    return float(torch.as_tensor(penalty.prox_bound).min())


def check_penalty(owner: str, penalty: Penalty, p: Tensor, metric: bool, unbounded: bool) -> None:
    """ValueError or TypeError where the penalty has no prox for this parameter: by its shape, by the step (``metric``: one a
    coordinate), or since long steps have no minimiser, for which only an ``unbounded`` method looks."""
    if not isinstance(penalty, Penalty):
        raise TypeError(f"{owner}: penalty must be one of verify.penalties or None; got {penalty!r}")
    shape = tuple(p.shape)
    if prox_bound(penalty) < torch.inf and not unbounded:
        raise ValueError(f"{owner}: {penalty!r} has no prox for steps from {penalty.prox_bound} on; SR2 alone copes with that")
    zero, penalty = torch.zeros_like(in_state_precision(p)), in_tensors(penalty, [p])
    try:
        penalty._check_parameters(shape)
        penalty._prox(zero, 1.0, TORCH)
        if metric:
            _check_metric(penalty, shape)
            penalty._prox(zero, torch.ones_like(zero), TORCH)
    except (ValueError, TypeError, RuntimeError) as error:
        raise type(error)(f"{owner}: the penalty does not fit a parameter of shape {shape}: {error}") from error


def _check_metric(penalty: Penalty, shape: tuple[int, ...]) -> None:
    advice = "use a method without a preconditioner, as ProxSGD or ProxGEN(preconditioner=None)"
    if penalty.trailing_axes:
        raise ValueError(f"{type(penalty).__name__} has no prox in the metric of a preconditioner; {advice}")
    try:
        penalty._check_step_shape(shape, shape)
    except ValueError as error:
        raise ValueError(f"{error}; {advice}") from None


def check_fields(owner: str, bucket: Bucket) -> None:
    """ValueError where steps depend on a field of the State that is not kept: it would be 0 in each. For one parameter of each
    number of axes two steps of other numbers are tried, the second with others in the field's place, if it is not 0 by itself.
    Nothing of the bucket changes, and neither its numbers nor its gradients matter."""
    p = bucket.params[0]
    for shape in {len(shape): shape for shape in sorted(_shapes(bucket), key=_handy, reverse=True)}.values():
        ramp = torch.linspace(0, 1, math.prod(shape), dtype=state_dtype(p.dtype), device=p.device).reshape(shape)
        for scale in WEIGHTS:
            _check_fields(owner, replace(bucket, params=[scale * (1 + ramp)], grads=[3 * ramp - 1], states=[{}]))


def kinds_of_steps(bucket: Bucket) -> set[Any]:
    """The kinds of steps that :func:`check_fields` has to try, as keys, one for each number of axes: the kind of penalty, the
    fields that are kept, and which numbers are 0 or 1, since these switch terms of an update off. Numbers in arrays and on a
    GPU are not looked at."""
    numbers = {**bucket.settings, **numbers_of(bucket.penalty)}
    known = {name: v for name, v in numbers.items() if is_here(v) and not getattr(v, "ndim", 0)}
    switches = tuple((name, float(v) if v in (0, 1) else None) for name, v in known.items())
    return {(kind_of(bucket.penalty), bucket.fields, switches, len(shape)) for shape in _shapes(bucket)}


def _shapes(bucket: Bucket) -> set[torch.Size]:
    return {p.shape for p in bucket.params if p.numel()}


def _handy(shape: torch.Size) -> tuple[bool, int]:
    """Shapes in the order of what they are good for: a few coordinates show more than one, many take longer."""
    return math.prod(shape) < FEW, math.prod(shape)


def _check_fields(owner: str, tried: Bucket) -> None:
    tried.start()
    begin, w, g = tried.view(tried.params[0], tried.grads[0], tried.states[0])
    begun, (state, w) = tried.begun(w), tried.after(begin, w, g)
    zero = {name: 0.0 for name in state._fields if name not in tried.fields}

    def after(**others: float) -> list[Any]:
        new, moved = tried.after(state._replace(**zero | others), w, g)
        return [moved, *(getattr(new, name) for name in tried.fields)]

    for name in zero:
        if _same(getattr(begun, name), 0.0) and _same(getattr(state, name), 0.0):
            continue
        for other in OTHER:
            if not all(map(_same, after(), after(**{name: other}))):
                raise ValueError(f"{owner}: a step depends on {name!r} of the state, which is not kept: put it into fields")


def _same(a: Any, b: Any) -> bool:
    """Of numbers and tensors, NaN with NaN."""
    a, b = torch.as_tensor(a), torch.as_tensor(b)
    return bool(((a == b) | (a.isnan() & b.isnan())).all())


def in_tensors(penalty: Penalty, params: list[Any]) -> Penalty:
    """The penalty with NumPy's arrays among its numbers as tensors like the state of the first of the parameters, which may
    come with their names."""
    for first in params[:1]:
        p = first[1] if isinstance(first, tuple) else first
        penalty = penalty._beside(torch.empty(0, dtype=state_dtype(p.dtype), device=p.device))
    return penalty


def penalty_of(group: dict[str, Any]) -> Penalty:
    """The penalty of a parameter group, Zero for None, with the group's ``lam`` in the place of its own unless that is None.
    ValueError for a lam out of range, or where the penalty has no single weight."""
    penalty, lam = _in_numbers(group.get("penalty") or ZERO), group.get("lam")
    if lam is None:
        return in_tensors(penalty, group["params"])
    if "lam" not in penalty.ranges():
        raise ValueError(f"{penalty!r} has no lam to be set to {lam!r}; put another penalty in the group")
    if is_here(lam):
        lam = penalty.ranges()["lam"].check(type(penalty).__name__, "lam", number(lam))
    return in_tensors(penalty._with(lam=lam), group["params"])


def _in_numbers(penalty: Penalty) -> Penalty:
    """The penalty with its single numbers as Python's, those of its parts too. ValueError where a tensor has been written in
    place with what is out of range."""
    found = numbers_of(penalty)
    if not any(isinstance(value, Tensor) for value in found.values()):
        return penalty
    penalty = with_numbers(penalty, {name: number(value) for name, value in found.items()})
    _check_anew(penalty)
    return penalty


def _check_anew(penalty: Penalty) -> None:
    for part in vars(penalty).values():
        if isinstance(part, Penalty):
            _check_anew(part)
    if all(is_here(getattr(penalty, name)) for name in penalty.ranges()):
        penalty.__post_init__()  # of a copy: it puts arrays of its own in
