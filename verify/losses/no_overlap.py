"""The population loss of RVSM's one-layer no-overlap ReLU network with Gaussian input (RVSM, Sect. 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.losses.geometry import angle


def relu_kernel(u: Any, v: Any, xp: Any) -> Any:
    """g(u, v) = E[relu(u.x) relu(v.x)] for standard Gaussian x: |u||v|(sin th + (pi - th) cos th)/(2 pi) (RVSM, Lemma 1).

    u and v have shape (..., d); the result (...).
    """
    theta = angle(u, v, xp)
    lengths = xp.norm(u, axis=-1) * xp.norm(v, axis=-1)
    return lengths * (xp.sin(theta) + (xp.pi - theta) * xp.cos(theta)) / (2 * xp.pi)


@dataclass(frozen=True)
class NoOverlapReLU:
    """f(w) = E[(L(x; w) - L(x; w*))^2] with L(x; w) the average of relu(w.x_i) over k patches x_i (RVSM, Eqs. 3 and 5).

    ``k`` is the number of patches, a number or an array of the batch's shape; ``w_star`` has shape (..., d). f is smooth off
    w = 0; along w* its kink is removable.
    """

    k: Any
    w_star: Any

    def value(self, w: Any, xp: Any) -> Any:
        """f(w), shape (...): (1/k^2)[a (|w| - |w*|)^2 + k |w||w*| h(theta)] with a = (k^2 - k)/(2 pi) + k/2 and
        h = 1 - cos theta - (sin theta - theta cos theta)/pi, which is Eq. (5) with its cancellation done by hand."""
        k = self.k
        r, s = xp.norm(w, axis=-1), xp.norm(self.w_star, axis=-1)
        theta = angle(w, self.w_star, xp)
        half = xp.sin(theta / 2)
        h = 2 * half * half - (xp.sin(theta) - theta * xp.cos(theta)) / xp.pi
        a = (k * k - k) / (2 * xp.pi) + self._half(k)
        return (a * (r - s) * (r - s) + k * r * s * h) / (k * k)

    def gradient(self, w: Any, xp: Any) -> Any:
        """grad f(w), shape (..., d): Eq. (13). At w = 0, where f has no gradient, w/|w| is read as 0 and theta as pi/2."""
        k = self._column(self.k)
        r, s = xp.norm(w, axis=-1, keepdims=True), xp.norm(self.w_star, axis=-1, keepdims=True)
        theta = angle(w, self.w_star, xp)[..., None]
        safe = xp.where(r > 0, r, xp.full_like(r, 1))
        radial = k + (k * k - k) / xp.pi - (k * xp.sin(theta) + k * k - k) * s / (safe * xp.pi)
        return (radial * w - k * (xp.pi - theta) * self.w_star / xp.pi) / (k * k)

    @staticmethod
    def _half(k: Any) -> Any:
        return k / 2 if not hasattr(k, "dtype") or k.dtype.kind != "i" else k * 0.5

    @staticmethod
    def _column(k: Any) -> Any:
        return k[..., None] if hasattr(k, "ndim") and k.ndim else k
