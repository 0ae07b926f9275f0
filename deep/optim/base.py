"""The driver: a method of :mod:`verify.methods` with a penalty of :mod:`verify.penalties`, as a ``torch.optim.Optimizer``.

It holds the tensors; what happens to them is the method's own function. An optimizer of a paper is a subclass that says which
numbers of a parameter group are which symbols of the method.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from inspect import signature
from typing import Any, ClassVar

import torch
from torch import Tensor

from deep.optim.bucket import Bucket, state_dtype
from deep.optim.checkpoint import Saved
from deep.optim.checks import (
    ZERO,
    check_fields,
    check_gradient,
    check_keys,
    check_numbers,
    check_parameter,
    check_penalty,
    kinds_of_steps,
    mark,
    name_all,
    number,
    penalty_of,
    whole_options,
)
from deep.optim.fast import compiled_step
from deep.optim.fast.trace import numbers_of
from deep.optim.nonfinite import Nonfinite, is_finite
from deep.optim.sharded import beside
from deep.optim.swap import swapped
from verify.methods import Method
from verify.penalties import Penalty
from verify.penalties.parameters import Range

OPTIONS = ("maximize", "nonfinite", "fast")


class ProximalOptimizer(Saved):
    """Base of the optimizers.

    Every parameter group takes, beside the numbers of its optimizer: ``penalty``, one of :mod:`verify.penalties` with axes
    counted in the parameter's own shape, or None; ``lam``, a number in the place of the penalty's ``lam``, or None; and
    ``maximize``. All are read at each step: schedulers and plain assignments to ``param_groups`` take effect at once.

    ``nonfinite`` says what a step does with gradients that hold NaN or infinity. "raise": FloatingPointError, nothing is
    changed. "skip": the step is left out, nothing is changed, ``skipped`` counts. Both read the gradients once more before
    the step. "late": a compiled step on a CPU checks them while it runs, which is faster, and raises FloatingPointError after
    parameters and state were overwritten; for other steps, and for SR2, "late" is "raise".
    ``fast=True`` compiles the step; where that is impossible the plain step runs, with one warning.

    The state of a parameter has its dtype, or float32 where that is bfloat16 or float16. The parameter itself is rounded to
    its own after each step: in bfloat16 what moves p by less than 2^-9 |p| is lost, the penalty's shrinkage too, for ever;
    keep parameters in float32, under autocast. Parameters without a gradient are left alone, and their state with them.
    Raises ValueError or TypeError for numbers, penalties and tensors that do not fit.
    """

    method: Method
    ranges: ClassVar[dict[str, Range]] = {}
    fields: tuple[str, ...] = ()
    converges_to: ClassVar[str | None] = "F"
    separable: ClassVar[bool] = True
    metric: bool = False
    penalised: ClassVar[bool] = True
    unbounded: ClassVar[bool] = False
    # Whether tests have shown that ``fields`` suffice: they have for the classes here; a user's own is tried at its first step.
    tested: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.tested = cls.__module__.startswith(f"{__package__}.")

    def __init__(
        self,
        params: Any,
        penalty: Penalty | None,
        numbers: dict[str, Any],
        *,
        maximize: bool = False,
        nonfinite: str = "raise",
        fast: bool = True,
        **unknown: Any,
    ) -> None:
        for name, value in unknown.items():
            known = [each.name for each in signature(type(self)).parameters.values() if each.name != "options"]
            meant = f"; it is the penalty's: penalty=L1(lam={value!r})" if name == "lam" else ""
            raise TypeError(f"{type(self).__name__} has no {name!r}; it takes {', '.join([*known, *OPTIONS])}{meant}")
        self.nonfinite, self.fast = Nonfinite(nonfinite, fast), fast
        # By group: the penalty, shapes, lam and (marks, dtype, device) last seen, and the penalty made of them.
        self._penalties: dict[int, tuple[Any, Any, Any, Any, Penalty]] = {}
        self._checked: dict[int, dict[str, Any]] = {}  # by group: the numbers that were found in range
        self._tried: set[Any] = set()  # kinds of steps that were found to need no other fields
        super().__init__(params, {**numbers, "penalty": penalty, "lam": None, "maximize": maximize})

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Any:
        """The method's Hyper, from the numbers of a group and the State of a parameter."""
        raise NotImplementedError

    def kept(self, group: dict[str, Any]) -> tuple[str, ...]:
        """The fields of the method's State that its definition needs with these settings; the first step refuses fewer."""
        return self.fields

    def _has(self, group: dict[str, Any], field: str) -> bool:
        """Whether a parameter of the group has this field already."""
        return any(field in self.state.get(p, ()) for p in group["params"])

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        name_all(self.param_groups, param_group)
        super().add_param_group(param_group)
        try:
            check_keys(type(self).__name__, param_group, self.defaults, whole_options(type(self)))
            check_numbers(type(self).__name__, param_group, self.ranges)
            for p in param_group["params"]:
                check_parameter(type(self).__name__, p)
            self._penalty(len(self.param_groups) - 1)
        except (TypeError, ValueError):
            self.param_groups.pop()
            raise

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step. ``closure``, if given, evaluates the loss with its gradients first; returns what it returns."""
        with torch.enable_grad():
            loss = None if closure is None else closure()
        grads = self._gradients()
        late = self.nonfinite.late(grads)
        go, finite = (True, None) if late else self.nonfinite.guard(grads)
        if go:
            self._begin()
            for k, each in enumerate(self._buckets()):
                bucket = replace(each, late=partial(self.nonfinite.spoilt, grads, k > 0)) if late else each
                self._run(bucket, finite if finite is None else beside(finite, bucket.params[0]))
        return loss

    def _begin(self) -> None:
        """What comes before a step, once gradients are there."""

    def _run(self, bucket: Bucket, finite: Tensor | None) -> None:
        if not self.tested:
            self._try(bucket)
        if self.fast is False or not compiled_step(bucket, finite):
            if bucket.late is not None and not all(map(is_finite, bucket.grads)):
                bucket.late()
            bucket.eager(finite)

    def _try(self, bucket: Bucket) -> None:
        kinds = kinds_of_steps(bucket)
        if not kinds <= self._tried:
            check_fields(type(self).__name__, bucket)
            self._tried |= kinds

    def _params(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    def _gradients(self) -> list[Tensor]:
        """In the precision that a step takes them in, where one that is stored in more may be infinite."""
        params = self._params()
        for p in params:
            check_gradient(type(self).__name__, p)
        found = [(p.grad, state_dtype(p.dtype)) for p in params if p.grad is not None]
        return [g.to(dtype) if g.dtype.itemsize > dtype.itemsize else g for g, dtype in found]

    def _buckets(self) -> list[Bucket]:
        found = []
        for index, group in enumerate(self.param_groups):
            alike: dict[Any, list[Tensor]] = {}
            for p in group["params"]:
                if p.grad is not None:
                    alike.setdefault((p.device, p.dtype), []).append(p)
            found += [self._bucket(index, group, params) for params in alike.values()]
        return found

    def _bucket(self, index: int, group: dict[str, Any], params: list[Tensor]) -> Bucket:
        grads = [p.grad for p in params if p.grad is not None]
        bucket = self._bucket_of(index, params, grads, [self.state[p] for p in params])
        bucket.start()
        return bucket

    def _bucket_of(self, index: int, params: list[Tensor], grads: list[Tensor], states: list[dict[str, Any]]) -> Bucket:
        group = self.param_groups[index]
        return Bucket(
            method=self.method,
            penalty=self._penalty(index),
            settings=self._settings(index),
            hyper=self.hyper,
            fields=self.kept(group),
            maximize=group["maximize"],
            params=params,
            grads=grads,
            states=states,
        )

    def _settings(self, index: int) -> dict[str, Any]:
        """The group's numbers, checked when they are new; those on a GPU are taken as they are, without waiting for them."""
        settings = {name: number(self.param_groups[index][name]) for name in self.ranges}
        numbers = {name: value for name, value in settings.items() if not isinstance(value, Tensor)}
        if self._checked.get(index) != numbers:
            check_numbers(type(self).__name__, numbers, {name: self.ranges[name] for name in numbers})
            self._checked[index] = numbers
        return settings

    def _penalty(self, index: int) -> Penalty:
        """The group's penalty with the group's lam, checked against its parameters when it or their shapes are new."""
        group, name = self.param_groups[index], type(self).__name__
        penalty = ZERO if group["penalty"] is None else group["penalty"]
        lam, own = group["lam"], numbers_of(penalty).values() if isinstance(penalty, Penalty) else ()
        marks = tuple(map(mark, (lam, *own)))  # a tensor may be written in place
        like = marks, *((p.dtype, p.device) for p in group["params"][:1])  # and a model be cast, or moved
        shapes = [p.shape for p in group["params"]]  # a weight may be given another
        known, fitted, seen, made_for, resolved = self._penalties.get(index, (None, (), None, (), ZERO))
        if penalty is not ZERO and not self.penalised:
            raise ValueError(f"{name} has no penalty; got {penalty!r}")
        if known is not penalty or fitted != shapes:
            for p in group["params"]:
                check_penalty(name, penalty, p, self.metric, self.unbounded)
        if known is not penalty or fitted != shapes or seen is not lam or made_for != like:
            resolved = penalty_of(group)
            self._penalties[index] = penalty, shapes, lam, like, resolved
        return resolved

    def prox_point(self, p: Tensor) -> Tensor:
        """What the prox has produced for p, with its exact zeros: p itself unless the method moves on from there."""
        return p.detach()

    @contextmanager
    def at_prox_points(self) -> Iterator[None]:
        """Within, the parameters hold :meth:`prox_point`: to evaluate or save what the penalty has made of them."""
        with swapped({p: self.prox_point(p) for p in self._params()}):
            yield

    def _shared(self) -> dict[str, Any]:
        options = ", ".join(f"{name}={value!r}" for name, value in sorted(vars(self.method).items()))
        return {**super()._shared(), "method": f"{type(self.method).__name__}({options})"}

    def _check_loaded(self, groups: list[dict[str, Any]], state: dict[Any, dict[str, Any]]) -> None:
        owner, pairs = type(self).__name__, zip(self.param_groups, groups, strict=False)  # torch complains of other lengths
        for index, (mine, saved) in enumerate(pairs):
            for p, key in zip(mine["params"], saved["params"], strict=False):
                check_penalty(owner, saved["penalty"] or ZERO, p, self.metric, self.unbounded)
                kept = {name: v for name, v in state.get(key, {}).items() if isinstance(v, Tensor)}
                begun = self._bucket_of(index, [p], [], []).shapes(p) if kept else {}
                for name, value in kept.items():
                    wanted = begun.get(name, p.shape if value.ndim else value.shape)
                    if value.shape != wanted:
                        whose = "of the parameter's" if wanted == p.shape else "of"
                        shapes = f"{tuple(wanted)}; got {name} of shape {tuple(value.shape)}"
                        raise ValueError(f"{owner}: the saved state must be {whose} shape {shapes}")
