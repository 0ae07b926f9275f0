"""l1/2: the cosine form of the cubic's largest root, and that the polishing step stays there."""

from __future__ import annotations

from typing import Any

import z3

from verify.arrays.recorded import RecordedArrays
from verify.claims.prox.roots import Root, whole
from verify.claims.prox.theorem import Minimiser
from verify.evidence.chain import Known
from verify.penalties.l12 import L12


def l12() -> Minimiser:
    c = Minimiser(L12)
    return whole(c, c.run["abs"][0], square_root, unshrunk)


def square_root(c: Minimiser, u: Any) -> Root:
    """With y = sqrt(x), 2tF = (y^2 - u)^2 + 2 mu y, mu = lam t; stationary where y^3 - u y + mu/2 = 0."""
    mu = c.parameters["lam"] * c.t
    (m,), (h, polished), (cosine,) = c.run["cbrt"], c.run["sqrt"], c.run["cos_third"]
    (ratio, slope, shrinkage), (safe, *selects) = c.run["quotient"], c.run["where"]
    own = RecordedArrays("own.")
    s = own.named(cosine * m / h)
    c.define(own.definitions)
    threshold = 3 * m * m / 2
    scale = c.prove("m^3 = mu", z3.And(m > 0, m * m * m == mu), m, mutant=m > 1)
    size = c.prove(
        "the threshold is positive", z3.And(safe >= threshold, safe > 0, threshold > 0), [scale, safe], mutant=safe > threshold
    )
    part = c.prove("0 < q <= 1", z3.And(ratio > 0, ratio <= 1, ratio * safe == threshold), [size, ratio], mutant=ratio < 1)
    half = c.prove("h^2 = q/2", z3.And(h > 0, h * h == ratio / 2, ratio * h <= 1), [part, h], mutant=h * h == ratio)
    triple = 4 * cosine * cosine * cosine - 3 * cosine
    domain = c.prove(
        "cos_third in its domain",
        z3.And(2 * cosine >= 1, triple == -ratio * h),
        [half, cosine],
        mutant=triple == ratio * h,
    )
    square = cosine * cosine
    large = c.prove("2 c^2 >= 1", z3.And(2 * square >= 1, cosine > 0), [part, half, domain], mutant=2 * square > 1)
    product = c.prove("s h = c m", z3.And(s * h == cosine * m, s > 0), [s, half, large, scale], mutant=s * h == -cosine * m)
    start = c.prove(
        "s^2 = 4 c^2 u/3",
        s * s * (3 * h * h) == 4 * square * (safe * h * h),
        [product, half, part],
        mutant=s * s * (3 * h * h) == 2 * square * (safe * h * h),
    )
    C, G, H, M, S = z3.Reals("C G H M S")
    cubic = c.for_all(
        "h^3 (s^3 - u s + m^3/2) = (m^3/4)(4 c^3 - 3 c + 2 h^3)",
        [H > 0, M > 0, S * H == C * M, G * (2 * H * H) == 3 * M * M / 2, 4 * C * C * C - 3 * C == -2 * H * H * H],
        S * S * S - G * S + M * M * M / 2 == 0,
        mutant=S * S * S - G * S + M * M * M == 0,
    )
    stationary = c.prove(
        "s is stationary",
        s * s * s - safe * s + mu / 2 == 0,
        [cubic(H=h, M=m, S=s, C=cosine, G=safe), product, half, part, domain, scale],
        mutant=s * s * s - safe * s + mu == 0,
    )
    tangent = c.prove("s (h/c) = m", s * slope == m, [product, half, large, slope], mutant=s * slope == 2 * m)
    moved = c.prove(
        "x = s^2",
        safe - m * m / 2 * slope == s * s,
        [tangent, product, stationary, scale],
        mutant=safe - m * m * slope == s * s,
    )
    stays = c.prove("polishing stays at s", polished == s, [moved, product, polished], mutant=polished == 2 * s)
    shrinks = c.prove(
        "u - shrinkage = s^2", shrinkage == safe - s * s, [stays, stationary, product, shrinkage], mutant=shrinkage == safe - s
    )
    largest = c.prove(
        "s is the largest root", z3.And(3 * s * s >= 2 * safe, s > 0), [start, product, half, large, size], mutant=s * s >= safe
    )
    past, up_to = lowest_root(c)
    return Root(
        power=lambda y: y * y,
        value=lambda y: y,
        threshold=threshold,
        y0=s,
        safe=safe,
        selects=[*selects, *c.run["copysign"]],
        shrinks=[shrinks],
        stationary=[stationary, largest],
        scale=[scale],
        past=past(Y=c.at_x["sqrt"][0], S=s, G=u, W=mu),
        up_to=up_to(Y=c.at_x["sqrt"][0], M=m, G=u),
    )


def lowest_root(c: Minimiser) -> Any:
    """For all y >= 0: the largest stationary point, and up to the threshold 0, are lowest."""
    G, M, S, W, Y = z3.Reals("G M S W Y")

    def quartic(y: Any, mu: Any) -> Any:
        return (y * y - G) * (y * y - G) + 2 * mu * y

    past = c.for_all(
        "the largest stationary point is lowest",
        [Y >= 0, S >= 0, S * S * S - G * S + W / 2 == 0, 3 * S * S >= 2 * G],
        quartic(Y, W) >= quartic(S, W),
        mutant=quartic(Y, W) > quartic(S, W),
    )
    up_to = c.for_all(
        "up to the threshold 0 is lowest",
        [Y >= 0, M >= 0, G >= 0, 2 * G <= 3 * M * M],
        quartic(Y, M * M * M) >= G * G,
        mutant=quartic(Y, M * M * M / 2) >= G * G,
    )
    return past, up_to


def unshrunk(c: Minimiser, u: Any) -> Known:
    """For lam = 0: m = 0, nothing is taken off, and prox is z."""
    (m,), shrinkage, (safe, *selects) = c.run["cbrt"], c.run["quotient"][-1], c.run["where"]
    nothing = c.prove("m = 0", m == 0, m, mutant=m > 0)
    inside = [c.run[kind] for kind in ("abs", "quotient", "sqrt", "cos_third")]
    kept = c.prove("no shrinkage", z3.Implies(u > 0, shrinkage == 0), [nothing, inside, safe], mutant=shrinkage > 0)
    seen = [c.run["abs"], selects, c.run["copysign"]]
    return c.prove("prox is z", c.y == c.z, [nothing, kept, seen], mutant=c.y == 0)
