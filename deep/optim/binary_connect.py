"""BinaryConnect: weights of -1 and 1."""

from __future__ import annotations

from typing import Any, ClassVar

from deep.optim.base import ProximalOptimizer
from deep.optim.numbers import LR
from verify.methods.binary_connect import BinaryConnect as BinaryConnectMethod
from verify.methods.binary_connect import Rate


class BinaryConnect(ProximalOptimizer):
    """BinaryConnect (Courbariaux, Bengio and David 2015), deterministic: real <- clip(real - lr gradient, -1, 1),
    p <- sign(real) with sign(0) = 1. No penalty. Memory: the real weights, one number a coordinate."""

    method = BinaryConnectMethod()
    ranges: ClassVar = {"lr": LR}
    fields = ("real",)
    converges_to = None
    penalised = False

    def __init__(self, params: Any, lr: float = 1e-2, *, penalty: None = None, **options: Any):
        super().__init__(params, penalty, {"lr": lr}, **options)

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Rate:
        return Rate(settings["lr"])
