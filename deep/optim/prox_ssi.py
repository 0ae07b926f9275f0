"""ProxSSI: Adam's step, then the prox in Adam's metric."""

from __future__ import annotations

from typing import Any, ClassVar

from deep.optim.base import ProximalOptimizer
from deep.optim.numbers import DECAY, LR, MOMENTUM, POSITIVE
from verify.methods.adam import Adaptive
from verify.methods.prox_ssi import ProxSSI as ProxSSIMethod
from verify.penalties import Penalty


class ProxSSI(ProximalOptimizer):
    """ProxSSI (Deleu and Bengio 2021): y = Adam's step with d = sqrt(v corrected) + delta, then p <- prox of R in the metric
    d/lr at y: the penalty's own map with the step lr/d_i in coordinate i. For group LASSO that is its Newton's method, which
    has no tolerance to choose. ``momentum`` is Adam's beta_1, ``beta`` its beta_2, ``delta`` its epsilon.

    Memory: Adam's two means, two numbers a coordinate, and two a tensor.
    """

    method = ProxSSIMethod()
    ranges: ClassVar = {"lr": LR, "momentum": MOMENTUM, "beta": DECAY, "delta": POSITIVE}
    fields = ("m", "v", "left1", "left2")
    metric = True

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        momentum: float = 0.9,
        beta: float = 0.999,
        delta: float = 1e-8,
        penalty: Penalty | None = None,
        **options: Any,
    ):
        super().__init__(params, penalty, {"lr": lr, "momentum": momentum, "beta": beta, "delta": delta}, **options)

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Adaptive:
        return Adaptive(settings["lr"], settings["momentum"], settings["beta"], settings["delta"])
