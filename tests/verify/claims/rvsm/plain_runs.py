"""RVSM from the paper's formulas in mpmath, one vector at a time, sharing no code with the package."""

from __future__ import annotations

from mpmath import acos, atan2, cos, mp, mpf, pi, sin, sqrt

mp.dps = 50


def vector(*numbers):
    return [mpf(str(x)) for x in numbers]


def norm(w):
    return sqrt(sum(x * x for x in w))


def minus(v, w):
    return [x - y for x, y in zip(v, w, strict=True)]


def angle(v, w):
    v, w = [x / norm(v) for x in v], [x / norm(w) for x in w]
    return 2 * atan2(norm(minus(v, w)), norm([x + y for x, y in zip(v, w, strict=True)]))


def constants(k):
    b = (mpf(k) * k - k) / (2 * pi)
    return b + mpf(k) / 2, b


def loss(w, star, k):
    """Eq. (5)."""
    (a, b), r = constants(k), norm(w)
    if r == 0:
        return a / k**2
    t = angle(w, star)
    g = r * (sin(t) + (pi - t) * cos(t)) / (2 * pi)
    return (a * (r * r + 1) - 2 * k * g - 2 * b * r) / k**2


def gradient(w, star, k):
    """Eq. (13)."""
    r, t = norm(w), angle(w, star)
    c = k + (k * k - k) / pi - k * sin(t) / (pi * r) - (k * k - k) / (pi * r)
    return [(c * x - k * (pi - t) * y / pi) / k**2 for x, y in zip(w, star, strict=True)]


def threshold(w, ratio, penalty, a=None):
    """S(w) with ratio = lambda/beta."""
    out = []
    for x in w:
        sign, y = (1 if x > 0 else -1), abs(x)
        if penalty == "l1":
            out.append(sign * (y - ratio) if y > ratio else mpf(0))
        elif penalty == "l0":
            out.append(x if y > sqrt(2 * ratio) else mpf(0))
        else:
            jump = 2 * ratio * (a + 1) > a * a
            at = sqrt(2 * ratio * (a + 1)) - a / 2 if jump else ratio * (a + 1) / a
            shape = 1 - 27 * ratio * a * (a + 1) / (2 * (a + y) ** 3)
            out.append(sign * (2 * (a + y) * cos(acos(shape) / 3) / 3 - 2 * a / 3 + y / 3) if y > at else mpf(0))
    return out


def cost(u, penalty, a=None):
    if penalty == "l1":
        return sum(abs(x) for x in u)
    return sum(x != 0 for x in u) if penalty == "l0" else sum((a + 1) * abs(x) / (a + abs(x)) for x in u)


def run(case, steps, penalty="l1", listing=False):
    """Yields (w^t, u^t, L_beta(w^t, u^t)) of a counterexample's numbers."""
    w, star, k = vector(*case["w0"]), vector(*case["w_star"]), case["k"]
    star = [x / norm(star) for x in star]
    beta, lam, eta = vector(case["beta"], case["lam"], case["eta"])
    a = mpf(str(case["a"])) if "a" in case else None
    u = threshold(w, lam / beta, penalty, a)
    for _ in range(steps + 1):
        yield w, u, loss(w, star, k) + lam * cost(u, penalty, a) + beta / 2 * norm(minus(w, u)) ** 2
        new = threshold(w, lam / beta, penalty, a)
        used = u if listing else new
        w = [x - eta * (g + beta * (x - y)) for x, g, y in zip(w, gradient(w, star, k), used, strict=True)]
        u = new
