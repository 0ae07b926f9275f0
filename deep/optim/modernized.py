"""Modernized dual averaging, without a penalty (MDA) and with one (RMDA)."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

from torch import Tensor

from deep.optim.base import ProximalOptimizer
from deep.optim.bucket import in_state_precision, stored
from deep.optim.checks import number
from deep.optim.numbers import LR, MIXING
from verify.arrays.torch import TORCH
from verify.methods.mda import MDA as MDAMethod
from verify.methods.mda import Mixing
from verify.methods.rmda import RMDA as RMDAMethod
from verify.penalties import Penalty

SHORT = 3  # rounds of one step, one after the other


class RMDA(ProximalOptimizer):
    """Regularized modernized dual averaging (RMDA, Algorithm 1).

    With s_t = lr sqrt t, alpha_t = s_1 + ... + s_t, V_t = s_1 g_1 + ... + s_t g_t and the start W_0 of the round:
    W~_t = prox_{(alpha_t/sqrt t) R}(W_0 - V_t/sqrt t), p <- (1 - c_t) p + c_t W~_t.

    ``lr`` is the paper's eta_t and ``momentum`` its c_t in [0, 1]: 1 forgets p, so that p is W~ with its exact zeros; below 1,
    W~ is :meth:`prox_point`. A round begins anew from p with :meth:`restart`; ``restart_when="lr_changes"`` does so, group by
    group, at each step whose lr is not that of the step before (for schedules in stages; others would restart every step).

    Memory: V and W_0, two numbers a coordinate, and two a tensor.
    """

    method: MDAMethod = RMDAMethod()
    ranges: ClassVar = {"lr": LR, "momentum": MIXING}
    fields = ("t", "alpha", "V", "anchor")

    def __init__(
        self,
        params: Any,
        lr: float = 0.1,
        momentum: float = 0.01,
        penalty: Penalty | None = None,
        *,
        restart_when: str | None = None,
        **options: Any,
    ):
        if restart_when not in (None, "lr_changes"):
            raise ValueError(f'restart_when must be None or "lr_changes"; got {restart_when!r}')
        self.restart_when = restart_when
        self._seen: dict[int, tuple[Any, int]] = {}  # by group: an lr on a GPU at the last step, and its version
        self._changes: dict[int, int] = {}  # by group: at how many steps in a row the lr has changed
        super().__init__(params, penalty, {"lr": lr, "momentum": momentum, "lr_of_round": None}, **options)

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Mixing:
        return Mixing(settings["lr"], settings["momentum"])

    def restart(self, group: dict[str, Any] | None = None) -> None:
        """Begin a round at the present parameters, of all groups or of one: t, alpha and V are 0, and W_0 is p."""
        for each in self.param_groups if group is None else [group]:
            for p in each["params"]:
                if self.state.get(p):
                    w = in_state_precision(p)
                    self.state[p].update(stored(self.method.restart(w, TORCH), self.fields, w))

    def _begin(self) -> None:
        for index, group in enumerate(self.param_groups):
            lr = number(group["lr"])
            if isinstance(lr, Tensor) and not lr.is_inference():
                seen, self._seen[index] = self._seen.get(index), (lr, lr._version)
                if seen is not None and seen[0] is lr and seen[1] == lr._version:
                    self._count(index, False)
                    continue  # it was not written since: no need to wait for its value
            changed = group["lr_of_round"] not in (None, lr)
            if self.restart_when and changed:
                self.restart(group)
            self._count(index, changed)
            group["lr_of_round"] = lr.detach().clone() if isinstance(lr, Tensor) else lr

    def _count(self, index: int, changed: bool) -> None:
        """Say, once, that rounds of one step average nothing."""
        self._changes[index] = self._changes.get(index, 0) + 1 if changed else 0
        if self.restart_when and self._changes[index] == SHORT:
            warnings.warn(
                f"the lr of {type(self).__name__} has changed at {SHORT} steps in a row, and each began a round, so that "
                "V holds one gradient, no average: let the scheduler step once an epoch or in stages, or take "
                "restart_when=None and call restart() where a stage ends",
                stacklevel=5,
            )

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._seen, self._changes = {}, {}
        super().__setstate__(state)

    def prox_point(self, p: Tensor) -> Tensor:
        """W~ of the last step, by the penalty and lam that the group has now; p before the first step. ValueError for a tensor
        that is none of the optimizer's parameters."""
        index = next((i for i, group in enumerate(self.param_groups) if any(p is q for q in group["params"])), None)
        if index is None:
            raise ValueError(f"{type(self).__name__}.prox_point takes one of its parameters; got a tensor {tuple(p.shape)}")
        kept = self.state.get(p, {})
        if not kept or not kept["t"]:
            return p.detach()
        return self.method.tentative(self.method.State(**kept), self._penalty(index), TORCH).detach()


class MDA(RMDA):
    """Modernized dual averaging (Jelassi and Defazio 2020): RMDA without a penalty. Memory as RMDA."""

    method = MDAMethod()
    penalised = False

    def __init__(self, params: Any, lr: float = 0.1, momentum: float = 0.01, **options: Any):
        super().__init__(params, lr, momentum, **options)
