"""SGD and Adam on f + R as if R were smooth: a subgradient of the penalty is added to the gradient. No zeros are exact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from deep.optim.checkpoint import Saved
from deep.optim.checks import check_gradient, check_keys, check_parameter, name_all, penalty_of
from deep.optim.nonfinite import Nonfinite
from verify.arrays.torch import TORCH
from verify.penalties import Penalty, Separable, SparseGroup


def subgradient(penalty: Penalty, x: Tensor) -> Tensor:
    """The element of least norm of the (limiting) subdifferential of R at x: the gradient where there is one (for L0 that
    is 0), 0 at zero. TypeError for a penalty whose subdifferential is not given as an interval or by groups."""
    if isinstance(penalty, SparseGroup):
        return subgradient(penalty.each, x) + subgradient(penalty.group, x)
    if hasattr(penalty, "_pull"):
        return penalty._pull(x, TORCH).to(x.dtype)
    if isinstance(penalty, Separable) and type(penalty)._subdifferential is not Separable._subdifferential:
        lower, upper = penalty._subdifferential(x, TORCH)
        return TORCH.minimum(TORCH.maximum(torch.zeros_like(x), lower), upper).to(x.dtype)
    raise TypeError(f"{type(penalty).__name__} has no subgradient to step along; use an optimizer of deep.optim")


class _WithSubgradient(Saved):
    """What both share: ``penalty`` and ``lam`` of groups and ``nonfinite`` as in ``deep.optim`` (on a GPU each step waits for
    the answer), and g + the subgradient for g.

    TypeError for a penalty without a subgradient, ValueError for ``fused=True``, which would add it to scaled gradients."""

    def __init__(self, params: Any, penalty: Penalty | None = None, *, nonfinite: str = "raise", **settings: Any) -> None:
        if settings.get("fused"):
            raise ValueError(f"{type(self).__name__}: fused=True leaves no room for the subgradient; use foreach=True")
        self.nonfinite = Nonfinite(nonfinite, fast=True)
        self.penalty = penalty  # of groups that have none of their own
        super().__init__(params, **settings)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        group = {"penalty": self.penalty, "lam": None, **param_group}
        name_all(self.param_groups, group)
        super().add_param_group(group)
        try:
            check_keys(type(self).__name__, self.param_groups[-1], [*self.defaults, "penalty", "lam"])
            for p in self.param_groups[-1]["params"]:
                check_parameter(type(self).__name__, p)
                penalty_of(self.param_groups[-1]).value(p.detach())  # checks the shape
                self._of_penalty(self.param_groups[-1], p.detach())
        except (TypeError, ValueError):
            self.param_groups.pop()
            raise

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step along the gradient of f and the subgradient of R. Gradients are left as they were."""
        with torch.enable_grad():
            loss = None if closure is None else closure()
        own = [(p, p.grad) for group in self.param_groups for p in group["params"] if p.grad is not None]
        for p, _ in own:
            check_gradient(type(self).__name__, p)
        if not self._counts([gradient for _, gradient in own]):
            return loss
        try:
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        p.grad = p.grad + self._of_penalty(group, p.detach()) * (-1 if group["maximize"] else 1)
            step: Any = super().step  # type: ignore[misc]
            if getattr(step, "hooked", False):  # hooks have been called, around this step
                step = step.__wrapped__.__get__(self)
            step()
        finally:
            for p, gradient in own:
                p.grad = gradient
        return loss

    def _counts(self, gradients: list[Tensor]) -> bool:
        """Whether the step is made: torch's own has no condition on the device for it."""
        go, finite = self.nonfinite.guard(gradients)
        self.nonfinite.settle()
        return go and (finite is None or bool(finite))

    def _of_penalty(self, group: dict[str, Any], x: Tensor) -> Tensor:
        return subgradient(penalty_of(group), x)

    def _own_copies(self, state_dict: dict[str, Any]) -> dict[Tensor, dict[str, Any]]:
        """None: the state is torch's own, which it casts and places as its steps need (Adam's count stays on the CPU)."""
        return {}


class SubgradientSGD(_WithSubgradient, torch.optim.SGD):
    """w <- w - lr v, v <- momentum v + g + s, s the subgradient of R at w: ``torch.optim.SGD`` with its settings."""


class SubgradientAdam(_WithSubgradient, torch.optim.Adam):
    """Adam on g + s, s the subgradient of R at w: ``torch.optim.Adam`` with its settings. The preconditioner scales s too."""
