"""l2/3: Ferrari's form of the quartic's largest root, and that the polishing step and Newton's stay there."""

from __future__ import annotations

from typing import Any

import z3

from verify.claims.prox.roots import Root, whole
from verify.claims.prox.theorem import Minimiser
from verify.evidence.chain import Known
from verify.penalties.l23 import L23


def l23() -> Minimiser:
    c = Minimiser(L23)
    return whole(c, c.run["abs"][0], cube_root, unshrunk)


def cube_root(c: Minimiser, u: Any) -> Root:
    """With y = cbrt(x), 2tF = (y^3 - u)^2 + 3 k y^2, k = 2 lam t/3 = b^4; stationary where y^4 - u y + k = 0."""
    k = 2 * c.parameters["lam"] * c.t / 3
    (y,), (square, b, *_) = c.run["cbrt"], c.run["sqrt"]
    (*_, polished, shrinkage, newton, rest), (safe, eta, guard, *selects) = c.run["quotient"], c.run["where"]
    scale = c.prove("b^4 = k > 0", z3.And(k > 0, b > 0, b * b * b * b == k), [square, b], mutant=b * b == k)
    cube = b * b * b
    size = c.prove(
        "the threshold is positive", z3.And(safe >= 2 * cube, safe > 0, cube > 0), [scale, safe], mutant=safe > 2 * cube
    )
    p, quartic = ferrari(c, safe, b, scale, size)
    y0 = b * eta
    stationary = c.prove(
        "b eta is stationary",
        z3.And(y0 * y0 * y0 * y0 - safe * y0 + k == 0, y0 >= b, y0 > 0),
        [quartic, p, scale],
        mutant=y0 * y0 * y0 * y0 - safe * y0 + 2 * k == 0,
    )
    moved = c.prove(
        "polishing: k/y = u - y^3", polished == safe - y0 * y0 * y0, [stationary, guard, polished], mutant=polished == safe - y0
    )
    stays = c.prove("polishing stays at b eta", y == y0, [moved, stationary, y], mutant=y == 2 * y0)
    fourth = y * y * y * y
    largest = c.prove(
        "y is the largest stationary point",
        z3.And(fourth - safe * y + k == 0, y > 0, fourth >= k),
        [stays, stationary, scale],
        mutant=fourth > k,
    )
    shrinks = c.prove("u - shrinkage = y^3", shrinkage == safe - y * y * y, [largest, shrinkage], mutant=shrinkage == safe - y)
    still = c.prove("Newton's step is 0", z3.And(newton == 0, rest == 0), [largest, shrinks, newton, rest], mutant=rest > 0)
    past, up_to = lowest_root(c)
    return Root(
        power=lambda y: y * y * y,
        value=lambda y: y * y,
        threshold=2 * cube,
        y0=y,
        safe=safe,
        selects=[*selects, *c.run["copysign"]],
        shrinks=[shrinks, still],
        stationary=[largest, scale],
        scale=[scale],
        past=past(Y=c.at_x["cbrt"][0], S=y, G=u, K=k),
        up_to=up_to(Y=c.at_x["cbrt"][0], B=b, G=u),
    )


