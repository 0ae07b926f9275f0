"""The exact argmin that ADMM asks of the no-overlap loss (RVSM, Eq. 10, first line): a search for one angle."""

from __future__ import annotations

from typing import Any

BISECTIONS = 24
NEWTON_STEPS = 4  # from 1e-7 to beyond 50 digits


def nearest(loss: Any, v: Any, beta: Any, xp: Any) -> Any:
    """argmin_w f(w) + (beta/2)|w - v|^2, a global minimiser; shape (..., d), ``beta`` of shape (..., 1) or a number.

    Only |w| = r and the angle theta to w* enter f, and for given r and theta the product <w, v> is largest in the plane of
    w* and v, on v's side. There, with e = w*/|w*|, s = |w*|, v = v1 e + v2 n, v2 >= 0, the objective is (A/2) r^2 - r
    psi(theta) + const with A = 2a/k^2 + beta and

        psi(theta) = (s/k^2)(2b + (k/pi)(sin theta + (pi - theta) cos theta)) + beta (v1 cos theta + v2 sin theta),

    so r = max(psi, 0)/A at a maximiser theta of psi on [0, pi]. There psi' = sin(theta) F(theta) with
    F = beta v2 cot(theta) + s theta/(k pi) - s/k - beta v1, which falls, rises and falls again, with its turns at
    sin^2(theta) = k pi beta v2/s =: q: psi has at most one maximum in [0, t] and one in [pi - t, pi], t = arcsin(sqrt(min(q,
    1))). Each is found by bisection of psi' in its interval (an end of the interval is returned where there is none, which
    then loses) and sharpened by Newton steps inside the last bracket; the better one is taken, the smaller angle of two
    equal ones.
    """
    k = loss.k[..., None] if getattr(loss.k, "ndim", 0) else loss.k
    s = xp.norm(loss.w_star, axis=-1, keepdims=True)
    e = loss.w_star / s
    v1 = xp.sum(v * e, axis=-1, keepdims=True)
    across = v - v1 * e
    v2 = xp.norm(across, axis=-1, keepdims=True)
    n = across / xp.where(v2 > 0, v2, xp.full_like(v2, 1))
    pull = s / (k * xp.pi)
    q = xp.minimum(beta * v2 / pull, xp.full_like(v2, 1))
    turn = xp.atan2(xp.sqrt(q), xp.sqrt(1 - q))

    def slope(theta: Any) -> Any:
        sine = xp.sin(theta)
        return beta * (v2 * xp.cos(theta) - v1 * sine) - pull * (xp.pi - theta) * sine

    def height(theta: Any) -> Any:
        sine, cosine = xp.sin(theta), xp.cos(theta)
        kernel = (k - 1) + sine + (xp.pi - theta) * cosine
        return pull * kernel + beta * (v1 * cosine + v2 * sine)

    def peak(low: Any, high: Any) -> Any:
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            rising = slope(middle) > 0
            low, high = xp.where(rising, middle, low), xp.where(rising, high, middle)
        theta = (low + high) / 2
        for _ in range(NEWTON_STEPS):
            sine, cosine = xp.sin(theta), xp.cos(theta)
            bend = -beta * (v2 * sine + v1 * cosine) - pull * ((xp.pi - theta) * cosine - sine)
            moved = theta - slope(theta) / xp.where(bend < 0, bend, xp.full_like(bend, -1))
            theta = xp.where(bend < 0, xp.minimum(xp.maximum(moved, low), high), theta)
        return theta

    zero = xp.zeros_like(turn)
    left, right = peak(zero, turn), peak(xp.pi - turn, zero + xp.pi)
    theta = xp.where(height(left) >= height(right), left, right)
    a = (k + (k * k - k) / xp.pi) / (k * k) + beta
    r = xp.maximum(height(theta), zero) / a
    return r * (xp.cos(theta) * e + xp.sin(theta) * n)
