"""What one step does to tensors that share a method, a penalty and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from deep.optim.sharded import is_plain
from verify.arrays.torch import TORCH
from verify.penalties import Penalty
from verify.penalties.group_kinds import AxisGroups

Cut = Callable[[Tensor], Sequence[Tensor]]
PIECE = 2**17  # coordinates: a dozen temporaries of this size fit in the caches of one core

_known: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()  # of steps, by the owner of their ``hyper``


@dataclass(frozen=True)
class Bucket:
    """Parameters of one group, of one dtype and device, with their gradients and live states.

    ``method`` is one of :mod:`verify.methods`. ``settings`` are the group's numbers, ``hyper(settings, state, xp)`` makes the
    method's Hyper of them, and ``fields`` are those of the method's State that are kept: what is not there enters the method
    as the number 0, and no step depends on it (:func:`deep.optim.checks.check_fields`). ``late`` is called for
    gradients that are not finite, with ``now=True`` when the step is over; None: they have been looked at before.
    """

    method: Any
    penalty: Penalty
    settings: dict[str, Any]
    hyper: Callable[[dict[str, Any], Any, Any], Any]
    fields: tuple[str, ...]
    maximize: bool
    params: list[Tensor]
    grads: list[Tensor]
    states: list[dict[str, Tensor]]
    late: Callable[..., None] | None = None

    def start(self) -> None:
        """Give each parameter what its state lacks, all of it before the first step, and its own precision (a model may have
        been cast since the last one) to what is there."""
        dtype = state_dtype(self.params[0].dtype)
        for p, kept in zip(self.params, self.states, strict=True):
            for name, v in kept.items():
                if v.dtype != dtype and (v.ndim or (not p.ndim and name not in self._numbers(p))):
                    kept[name] = v.to(dtype)
            lacking = tuple(name for name in self.fields if name not in kept)
            if lacking:
                w = in_state_precision(p)
                kept.update(stored(self.begun(w), lacking, w))

    def begun(self, w: Tensor) -> Any:
        """The method's State before the first step."""
        nothing = self.method.State(*(0.0 for _ in self.method.State._fields))
        return self.method.init(w, self.hyper(self.settings, nothing, TORCH), self.penalty, TORCH)

    def view(self, p: Tensor, grad: Tensor, kept: Mapping[str, Any]) -> tuple[Any, Tensor, Tensor]:
        """(State, w, g) as the method takes them, of a parameter or a piece of one."""
        w = in_state_precision(p)
        g = grad.detach().to(w.dtype)  # it may be stored in more
        state = self.method.State(*(kept.get(name, 0.0) for name in self.method.State._fields))
        return state, w, -g if self.maximize else g

    def propose(self, i: int) -> tuple[Any, Any]:
        """The method's (trial, sums) for parameter i."""
        state, w, g = self.view(self.params[i], self.grads[i], self.states[i])
        return self.method.propose(state, w, g, self.hyper(self.settings, state, TORCH), self.penalty, TORCH)

    def check_shapes(self) -> None:
        """ValueError where a gradient or a state has not the shape that it begins with: it would be broadcast."""
        for p, g, kept in zip(self.params, self.grads, self.states, strict=True):
            if g.shape != p.shape:
                raise misfit(p, "gradient", g)
            shapes = self.shapes(p)
            for name in self.fields:
                if kept[name].shape != shapes[name]:
                    raise misfit(p, name, kept[name])

    def shapes(self, p: Tensor) -> dict[str, torch.Size]:
        """Those of the method's State before the first step, by field. The State is made once for each owner of ``hyper``."""

        def make() -> dict[str, torch.Size]:
            return {name: _shape(v) for name, v in self.begun(in_state_precision(p))._asdict().items()}

        made: dict[str, torch.Size] = self._once(p.shape, make)
        return made

    def _numbers(self, p: Tensor) -> set[str]:
        """The fields of the method's State that are numbers, also beside a parameter that is one itself."""

        def make() -> set[str]:
            return {name for name, v in self.begun(in_state_precision(p))._asdict().items() if not isinstance(v, Tensor)}

        made: set[str] = self._once("numbers", make)
        return made

    def _once(self, what: Any, make: Callable[[], Any]) -> Any:
        known = _known.setdefault(getattr(self.hyper, "__self__", self.hyper), {})
        key = type(self.method), *vars(self.method).items(), what
        if key not in known:
            known[key] = make()
        return known[key]

    def eager(self, finite: Tensor | None) -> None:
        """One step of each parameter. Where ``finite``, a condition on the device, does not hold, nothing changes. ValueError,
        with nothing changed, for arrays that do not fit their parameter."""
        self.check_shapes()
        for i in range(len(self.params)):
            cut = self._cut(i) if finite is None else None
            if cut is not None:
                self._in_pieces(i, cut)
            else:
                self._whole(i, finite)

    def after(self, state: Any, w: Tensor, g: Tensor) -> tuple[Any, Tensor]:
        """(state, w) after one step."""
        trial, _ = self.method.propose(state, w, g, self.hyper(self.settings, state, TORCH), self.penalty, TORCH)
        return self.method.commit(state, w, trial, None, TORCH)

    def _whole(self, i: int, finite: Tensor | None) -> None:
        kept = self.states[i]
        state, w, g = self.view(self.params[i], self.grads[i], kept)
        state, moved = self.after(state, w, g)
        for name in self.fields:
            new, old = getattr(state, name), kept[name]
            new = (new.clone() if new is w or new is g else new).to(old.dtype)
            kept[name] = new if finite is None else torch.where(finite, new, old)
        self.params[i].copy_(moved if finite is None else torch.where(finite, moved, w))

    def _cut(self, i: int) -> Cut | None:
        """How a large parameter in the CPU's memory, and what belongs to it, is cut into pieces with whole groups each; None
        where it is taken whole."""
        p, own = self.params[i], [self.params[i], self.grads[i], *(self.states[i][name] for name in self.fields)]
        if p.numel() <= PIECE or p.device.type != "cpu" or not all(is_plain(v) and v.is_contiguous() for v in own):
            return None
        if not self._works_on_coordinates() or any(v.ndim and v.shape != p.shape for v in own):
            return None
        parts = [self.penalty, *(part for part in vars(self.penalty).values() if isinstance(part, Penalty))]
        if any(getattr(getattr(R, name), "ndim", 0) for R in parts for name in R.ranges()):
            return None
        if self.penalty.separable:
            return lambda v: v.view(-1).split(PIECE)
        group = grouped(self.penalty)
        if group is None or not isinstance(group.grouping, AxisGroups):
            return None
        if isinstance(group.weights, np.ndarray) or group.weights == "layer":
            return None
        spanned = group.grouping.positions(tuple(p.shape))
        axis = next((k for k, n in enumerate(p.shape) if k not in spanned and n > 1), None)
        if axis is None:
            return None
        length = max(1, PIECE * p.shape[axis] // p.numel())
        return lambda v: v.split(length, axis)

    def _works_on_coordinates(self) -> bool:
        from deep.optim.fast.trace import works_on_coordinates  # which looks at buckets

        made: bool = self._once(self.fields, lambda: works_on_coordinates(self.method, self.hyper, self.settings, self.fields))
        return made

    def _in_pieces(self, i: int, cut: Cut) -> None:
        """The step in pieces whose temporaries stay in cache, with the state's numbers as Python's: several times faster, with
        the same results."""
        kept, p, grad = self.states[i], self.params[i].detach(), self.grads[i].detach()
        arrays = {name: kept[name] for name in self.fields if kept[name].ndim}
        numbers = {name: float(kept[name]) for name in self.fields if name not in arrays}
        new = None
        for old, slope, *own in zip(*map(cut, (p, grad, *arrays.values())), strict=True):
            here = dict(zip(arrays, own, strict=True))
            new, moved = self.after(*self.view(old, slope, numbers | here))
            for name, part in here.items():
                if getattr(new, name) is not part:
                    part.copy_(getattr(new, name))
            old.copy_(moved)
        kept.update({name: torch.full_like(kept[name], float(getattr(new, name))) for name in numbers})


def grouped(penalty: Any) -> Any:
    """The part of a penalty that has groups; None if there is none."""
    return penalty if hasattr(penalty, "grouping") else getattr(penalty, "group", None)


def in_state_precision(p: Tensor) -> Tensor:
    """The parameter as the method sees it: in float32 where it is stored in less."""
    return p.detach().to(state_dtype(p.dtype))


def state_dtype(dtype: torch.dtype) -> torch.dtype:
    """float32 for what is stored in less, else the same."""
    return torch.float32 if dtype in (torch.bfloat16, torch.float16) else dtype


def misfit(p: Tensor, what: str, v: Tensor) -> ValueError:
    """The error for an array that is not of its parameter's shape."""
    return ValueError(f"a parameter of shape {tuple(p.shape)} has a {what} of shape {tuple(v.shape)}")


def _shape(v: Any) -> torch.Size:
    return v.shape if isinstance(v, Tensor) else torch.Size()


def stored(state: Any, fields: tuple[str, ...], like: Tensor) -> dict[str, Tensor]:
    """The fields as tensors of their own; numbers become 0-d float64, so that schedules and sums over long runs keep digits,
    and what is of the parameter's shape has its dtype (of a 0-d one a prox in float64 makes float64)."""

    def own(v: Any) -> Tensor:
        if not isinstance(v, Tensor):
            return torch.tensor(v, dtype=torch.float64, device=like.device)
        return v.to(like.dtype, copy=True) if v.shape == like.shape else v.clone()

    return {name: own(getattr(state, name)) for name in fields}
