"""Proximal stochastic gradient descent, and the sqrt(t) method that MRDA compares it with."""

from __future__ import annotations

from typing import Any, ClassVar

from deep.optim.base import ProximalOptimizer
from deep.optim.numbers import LR, MOMENTUM, POSITIVE
from verify.methods.prox_sgd import ProxSGD as ProxSGDMethod
from verify.methods.sgd import Descent
from verify.methods.sqrt_t import Scale
from verify.methods.sqrt_t import SqrtT as SqrtTMethod
from verify.penalties import Penalty


class ProxSGD(ProximalOptimizer):
    """Proximal SGD (MRDA, Eq. 8 and 9): p <- prox_{lr R}(p - lr v), v <- momentum v + gradient, v = 0 at the start.

    With momentum 0 it is the paper's method. Without a penalty it is ``torch.optim.SGD`` without dampening. With momentum its
    fixed points are those of f + (1 - momentum) R: v gathers 1/(1 - momentum) gradients, the prox does not. To minimise f + R,
    divide lam by 1 - momentum.

    Memory: nothing without momentum, else v: one number a coordinate, from the first step that has momentum.
    """

    method = ProxSGDMethod()
    ranges: ClassVar = {"lr": LR, "momentum": MOMENTUM}

    def __init__(self, params: Any, lr: float = 1e-3, momentum: float = 0.0, penalty: Penalty | None = None, **options: Any):
        super().__init__(params, penalty, {"lr": lr, "momentum": momentum}, **options)

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Descent:
        return Descent(settings["lr"], settings["momentum"])

    def kept(self, group: dict[str, Any]) -> tuple[str, ...]:
        return () if group["momentum"] == 0 and not self._has(group, "v") else ("v",)


class SqrtT(ProximalOptimizer):
    """The sqrt(t) method (MRDA, Eq. 23): p <- prox_{sqrt(t) R}(p - lr gradient/sqrt(t)), t = 1, 2, ...

    The paper has lr = 1. Its threshold grows without bound: it ends at 0 (claim MRDA.E26). Memory: one number a tensor.
    """

    method = SqrtTMethod()
    ranges: ClassVar = {"lr": POSITIVE}
    fields = ("t",)
    converges_to = None

    def __init__(self, params: Any, lr: float = 1.0, penalty: Penalty | None = None, **options: Any):
        super().__init__(params, penalty, {"lr": lr}, **options)

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Scale:
        return Scale(1 / settings["lr"])
