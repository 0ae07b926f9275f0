from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from verify.losses.elementary import tanh
from verify.options import check_literals


@dataclass(frozen=True)
class ConvNetwork:
    """A network of one convolution and one linear layer under |scores - y|^2/2, on images given as patches.

    For patches P (..., n, positions, q), one a place of the kernel and q numbers each, filters (..., F, q) and linear
    (..., C, positions F): hidden = a(P filters'), scores = hidden linear'. The activation a is tanh, or relu, which is not
    smooth (relu'(0) is read as 0). Responses y are (..., n, C).
    """

    activation: Literal["tanh", "relu"] = "tanh"

    def __post_init__(self) -> None:
        check_literals(self)

    def forward(self, P: Any, filters: Any, linear: Any, xp: Any) -> tuple[Any, Any]:
        """(hidden (..., n, positions F), scores (..., n, C))."""
        n, positions = P.shape[-3], P.shape[-2]
        z = P.reshape(*P.shape[:-3], n * positions, P.shape[-1]) @ filters.mT
        hidden = tanh(z) if self.activation == "tanh" else xp.maximum(z, 0.0)
        hidden = hidden.reshape(*hidden.shape[:-2], n, positions * filters.shape[-2])
        return hidden, hidden @ linear.mT

    def value(self, P: Any, y: Any, filters: Any, linear: Any, xp: Any) -> Any:
        """The loss a sample, shape (..., n)."""
        apart = self.forward(P, filters, linear, xp)[1] - y
        return xp.sum(apart * apart, axis=-1) / 2

    def fall(self, P: Any, y: Any, old: tuple[Any, Any], new: tuple[Any, Any], xp: Any) -> Any:
        """value(old) - value(new) a sample, which is within a rounding of the scores times their distance from y."""
        before, after = self.forward(P, *old, xp)[1], self.forward(P, *new, xp)[1]
        return xp.sum((before - after) * ((before - y) + (after - y)), axis=-1) / 2

    def gradient(self, P: Any, y: Any, filters: Any, linear: Any, xp: Any) -> tuple[Any, Any]:
        """The gradients of the sum over the samples with respect to filters and linear."""
        n, positions = P.shape[-3], P.shape[-2]
        hidden, scores = self.forward(P, filters, linear, xp)
        slope = scores - y
        back = slope @ linear
        back = back * (1 - hidden * hidden) if self.activation == "tanh" else xp.where(hidden > 0, back, 0.0)
        back = back.reshape(*back.shape[:-2], n * positions, filters.shape[-2])
        return back.mT @ P.reshape(*P.shape[:-3], n * positions, P.shape[-1]), slope.mT @ hidden
