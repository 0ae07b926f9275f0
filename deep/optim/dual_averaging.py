"""Simple dual averaging, without a penalty (SDA) and with one: RDA and MRDA."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import torch
from torch import Tensor

from deep.optim.base import ProximalOptimizer
from deep.optim.bucket import Bucket, in_state_precision
from deep.optim.fast import compiled_call
from deep.optim.numbers import POSITIVE
from deep.optim.swap import swapped
from verify.methods.mrda import MRDA as MRDAMethod
from verify.methods.rda import RDA as RDAMethod
from verify.methods.sda import SDA as SDAMethod
from verify.methods.sda import Weight
from verify.penalties import Penalty


def add_points(points: list[Tensor], means: list[Tensor], counts: list[Tensor], finite: Tensor | None) -> list[Tensor]:
    """Each mean of so many points becomes that of one more, unless ``finite``, a condition on the device, does not hold."""
    for p, mean, count in zip(points, means, counts, strict=True):
        new = mean + (in_state_precision(p) - mean) / (count + 1)
        mean.copy_(new if finite is None else torch.where(finite, new, mean))
    return []


class RDA(ProximalOptimizer):
    """Regularized dual averaging (MRDA, Algorithm 1; Xiao 2010), beta_t = sqrt(t)/lr: the paper's gamma is 1/lr.

    p <- prox_{(lr sqrt t) R}(w_0 - lr sqrt t mean_t), mean_t of the gradients so far, w_0 where p began (0 minimises l1).

    ``average=True`` also keeps the mean of the points at which gradients were taken, which the theorems are about:
    :meth:`averaged` evaluates there. Memory: the mean and w_0, two numbers a coordinate, one a tensor; one a coordinate more
    with ``average``.
    """

    method: SDAMethod = RDAMethod()
    ranges: ClassVar = {"lr": POSITIVE}
    fields: tuple[str, ...] = ("t", "mean", "anchor")

    def __init__(self, params: Any, lr: float = 0.1, penalty: Penalty | None = None, *, average: bool = False, **options: Any):
        self.average = average
        super().__init__(params, penalty, {"lr": lr}, **options)

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Weight:
        return Weight(xp.sqrt(state.t + 1) / settings["lr"])

    def _run(self, bucket: Bucket, finite: Tensor | None) -> None:
        if self.average:
            for p, kept in zip(bucket.params, bucket.states, strict=True):
                if "average" not in kept:
                    kept["average"] = torch.zeros_like(in_state_precision(p))
            means = [kept["average"] for kept in bucket.states]
            inputs: list[Any] = [bucket.params, means, [kept["t"] for kept in bucket.states], finite]
            shapes = ((p.shape, p.stride(), m.stride()) for p, m in zip(bucket.params, means, strict=True))
            key = add_points, bucket.params[0].device, bucket.params[0].dtype, finite is None, *shapes
            if not self.fast or compiled_call(bucket.params[0].device.type, self, key, add_points, inputs) is None:
                add_points(*inputs)
        super()._run(bucket, finite)

    def _check_loaded(self, groups: list[dict[str, Any]], state: dict[Any, dict[str, Any]]) -> None:
        super()._check_loaded(groups, state)
        if self.average and any(kept and "average" not in kept for kept in state.values()):
            raise ValueError(
                f"{type(self).__name__}: this state was saved without the mean of the points: make the optimizer with "
                "average=False, or start without a state"
            )

    def _own_copies(self, state_dict: dict[str, Any]) -> dict[Tensor, dict[str, Any]]:
        found = super()._own_copies(state_dict)
        for kept in found.values() if not self.average else ():
            kept.pop("average", None)  # points would be missing in it from here on
        return found

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Within, the parameters hold the mean of the iterates. RuntimeError unless ``average=True`` and a step was made."""
        means = {p: kept["average"] for p, kept in self.state.items() if self.average and "average" in kept}
        if not means:
            raise RuntimeError(f"{type(self).__name__}: there is no average yet: make it with average=True, and take a step")
        with swapped(means):
            yield


class MRDA(RDA):
    """Modified regularized dual averaging (MRDA, Algorithm 2): RDA with w_0 = 0, begun at any p.

    p <- prox_{(lr sqrt t) R}(-lr sqrt t mean_t). Memory: the mean, one number a coordinate, and one a tensor; with ``average``
    one a coordinate more.
    """

    method = MRDAMethod()
    fields = ("t", "mean")


class SDA(RDA):
    """Nesterov's simple dual averaging (MRDA, Eq. 5): RDA without a penalty. Memory as RDA."""

    method = SDAMethod()
    penalised = False

    def __init__(self, params: Any, lr: float = 0.1, **options: Any):
        super().__init__(params, lr, **options)