def ferrari(c: Minimiser, safe: Any, b: Any, scale: Known, size: Known) -> tuple[list[Known], Known]:
    """eta is the largest root of eta^4 - p eta + 1 with p = u/b^3 >= 2: resolvent e = alpha^2, then a quadratic factor."""
    (root3, alpha, remaining), (cosine,) = c.run["sqrt"][2:], c.run["cos_third"]
    (p, e, g, *_), eta = c.run["quotient"], c.run["where"][1]
    scaled = c.prove("p >= 2", z3.And(p >= 2, p * b * b * b == safe), [size, scale, p], mutant=p > 2)
    three = c.prove("the root of 3", z3.And(root3 > 0, root3 * root3 == 3), root3, mutant=root3 == 3)
    triple = 4 * cosine * cosine * cosine - 3 * cosine
    domain = c.prove(
        "cos_third in its domain",
        z3.And(2 * cosine >= 1, triple == 3 * root3 * p * p / 16),
        [three, scaled, cosine],
        mutant=2 * cosine > 3,
    )
    quotient = c.prove("e = 4 c/sqrt 3", z3.And(e * root3 == 4 * cosine, e > 0), [three, e, domain], mutant=e * root3 == cosine)
    A, C, E, G, N, P, Q = z3.Reals("A C E G N P Q")
    cubic = c.for_all(
        "e^3 - 4 e = p^2, from the cosine",
        [Q > 0, Q * Q == 3, 4 * C * C * C - 3 * C == 3 * Q * P * P / 16, E * Q == 4 * C],
        E * E * E - 4 * E == P * P,
        mutant=E * E * E - 4 * E == 2 * P * P,
    )
    resolvent = c.prove(
        "e^3 - 4 e = p^2",
        e * e * e - 4 * e == p * p,
        [cubic(E=e, Q=root3, C=cosine, P=p), three, domain, quotient],
        mutant=e * e * e - 4 * e == 2 * p * p,
    )
    large = c.prove("3 e^2 >= 16", z3.And(3 * e * e >= 16, e > 2), [resolvent, scaled, quotient], mutant=e * e >= 16)
    rooted = c.prove(
        "alpha^2 = e, g = 2 p/alpha",
        z3.And(alpha > 0, alpha * alpha == e, g * alpha == 2 * p),
        [large, alpha, g],
        mutant=alpha == e,
    )
    square = alpha * alpha
    sixth = c.prove(
        "p^2 = alpha^6 - 4 alpha^2",
        p * p == square * square * square - 4 * square,
        [rooted, resolvent],
        mutant=p * p == square * square * square,
    )
    g2 = c.prove(
        "g^2 = 4 (alpha^4 - 4)",
        z3.And(g * g == 4 * (square * square - 4), g > 0),
        [sixth, rooted, scaled],
        mutant=g * g == square * square - 4,
    )
    above = c.prove("g >= alpha^2", g >= square, [g2, rooted, large], mutant=g >= 2 * square)
    rest = c.prove(
        "the last root is of g - alpha^2",
        z3.And(remaining >= 0, remaining * remaining == g - square),
        [above, remaining],
        mutant=remaining * remaining == g,
    )
    tie = alpha * alpha * alpha - 2 * square + 2 * alpha - 2
    past_tie = c.prove("alpha is past the tie", tie >= 0, [sixth, scaled, rooted], mutant=tie > 0)
    one = c.prove("2 eta >= 2", alpha + remaining >= 2, [past_tie, rest, g2, rooted, above], mutant=alpha + remaining > 2)
    sum_ = c.prove("2 eta = alpha + root", z3.And(2 * eta == alpha + remaining, eta >= 1), [one, eta], mutant=eta > 1)
    factor = 4 * eta * eta - 4 * alpha * eta + 2 * square - g
    zero = c.prove("eta is a root of the quadratic factor", factor == 0, [sum_, rest], mutant=factor == square)
    product = c.for_all(
        "the quartic from its quadratic factor",
        [4 * N * N - 4 * A * N + 2 * A * A - G == 0, G * G == 4 * (A * A * A * A - 4), G * A == 2 * P],
        N * N * N * N - P * N + 1 == 0,
        mutant=N * N * N * N - P * N - 1 == 0,
    )
    fourth = eta * eta * eta * eta
    quartic = c.prove(
        "eta^4 - p eta + 1 = 0",
        fourth - p * eta + 1 == 0,
        [product(N=eta, A=alpha, G=g, P=p), zero, g2, rooted],
        mutant=fourth - p * eta == 0,
    )
    return [scaled, sum_], quartic


def lowest_root(c: Minimiser) -> Any:
    """For all y >= 0: the largest stationary point, and up to the threshold 0, are lowest."""
    B, G, K, S, Y = z3.Reals("B G K S Y")

    def sextic(y: Any, k: Any) -> Any:
        return (y * y * y - G) * (y * y * y - G) + 3 * k * y * y

    past = c.for_all(
        "the largest stationary point is lowest",
        [Y >= 0, S > 0, K > 0, S * S * S * S - G * S + K == 0, S * S * S * S >= K],
        sextic(Y, K) >= sextic(S, K),
        mutant=sextic(Y, K) > sextic(S, K),
    )
    fourth = B * B * B * B
    up_to = c.for_all(
        "up to the threshold 0 is lowest",
        [Y >= 0, B >= 0, G >= 0, G <= 2 * B * B * B],
        sextic(Y, fourth) >= G * G,
        mutant=sextic(Y, 2 * fourth / 3) >= G * G,
    )
    return past, up_to


def unshrunk(c: Minimiser, u: Any) -> Known:
    """For lam = 0: b = 0, nothing is taken off, and prox is z."""
    (y,), (square, b, *_) = c.run["cbrt"], c.run["sqrt"]
    (*_, polished, shrinkage, newton, rest), (safe, _, guard, *selects) = c.run["quotient"], c.run["where"]
    nothing = c.prove("b = 0", b == 0, [square, b], mutant=b > 0)
    whole_u = c.prove("u is used as it is", z3.And(safe == u, u >= 0), [nothing, safe, c.run["abs"]], mutant=safe > u)
    cubed = c.prove("y^3 = u", y * y * y == u, [nothing, whole_u, guard, polished, y], mutant=y == u)
    off = z3.Implies(u > 0, z3.And(shrinkage == 0, rest == 0))
    kept = c.prove("no shrinkage", off, [cubed, whole_u, shrinkage, newton, rest], mutant=shrinkage > 0)
    seen = [c.run["abs"], selects, c.run["copysign"]]
    return c.prove("prox is z", c.y == c.z, [nothing, kept, seen], mutant=c.y == 0)
