"""Group penalties from their definitions, one group at a time, and their minima by search: no prox formula is used here."""

from __future__ import annotations

import mpmath
import numpy as np
from scipy.optimize import minimize

mp = mpmath.MPContext()
mp.dps = 60


def length(x):
    return np.sqrt(np.sum(np.square(x), axis=-1))


def mcp(r, lam, gamma):
    """The integral of the slope max(lam - r/gamma, 0)."""
    return np.where(r < gamma * lam, lam * r - r**2 / (2 * gamma), gamma * lam**2 / 2)


def objective(penalty, z, t):
    """x -> sum (x - z)^2/(2t) + penalty(x), for x of shape (..., d); t may be one a coordinate."""
    return lambda x: np.sum((x - z) ** 2 / (2 * np.asarray(t)), axis=-1) + penalty(x)


def least(penalty, z, t, rng, starts=6, probes=4000):
    """The least objective found: random points between 0 and z, whole and coordinate-wise, then local searches from the best.

    The searches work in units of each coordinate of z, and of the objective at 0 and z, so that no scale is preferred.
    """
    f = objective(penalty, z, t)
    d = len(z)
    parts = np.concatenate([rng.uniform(-0.1, 1.1, (probes, d)), np.repeat(rng.uniform(0, 1, (probes, 1)), d, axis=1)])
    parts *= rng.random(parts.shape) < rng.uniform(0.3, 1.0, (len(parts), 1))
    parts[0], parts[1] = 0.0, 1.0
    values = f(parts * z)
    unit = max(min(values[0], values[1]), 1e-300)
    best = values.min()
    for start in np.argsort(values)[:starts]:
        for method, tight in (("Nelder-Mead", {"fatol": 1e-15, "xatol": 1e-10}), ("Powell", {"ftol": 1e-15})):
            found = minimize(lambda u: f(u * z) / unit, parts[start], method=method, options={"maxiter": 300, **tight})
            best = min(best, found.fun * unit)
    return best


def is_least(penalty, x, z, t, rng, relative=1e-12, **budget):
    """Whether no point that the search finds has an objective below that of x by more than rounding."""
    at = objective(penalty, z, t)(np.asarray(x, dtype=np.float64))
    return bool(np.isfinite(at)) and at <= least(penalty, z, t, rng, **budget) * (1 + relative) + 1e-300


def group_l2_exact(z, d):
    """The minimiser of sum (x - z)^2/(2 d_i) + |x| in 60 digits: bisection on |x|, as x_i (1 + d_i/|x|) = z_i."""
    z, d = [mp.mpf(float(v)) for v in z], [mp.mpf(v) for v in d]
    if mp.fsum((a / b) ** 2 for a, b in zip(z, d, strict=True)) <= 1:
        return [mp.mpf(0) for _ in z]
    low, high = mp.mpf(0), mp.sqrt(mp.fsum(a * a for a in z))
    for _ in range(400):
        middle = mp.sqrt(low * high) if low and high / low > 2 else (low + high) / 2
        if mp.fsum((a / (middle + b)) ** 2 for a, b in zip(z, d, strict=True)) > 1:
            low = middle
        else:
            high = middle
    return [a * high / (high + b) for a, b in zip(z, d, strict=True)]


def ulps(x, exact):
    """Distances in units in the last place of x's dtype at the exact value."""
    spacing = [np.spacing(np.abs(x.dtype.type(float(e)))) if e else np.finfo(x.dtype).smallest_subnormal for e in exact]
    return max(float(abs(mp.mpf(float(a)) - e) / mp.mpf(float(s))) for a, e, s in zip(x, exact, spacing, strict=True))
