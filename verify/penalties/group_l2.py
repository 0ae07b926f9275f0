from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.group_kinds import Shape
from verify.penalties.group_norms import _GroupNorms
from verify.penalties.parameters import NonNegative

STEPS = 13  # of the secular equation: 10 leave 1e-13, 11 1e-26, whatever the steps t (measured); the rest is margin


@dataclass(frozen=True)
class GroupL2(_GroupNorms):
    """Group LASSO: lam sum_g w_g |x_g|, Euclidean norms (Yuan and Lin 2006). Convex.

    Groups are given by ``axes`` (``axes=(0,)`` on a matrix groups its columns) or by ``groups``, a partition of the last axis.
    prox is block soft thresholding: each group shrunk along itself by t lam w_g, to zero if it is not longer than that.
    A step t for each coordinate (a diagonal metric) is allowed: then |x_g| solves the secular equation below. Float32 arrays
    are within 1 ulp. In float64 the norm is within 2 ulp, which x has magnified by t lam w_g/(|z_g| - t lam w_g) next to the
    threshold, and in a diagonal metric by 1 + H/|x_g|, 1/H = sum p_i^2/(|x_g| + d_i).
    """

    lam: NonNegative
    axes: int | tuple[int, ...] | None = None
    groups: Any = None
    weights: Any = "size"

    def _of_norm(self, norm: Any, level: Any, xp: Any) -> Any:
        return level * norm

    def _slope(self, norm: Any, level: Any, xp: Any) -> Any:
        return level + 0 * norm

    def _radius(self, norm: Any, t: Any, level: Any, xp: Any) -> Any:
        return xp.maximum(xp.subtract_product(norm, t, level), 0)

    @property
    def _takes_metric(self) -> bool:
        return True

    def _shrink(self, z: Any, t: Any, level: Any, xp: Any) -> Any:
        t_shape: Shape = tuple(getattr(t, "shape", ()))
        if not self.grouping.has_one_a_coordinate(t_shape, tuple(z.shape)):
            return super()._shrink(z, t, level, xp)
        spread = self.grouping.spread
        pull = t * spread(level + self.grouping.sum(xp.zeros_like(z), xp))
        radius, alive = _secular_root(z, pull, self.grouping, xp)
        return xp.where(spread(alive), z * (spread(radius) / _positive(spread(radius) + pull, xp)), 0 * z)


def _secular_root(z: Any, d: Any, groups: Any, xp: Any) -> tuple[Any, Any]:
    """(r, alive): the root r = |x| of N(r) = 1, N(r) = |(z_i/(r + d_i))_i|, d_i = t_i lam w; not alive where N(0) <= 1.

    x_i - z_i + d_i x_i/|x| = 0 gives x_i = r z_i/(r + d_i), whence N(r) = 1; x = 0 solves |(z_i/d_i)_i| <= 1.

    Monotone convergence. h(r) = 1/N(r) is increasing and concave: it is a mean of power -2, homogeneous of degree 1 and
    concave (reverse Minkowski), of the numbers (r + d_i)/|z_i|, which are affine in r. Its tangent from any r lies above it,
    so a Newton step on h(r) = 1 ends at or below the root, from either side: every one gives a lower bound, and from below
    the sequence climbs to the root, quadratically. With q_i = z_i/(r + d_i) it leads to r + (N - 1) N^2/S,
    S = sum q_i^2/(r + d_i); where S overflows, N > 1, and r itself is the lower bound.
    While the bracket is wider than 2, the geometric mean of its ends is tried instead, which halves its logarithm: steps of
    1e-8 to 1e8 in one group are 53 doublings, gone after 6. The first bound comes from r = 0 with d_i raised to
    |z_i| 2^-20, which only lowers N, and not to 1 or less; where S overflows it is |z| 2^-60, from which the mean can climb.
    The next is a step from |z|, next to which the root lies where steps are short: two or three rounds are then enough.
    A narrow bracket keeps its upper end, so that rounding cannot move what has arrived.
    """
    spread = groups.spread
    raised = xp.maximum(d, xp.abs(z) * 2.0**-20)
    ratio = xp.where(raised > 0, z / _positive(raised, xp), 2 * xp.sign(z))
    high = groups.norm(z, xp)
    norm, step = _newton(ratio, raised, groups, xp)
    alive = xp.negate(norm <= 1)
    low = xp.where(alive, xp.minimum(xp.where(step > 0, step, high * 2.0**-60), high), 0 * high)

    def narrower(low: Any, high: Any, end: Any) -> tuple[Any, Any]:
        wide = high > 2 * low
        point = xp.where(wide, xp.sqrt(low) * xp.sqrt(high), end)
        base = _positive(spread(point) + d, xp)
        norm, step = _newton(z / base, base, groups, xp)
        low = xp.minimum(xp.maximum(low, point + step), high)
        return low, xp.where(norm < 1, xp.where(wide, xp.maximum(xp.minimum(high, point), low), high), high)

    bracket = narrower(low, high, high)
    return xp.iterate(lambda low, high: narrower(low, high, low), bracket, STEPS - 1)[0], alive


def _newton(ratio: Any, base: Any, groups: Any, xp: Any) -> tuple[Any, Any]:
    """N = |ratio| and the Newton step (N - 1) N^2/S, S = sum ratio_i^2/base_i."""
    norm, slope = groups.norm(ratio, xp), groups.sum(ratio * ratio / _positive(base, xp), xp)
    return norm, (norm - 1) * norm * (norm / _positive(slope, xp))


def _positive(x: Any, xp: Any) -> Any:
    """x, and 1 where x is 0: a divisor."""
    return xp.where(x == 0, 1, x)
