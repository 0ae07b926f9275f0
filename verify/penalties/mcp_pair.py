"""The exact prox of MCP on the coordinates plus MCP (or lam|x|) on the norm of each group, for every step t. NumPy alone.

Let s = 1 + m, m = t mu >= 0. The group term is concave in |x|^2, hence the least of the quadratics mu |x|^2/2 + c(mu) above
it; so the objective's minimum is that over m of E(m), in which each coordinate by itself minimises
(x - z)^2/(2t) + mu x^2/2 + MCP(x):

    identity  x = z/s                          for s < k,
    firm      x = (z - t lam)/(s - t/gamma)    for s >= k, if z > t lam   (k = z/(gamma lam)),
    zero      x = 0                            for s >= k, if z <= t lam  (k = z^2/(lam^2 gamma t)).

E has concave kinks alone, so a minimum is at m = 0, at m = infinity (x = 0), or where |x(m)| = t L/(m + t/gamma2) inside a
piece between two k. There, with P and Q the sums of z^2 over identity and of (z - t lam)^2 over firm coordinates, E is least
where psi(m) = P((m + e)/(1 + m))^2 + Q((m + e)/(m + 1 - t/gamma))^2, e = t/gamma2, *rises* through (t L)^2. psi has one
minimum, in closed form, and rises after it: one candidate a piece. The best of the at most n + 3 candidates is returned.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from verify.penalties.mcp import MCP

EPS = 4 * np.finfo(np.float64).eps


def mcp_pair_prox(z: Any, t: Any, each: MCP, level: Any, group_gamma: Any) -> np.ndarray:
    """Rows of z (groups, n) are groups; t, level, the group's lam w, and group_gamma, inf for level |x|, are (groups, 1).

    Float64; a row with NaN or inf becomes NaN. Each row is scaled by a power of two first: no square over- or underflows.
    """
    largest = np.max(np.abs(z), axis=-1, keepdims=True)
    scale = np.ldexp(1.0, np.frexp(largest)[1])
    size, lam, gamma = np.abs(z) / scale, each.lam / scale, each.gamma
    firm = size > t * lam
    reach = np.where(lam > 0, size / np.where(lam > 0, gamma * lam, 1), np.where(z != 0, np.inf, 0))
    kink = np.where(firm, reach, reach * (reach / (t / gamma)))
    order = np.argsort(-kink, axis=-1, kind="stable")
    ranked, squares, excess = (
        np.take_along_axis(v, order, -1) for v in (kink, size**2, np.where(firm, (size - t * lam) ** 2, 0))
    )
    p = _padded(np.cumsum(squares, axis=-1), before=0)
    q = _padded(np.cumsum(excess[:, ::-1], axis=-1)[:, ::-1], after=0)
    pieces = _Pieces(p, q, *(np.broadcast_to(v, p.shape) for v in (t / gamma, t / group_gamma, t * level / scale)))
    root, valid = pieces.rising_roots(np.maximum(_padded(ranked, after=1) - 1, 0), _padded(ranked, before=np.inf) - 1)
    cost = np.arange(p.shape[-1]) * (t * gamma * lam**2)
    kept, m, gain = _best(root, np.where(valid, pieces.gain(root) - cost, -np.inf))
    start = np.arange(p.shape[-1]) == np.sum(ranked > 1, axis=-1, keepdims=True)
    kept0, m0, gain0 = _best(0 * root, np.where(start & pieces.flat_at_zero(), pieces.gain(0 * root) - cost, -np.inf))
    kept, m = np.where(gain0 > gain, kept0, kept), np.where(gain0 > gain, m0, m)
    identity = np.argsort(order, axis=-1, kind="stable") < kept
    shrunk = np.clip((size - t * lam) / _divisor(m + (1 - t / gamma)), 0, gamma * lam)
    x = np.where(identity, np.abs(z) / (1 + m), np.where(firm, np.minimum(shrunk, size), 0) * scale)
    x = np.where(np.maximum(gain, gain0) > 0, x, 0)
    return np.where(np.isfinite(largest), np.copysign(x, z), np.nan)


@dataclass(frozen=True)
class _Pieces:
    """Column j: the j coordinates of largest k keep their identity, p = P and q = Q; c = t/gamma, e = t/gamma2, tau = t L."""

    p: Any
    q: Any
    c: Any
    e: Any
    tau: Any

    def reach(self, m: Any) -> Any:
        """The square root of psi(m), which is |x(m)| (m + e)."""
        return (m + self.e) * np.hypot(np.sqrt(self.p) / (1 + m), np.sqrt(self.q) / _divisor(m + (1 - self.c)))

    def gain(self, m: Any) -> Any:
        """2t times the objective's gain over x = 0 (without the constants of MCP)."""
        firm = np.where(self.q > 0, self.q / _divisor(m + (1 - self.c)), 0)
        return self.p / (1 + m) + firm - np.where(self.tau > 0, self.tau * (self.tau / _divisor(m + self.e)), 0)

    def flat_at_zero(self) -> Any:
        """Whether x(0) is so long that the group term is constant there."""
        return np.hypot(np.sqrt(self.p), np.sqrt(self.q) / _divisor(1 - self.c)) * self.e >= self.tau

    def rising_roots(self, low: Any, high: Any) -> tuple[Any, Any]:
        """(m, valid): where psi rises through tau^2 in [low, high]."""
        p, q, c, e, tau = self.p, self.q, self.c, self.e, self.tau
        a, b, drop = np.sqrt(p), np.sqrt(q), c - 1 + e
        root = np.where(q == 0, (tau - a * e) / _divisor(a - tau), (tau * (1 - c) - b * e) / _divisor(b - tau))
        valid = np.where(q == 0, (a > tau) & (e < 1), (b > tau) & (drop < 0)) & (high >= low)
        valid &= (root >= low * (1 - EPS) - EPS) & (root <= high * (1 + EPS) + EPS)
        turn = np.cbrt(q * np.maximum(drop, 0) / _divisor((1 - e) * p))  # psi is least at s = c/(1 - turn)
        low = np.maximum(low, np.where(drop > 0, (c - 1 + turn) / _divisor(1 - turn), low))
        mixed = (p > 0) & (q > 0) & (e < 1) & (turn < 1) & (high >= low)
        mixed &= (self.reach(low) <= tau * (1 + EPS)) & (self.reach(high) >= tau * (1 - EPS))
        root[mixed] = _Pieces(*(getattr(self, f.name)[mixed] for f in fields(self))).bisect(low[mixed], high[mixed])
        return np.where(valid | mixed, np.maximum(root, 0), 0), np.where((p > 0) & (q > 0), mixed, valid)

    def bisect(self, low: Any, high: Any) -> Any:
        """The root between low and high, with a few Newton steps for its last digits."""
        for _ in range(52):
            middle = 0.5 * (low + high)
            below = self.reach(middle) < self.tau
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        m = high
        for _ in range(3):
            slope = self.p * (1 - self.e) / (1 + m) ** 3 + self.q * (1 - self.c - self.e) / (m + (1 - self.c)) ** 3
            reach = self.reach(m)
            m = np.clip(m - (reach - self.tau) * reach / _divisor((m + self.e) * slope), low, high)
        return m


def _best(m: Any, gain: Any) -> tuple[Any, Any, Any]:
    """The column of the largest gain (of equal ones the first, which keeps fewest coordinates), its m, and the gain."""
    column = np.argmax(gain, axis=-1, keepdims=True)
    return column, np.take_along_axis(m, column, -1), np.take_along_axis(gain, column, -1)


def _padded(x: Any, before: float | None = None, after: float | None = None) -> Any:
    """x with one more column."""
    column = np.full_like(x[:, :1], before if after is None else after)
    return np.concatenate([column, x] if after is None else [x, column], axis=-1)


def _divisor(x: Any) -> Any:
    return np.where(x == 0, 1, x)
