"""ProxGEN, a prox in the metric of the preconditioner; and the updates that the paper compares it with."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from deep.optim.base import ProximalOptimizer
from deep.optim.bucket import Bucket
from deep.optim.numbers import DECAY, LR, MOMENTUM, POSITIVE
from verify.methods import Method
from verify.methods.prox_gen import Memory, Metric, ProxGen, ProxGenAdaGrad, ProxGenAdam
from verify.methods.prox_quant import ProxQuantAdam
from verify.methods.prox_quant import RevisedProxQuant as RevisedMethod
from verify.methods.two_stage_prox_sgd import TwoStageProxAdam
from verify.methods.two_stage_prox_sgd import TwoStageProxSGD as TwoStageMethod
from verify.penalties import Penalty

RANGES = {"lr": LR, "momentum": MOMENTUM, "beta": DECAY, "delta": POSITIVE}
USED: dict[str | None, dict[str, Any]] = {  # what a preconditioner has besides, with its defaults
    "adam": {"beta": 0.999, "delta": 1e-8, "bias_correction": True},
    "adagrad": {"delta": 1e-8},
    None: {},
}


class ProxGEN(ProximalOptimizer):
    """Proximal gradient with a preconditioner (ProxGEN, Algorithm 1): m <- momentum m + (1 - momentum) gradient,
    p <- prox of R in the metric H = (C + delta)/lr at p - m/H: the penalty's own map with the step 1/H_i in coordinate i.

    ``preconditioner``: "adam" has C = sqrt(v), v <- beta v + (1 - beta) gradient^2; "adagrad" C = sqrt(sum of gradient^2); None
    has C + delta = 1. ``momentum`` is the paper's rho_t. ``bias_correction`` divides m and v by what they have gathered, as
    ``torch.optim.Adam`` does and the paper does not say: without a penalty both are then the same. By default beta is 0.999,
    delta 1e-8, and Adam is corrected; ValueError for one that the preconditioner does not have.

    m is 0 before the first step, as in the paper. Steps without momentum do not keep it, and where momentum begins later it is
    that step's gradient, as in ``torch.optim.SGD`` (the paper has the one of the step before): nothing of it is then a start
    at 0, for which it would be corrected. Equal gradients so make equal steps.

    Memory, numbers a coordinate: m, from the first step that has momentum, and with a preconditioner v or the sum; two a
    tensor for ``bias_correction``.
    """

    metric = True

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        momentum: float = 0.9,
        beta: float | None = None,
        delta: float | None = None,
        penalty: Penalty | None = None,
        *,
        preconditioner: str | None = "adam",
        bias_correction: bool | None = None,
        **options: Any,
    ):
        methods = self._methods(bias_correction is not False)
        if preconditioner not in methods:
            raise ValueError(f"preconditioner must be one of {', '.join(map(repr, methods))}; got {preconditioner!r}")
        given, used = {"beta": beta, "delta": delta, "bias_correction": bias_correction}, USED[preconditioner]
        for name, value in given.items():
            if value is not None and name not in used:
                raise ValueError(f"preconditioner={preconditioner!r} has no {name}; got {value!r}: leave it out")
        own = {name: default if given[name] is None else given[name] for name, default in used.items()}
        corrects = own.pop("bias_correction", False)
        self.preconditioner, self.method = preconditioner, methods[preconditioner]
        self.ranges = {name: RANGES[name] for name in ("lr", "momentum", *own)}  # type: ignore[misc]
        self.metric = type(self).metric and preconditioner is not None
        self.fields = ("m",) if preconditioner is None else ("m", "left_m", "total", "left") if corrects else ("m", "total")
        super().__init__(params, penalty, {"lr": lr, "momentum": momentum, **own}, **options)

    @staticmethod
    def _methods(bias_correction: bool) -> dict[str | None, Method]:
        return {"adam": ProxGenAdam(bias_correction), "adagrad": ProxGenAdaGrad(), None: ProxGen()}

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Memory | Metric:
        s = settings
        if self.preconditioner == "adam":
            return Memory(s["lr"], s["momentum"], s["delta"], s["beta"])
        return Metric(s["lr"], s["momentum"], *([s["delta"]] if "delta" in s else ()))

    def kept(self, group: dict[str, Any]) -> tuple[str, ...]:
        remembers = group["momentum"] != 0 or self._has(group, "m")
        return tuple(name for name in self.fields if remembers or name not in ("m", "left_m"))

    def _bucket(self, index: int, group: dict[str, Any], params: list[Tensor]) -> Bucket:
        late = [p in self.state and "m" not in self.state[p] for p in params]
        bucket = super()._bucket(index, group, params)
        for p, grad, kept, begins in zip(bucket.params, bucket.grads, bucket.states, late, strict=True):
            if begins and "m" in kept:
                kept["m"].copy_(torch.nan_to_num(bucket.view(p, grad, kept)[2], 0, 0, 0))  # on a GPU it may not be finite
                if "left_m" in kept:
                    kept["left_m"].zero_()
        return bucket


class TwoStageProxSGD(ProxGEN):
    """Prox-SGD in two stages (ProxGEN, Eq. 5; Yang et al. 2020): p <- p + lr (x - p), with x the prox in the metric C + delta
    at p - m/(C + delta), without lr. ``preconditioner`` is None or "adam". Its prox point x is not kept: p has no exact zeros
    below lr = 1. Memory as :class:`ProxGEN`."""

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        momentum: float = 0.9,
        beta: float | None = None,
        delta: float | None = None,
        penalty: Penalty | None = None,
        *,
        preconditioner: str | None = None,
        **options: Any,
    ):
        super().__init__(params, lr, momentum, beta, delta, penalty, preconditioner=preconditioner, **options)

    @staticmethod
    def _methods(bias_correction: bool) -> dict[str | None, Method]:
        return {"adam": TwoStageProxAdam(bias_correction), None: TwoStageMethod()}


class ProxQuant(ProxGEN):
    """ProxQuant's update (ProxGEN, Table 2, top; Bai et al. 2019): p <- prox_{lr R}(p - lr m/(C + delta)), C = sqrt(v) of Adam,
    the prox without the preconditioner. Meant for :class:`verify.penalties.BinaryW`. What it converges to does not minimise
    F (claim PG.Tab2). Memory as :class:`ProxGEN`."""

    converges_to = None
    metric = False

    @staticmethod
    def _methods(bias_correction: bool) -> dict[str | None, Method]:
        return {"adam": ProxQuantAdam(bias_correction)}


class RevisedProxQuant(ProxGEN):
    """Revised ProxQuant (ProxGEN, Table 2, bottom): proximal Adam, for :class:`verify.penalties.BinaryW`. Memory as
    :class:`ProxGEN`."""

    @staticmethod
    def _methods(bias_correction: bool) -> dict[str | None, Method]:
        return {"adam": RevisedMethod(bias_correction)}
