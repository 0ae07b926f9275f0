"""The exact prox of MCP on the coordinates plus MCP (or lam|x|) on the norm of each group, for every step t. NumPy alone.

Let s = 1 + m, m = t mu >= 0. The group term is concave in |x|^2, hence the least of the quadratics mu |x|^2/2 + c(mu) above it;
so the objective's minimum is that over m of E(m), in which each coordinate minimises (x - z)^2/(2t) + mu x^2/2 + MCP(x) by itself:

    identity  x = z/s                          for s < k,
    firm      x = (z - t lam)/(s - t/gamma)    for s >= k, if z > t lam   (k = z/(gamma lam)),
    zero      x = 0                            for s >= k, if z <= t lam  (k = z^2/(lam^2 gamma t)).

E has concave kinks alone, so a minimum is at m = 0, at m = infinity (x = 0), or where |x(m)| = t L/(m + t/gamma2) inside a
piece between two k. There, with P and Q the sums of z^2 over identity and of (z - t lam)^2 over firm coordinates, E is least
where psi(m) = P((m + e)/(1 + m))^2 + Q((m + e)/(m + 1 - t/gamma))^2, e = t/gamma2, *rises* through (t L)^2. psi has one
minimum, in closed form, and rises after it: one candidate a piece. The best of the at most n + 3 candidates is returned.
"""

from __future__ import annotations

from typing import Any

import numpy as np

EPS = 4 * np.finfo(np.float64).eps


def mcp_pair_prox(z: Any, t: Any, lam: float, gamma: float, level: Any, group_gamma: float) -> np.ndarray:
    """Rows of z (groups, n) are groups; t and level (groups, 1). group_gamma is inf for lam|x|. Float64; NaN rows stay NaN.

    Each row is scaled by a power of two first, so that no square over- or underflows.
    """
    scale = np.ldexp(1, np.frexp(np.max(np.abs(z), axis=-1, keepdims=True))[1])
    size, lam, level = np.abs(z) / scale, lam / scale, level / scale
    sc, e, tau = t / gamma, t / group_gamma, t * level
    firm = size > t * lam
    reach = np.where(lam > 0, size / np.where(lam > 0, gamma * lam, 1), np.where(size > 0, np.inf, 0))
    kink = np.where(firm, reach, reach * (reach / sc))
    order = np.argsort(-kink, axis=-1, kind="stable")
    ranked = np.take_along_axis(kink, order, -1)
    p = _padded(np.cumsum(np.take_along_axis(size, order, -1) ** 2, axis=-1), before=0)
    squares = np.take_along_axis(np.where(firm, (size - t * lam) ** 2, 0), order, -1)
    q = _padded(np.cumsum(squares[:, ::-1], axis=-1)[:, ::-1], after=0)
    low = np.maximum(_padded(ranked, after=1) - 1, 0)
    high = _padded(ranked, before=np.inf) - 1
    root, valid = _rising_roots(p, q, e, sc, tau, low, high)
    kept = np.arange(p.shape[-1])
    cost = t * gamma * lam**2
    gain = _gain(p, q, root, e, sc, tau) - kept * cost
    gain = np.where(valid, gain, -np.inf)
    at_zero = np.sum(ranked > 1, axis=-1, keepdims=True)
    p0, q0 = (np.take_along_axis(v, at_zero, -1) for v in (p, q))
    norm0 = np.hypot(np.sqrt(p0), np.sqrt(q0) / _guard(1 - sc))
    gain0 = np.where(norm0 * e >= tau, _gain(p0, q0, 0 * p0, e, sc, tau) - at_zero * cost, -np.inf)
    best = np.argmax(gain, axis=-1, keepdims=True)
    gains = np.take_along_axis(gain, best, -1)
    unshrunk = gain0 > gains
    m = np.where(unshrunk, 0, np.take_along_axis(root, best, -1))
    rank = np.argsort(order, axis=-1, kind="stable")
    identity = rank < np.where(unshrunk, at_zero, best)
    x = np.where(identity, size / (1 + m), np.where(firm, (size - t * lam) / _guard(m + (1 - sc)), 0))
    x = np.where(np.maximum(gains, gain0) > 0, np.minimum(x, size), 0)
    return np.where(np.isnan(scale), np.nan, np.copysign(x * scale, z))


def _gain(p: Any, q: Any, m: Any, e: Any, sc: Any, tau: Any) -> Any:
    """2t times the objective's gain over x = 0 (without the constants of MCP)."""
    return p / (1 + m) + np.where(q > 0, q / _guard(m + (1 - sc)), 0) - np.where(tau > 0, tau * (tau / _guard(m + e)), 0)


def _psi(p: Any, q: Any, m: Any, e: Any, sc: Any) -> Any:
    """The square root of psi, which is |x(m)| (m + e)."""
    return (m + e) * np.hypot(np.sqrt(p) / (1 + m), np.sqrt(q) / _guard(m + (1 - sc)))


def _rising_roots(p: Any, q: Any, e: Any, sc: Any, tau: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """(m, valid): where psi rises through tau^2 in each piece [low, high]."""
    e, sc, tau = (np.broadcast_to(v, p.shape) for v in (e, sc, tau))
    a, b = np.sqrt(p), np.sqrt(q)
    root = np.where(q == 0, (tau - a * e) / _guard(a - tau), (tau * (1 - sc) - b * e) / _guard(b - tau))
    valid = np.where(q == 0, (a > tau) & (e < 1), (b > tau) & (e < 1 - sc))
    valid &= (root >= low * (1 - EPS) - EPS) & (root <= high * (1 + EPS) + EPS) & (high >= low)
    drop = sc - 1 + e
    turn = np.cbrt(q * np.maximum(drop, 0) / _guard((1 - e) * p))
    low = np.maximum(low, np.where(drop > 0, (sc - 1 + turn) / _guard(1 - turn), low))
    mixed = (p > 0) & (q > 0) & (e < 1) & ((drop <= 0) | (turn < 1)) & (high >= low)
    mixed[mixed] = (_psi(p, q, low, e, sc)[mixed] <= (tau * (1 + EPS))[mixed]) & (
        _psi(p, q, high, e, sc)[mixed] >= (tau * (1 - EPS))[mixed]
    )
    root[mixed] = _bisect(*(v[mixed] for v in (p, q, e, sc, tau, low, high)))
    valid = np.where((p > 0) & (q > 0), mixed, valid)
    return np.clip(np.where(valid, root, 0), 0, None), valid


def _bisect(p: Any, q: Any, e: Any, sc: Any, tau: Any, low: Any, high: Any) -> Any:
    for _ in range(52):
        middle = 0.5 * (low + high)
        below = _psi(p, q, middle, e, sc) < tau
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    m = high
    for _ in range(3):
        slope = p * (1 - e) / (1 + m) ** 3 + q * (1 - sc - e) / (m + (1 - sc)) ** 3
        f = _psi(p, q, m, e, sc)
        m = np.clip(m - (f - tau) * f / ((m + e) * slope), low, high)
    return m


def _padded(x: Any, before: float | None = None, after: float | None = None) -> Any:
    """x with one more column."""
    column = np.full_like(x[:, :1], before if after is None else after)
    return np.concatenate([column, x] if after is None else [x, column], axis=-1)


def _guard(x: Any) -> Any:
    return np.where(x == 0, 1, x)
