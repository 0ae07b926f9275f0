"""The population loss of RVSM's one-layer no-overlap ReLU network with Gaussian input (RVSM, Sect. 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from verify.losses.geometry import angle, angle_minus_sine


def relu_kernel(u: Any, v: Any, xp: Any) -> Any:
    """g(u, v) = E[relu(u.x) relu(v.x)] for standard Gaussian x: |u||v|(sin th + (pi - th) cos th)/(2 pi) (RVSM, Lemma 1).

    u and v have shape (..., d); the result (...). It is 0 if u or v is. Off by about 1e-16 |u||v|, which near th = pi is all of
    it.
    """
    theta = angle(u, v, xp)
    lengths = xp.norm(u, axis=-1) * xp.norm(v, axis=-1)
    return lengths * (xp.sin(theta) + (xp.pi - theta) * xp.cos(theta)) / (2 * xp.pi)


class Eigenvalues(NamedTuple):
    """Of a Hessian: along w, along the rest of the plane of w and w*, and across that plane (d - 2 times)."""

    radial: Any
    angular: Any
    across: Any


class Polar(NamedTuple):
    """w seen from w*, with a last axis of length 1 but for vectors: r = |w|, s = |w*|, the angle between them, r - s, w/r,
    w*/s and w - w*."""

    r: Any
    s: Any
    theta: Any
    excess: Any
    u: Any
    e: Any
    apart: Any


@dataclass(frozen=True)
class NoOverlapReLU:
    """f(w) = E[(L(x; w) - L(x; w*))^2] with L(x; w) the average of relu(w.x_i) over k patches x_i (RVSM, Eqs. 3 and 5).

    ``k`` is the number of patches, a number or an array of the batch's shape; ``w_star`` has shape (..., d). In the formulas
    b = (k^2 - k)/(2 pi), a = b + k/2, r = |w|, s = |w*| and theta is the angle of w and w*. f is C^2 off w = 0; it is
    (a (r^2 + s^2) - phi(w))/k^2 with phi convex and positively homogeneous, and all constants below come from that.
    """

    k: Any
    w_star: Any

    def value(self, w: Any, xp: Any) -> Any:
        """f(w), shape (...): (a/k^2)(r - s)^2 + (r s/(k pi)) [2 (pi - theta) sin^2(theta/2) + theta - sin theta].

        That is Eq. (5) with its cancellation done by hand: no term is negative, and near w* the result is accurate to a few
        units in the last place, where Eq. (5) as printed loses all its digits.
        """
        p = self._polar(w, xp)
        k, a, _ = self._coefficients(p.r, xp)
        half = xp.sin(p.theta / 2)
        bend = 2 * (xp.pi - p.theta) * half * half + angle_minus_sine(p.theta, xp)
        return (a / k * p.excess * p.excess + p.r * p.s * bend / xp.pi)[..., 0] / k[..., 0]

    def gradient(self, w: Any, xp: Any) -> Any:
        """grad f(w), shape (..., d), accurate relative to |w - w*|: with u = w/r and e = w*/s, Eq. (13) arranged as

        (1/k^2) [2b (r - s) u + k (w - w*) + (k s/pi) ((theta - sin theta) e + sin theta (e - u))].

        At w = 0, where f has no gradient, w/r is read as 0 and theta as pi/2.
        """
        p = self._polar(w, xp)
        k, _, b = self._coefficients(p.r, xp)
        turn = angle_minus_sine(p.theta, xp) * p.e + xp.sin(p.theta) * (p.e - p.u)
        return (2 * b / k * p.excess * p.u + p.apart + p.s / xp.pi * turn) / k

    def hessian_eigenvalues(self, w: Any, xp: Any) -> Eigenvalues:
        """The eigenvalues of the Hessian of f at w != 0, each of shape (...), for every angle, 0 and pi included.

        radial = 2a/k^2, angular = (1/k^2)[2a - (s/r)(2b + (2k/pi) sin theta)] and, d - 2 times,
        across = (1/k^2)[2a - (s/r)(2b + (k/pi) sin theta)]. In one dimension only the first exists.
        Source: differentiate Eq. (13); the claim RVSM.E5.hessian checks it.
        """
        p = self._polar(w, xp)
        k, a, b = (c[..., 0] for c in self._coefficients(p.r, xp))
        ratio, sine = (p.s / p.r)[..., 0], xp.sin(p.theta[..., 0])
        angular = 2 * a - ratio * (2 * b + 2 * k / xp.pi * sine)
        across = 2 * a - ratio * (2 * b + k / xp.pi * sine)
        return Eigenvalues(2 * a / (k * k), angular / (k * k), across / (k * k))

    def descent_constant(self, xp: Any) -> Any:
        """ell = 2a/k^2 = 1/k + (1 - 1/k)/pi, the smallest L with f(v) <= f(w) + <grad f(w), v - w> + (L/2)|v - w|^2 for all
        w != 0 and all v. Source: f is (a/k^2)|w|^2 less a convex function; the claim RVSM.L2.descent.sharp."""
        k, a, _ = self._coefficients(xp.norm(self.w_star, axis=-1), xp)
        return 2 * a / (k * k)

    def lipschitz(self, M: Any, xp: Any) -> Any:
        """The Lipschitz constant of grad f on |w| >= M > 0: (1/k^2) max(2a, (s/M)(2b + 2k/pi) - 2a), shape (...).

        Best possible in two or more dimensions; the second term is -angular at |w| = M, theta = pi/2. It serves every two
        points there, on one half-plane with w* or not, though the segment between them may cross |w| < M. Source: the claim
        RVSM.L4.sharp; Lemma 4 of the paper prints 1 + 3s/M for two points of one half-plane.
        """
        s = xp.norm(self.w_star, axis=-1)
        k, a, b = self._coefficients(s, xp)
        return xp.maximum(2 * a, s / M * (2 * b + 2 * k / xp.pi) - 2 * a) / (k * k)

    def growth(self, xp: Any) -> Any:
        """The largest c with f(w) >= c|w - w*|^2 for all w: 1/(4k), attained at -w*. Source: the claim RVSM.L3.growth."""
        return 1 / (4 * self._coefficients(xp.norm(self.w_star, axis=-1), xp)[0])

    def saddle(self, xp: Any) -> Any:
        """c = b/a = (k - 1)/(k - 1 + pi): besides w*, the gradient vanishes at -c w* and nowhere else (RVSM, Lemma 3)."""
        _, a, b = self._coefficients(xp.norm(self.w_star, axis=-1), xp)
        return b / a

    def _coefficients(self, like: Any, xp: Any) -> tuple[Any, Any, Any]:
        """(k, a, b) of the shape and kind of ``like``, whose last axis may be one of length 1 more than k has."""
        k = self.k[..., None] if getattr(self.k, "ndim", 0) and like.ndim > self.k.ndim else self.k
        k = xp.zeros_like(like) + k
        b = k * (k - 1) / (2 * xp.pi)
        return k, b + k / 2, b

    def _polar(self, w: Any, xp: Any) -> Polar:
        """theta comes from the part across w* of w or of w - w*, whichever is shorter: its error is a rounding of that one.
        It is pi/2 where w = 0 or w* = 0."""
        r, s = xp.norm(w, axis=-1, keepdims=True), xp.norm(self.w_star, axis=-1, keepdims=True)
        r = r + xp.zeros_like(s)
        one = xp.full_like(r, 1)
        u, e = w / xp.where(r > 0, r, one), self.w_star / xp.where(s > 0, s, one)
        apart = w - self.w_star
        near = xp.norm(apart, axis=-1, keepdims=True) < r
        part = xp.where(near, apart, w)
        along = xp.dot(part, e)[..., None]
        across = part - along * e
        theta = xp.atan2(xp.norm(across, axis=-1, keepdims=True), xp.where(near, s + along, along))
        theta = xp.where(r > 0, theta, one * xp.pi / 2)
        total = xp.where(r + s > 0, r + s, one)
        excess = xp.dot(apart / total, w + self.w_star)[..., None]
        return Polar(r, s, theta, excess, u, e, apart)
