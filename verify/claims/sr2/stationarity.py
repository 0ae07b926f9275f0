"""The proofs of Theorem 4, Corollary 1 and Definition 3: one realisation, then the mean over those that succeed.

Of a realisation: u = |s|, q = |grad f(x) - g|, v = |grad f(x + s) - g - sigma s|, d = dist(0, subdifferential of F at x + s).
uu, qq, dd and uq are the means of u^2, q^2, d^2 and u q, far = sqrt(dd), noise = sqrt(qq), and top is sigma_max.
"""

from __future__ import annotations

from typing import Any

import z3

from verify.evidence.chain import Chain, Known

FERMAT = "Fermat's rule and the sum rule: grad f(x + s) - g - sigma s is in the subdifferential of F at x + s"
MEAN = "the square of the inequality of one realisation, averaged over those that succeed"
CLARKE = "a Frechet subgradient is a generalized gradient, so that the mean of them is in the convex hull over the closed ball"


class Realisation(Chain):
    """Ends in ``each``: d <= (L + sigma) u + q."""

    def __init__(self) -> None:
        super().__init__()
        self.L, self.sigma, self.top, self.eps = L, sigma, top, eps = z3.Reals("L sigma top eps")
        self.u, self.q, self.d = u, q, d = z3.Reals("u q d")
        self.uu, self.qq, self.dd = uu, qq, dd = z3.Reals("uu qq dd")
        v, change = z3.Reals("v change")
        self.assume(L >= 0, sigma > 0, top >= sigma, eps > 0, u >= 0, q >= 0, d >= 0)
        self.assume(uu >= 0, qq >= 0, dd >= 0, uu <= eps * eps, change <= L * u)  # f is L-smooth
        rule = self.given(FERMAT, d <= v)
        norms = self.given("the triangle inequality", v <= change + q + sigma * u)
        larger = d <= z3.If(sigma < L, L, sigma) * u + q
        self.each = self.prove("each realisation", d <= (L + sigma) * u + q, rule, norms, mutant=larger)

    def squares(self, factor: Any) -> Known:
        """dd <= C eps^2 + 3 qq for C = 3 (L^2 + top^2) or 3/2 (L + top)^2, the value of ``factor`` at top."""
        u, d, eps = self.u, self.d, self.eps
        now, most, more = factor(self.sigma), factor(self.top), 3 * self.q * self.q
        self.prove("its square", d * d <= now * u * u + more, self.each, mutant=d * d <= now * u * u + more / 3)
        mean = self.given(MEAN, self.dd <= now * self.uu + 3 * self.qq)
        wrong = self.dd <= most * eps * eps / 2 + 3 * self.qq
        return self.prove("the mean", self.dd <= most * eps * eps + 3 * self.qq, mean, mutant=wrong)

    def printed(self, top: Any) -> Any:
        return 3 * (self.L * self.L + top * top)

    def smaller(self, top: Any) -> Any:
        return z3.Q(3, 2) * (self.L + top) * (self.L + top)

    def roots(self) -> Known:
        """Minkowski's inequality: far <= (L + top) eps + noise."""
        u, q, d, uu, qq, dd, eps = self.u, self.q, self.d, self.uu, self.qq, self.dd, self.eps
        uq, far, noise = z3.Reals("uq far noise")
        self.far, self.noise = far, noise
        now, most = self.L + self.sigma, self.L + self.top
        self.assume(uq >= 0, far >= 0, noise >= 0, far * far == dd, noise * noise == qq)
        whole = now * now * u * u + 2 * now * u * q + q * q
        self.prove("its square, in full", d * d <= whole, self.each, mutant=d * d <= whole - 2 * now * u * q)
        mean = self.given(MEAN, dd <= now * now * uu + 2 * now * uq + qq)
        cauchy = self.given("Cauchy-Schwarz: (E u q)^2 <= E u^2 E q^2", uq * uq <= uu * qq)
        mixed = self.prove("the mixed term", uq <= eps * noise, cauchy, mutant=2 * uq <= eps * noise)
        sum_ = most * eps + noise
        square = self.prove("the mean, a square", dd <= sum_ * sum_, mean, mixed, mutant=dd <= sum_ * sum_ - qq)
        return self.prove("its root", far <= sum_, square, mutant=far <= most * eps)


def theorem4() -> Chain:
    c = Realisation()
    c.squares(c.printed)
    return c


def theorem4_sharp() -> Chain:
    c = Realisation()
    c.squares(c.smaller)
    c.prove("no larger", c.smaller(c.top) <= c.printed(c.top), mutant=2 * c.smaller(c.top) <= c.printed(c.top))
    c.roots()
    return c


def corollary1() -> Chain:
    c = Realisation()
    theorem = c.squares(c.printed)
    c.assume(c.qq <= c.eps * c.eps)
    factor = c.printed(c.top) + 3
    square = c.dd <= factor * factor * c.eps * c.eps
    c.prove("with the noise at most eps", square, theorem, mutant=c.dd <= (factor - 3) * c.eps * c.eps)
    return c


def corollary1_sharp() -> Chain:
    c = Realisation()
    theorem = c.roots()
    c.assume(c.qq <= c.eps * c.eps)
    total = c.L + c.top + 1
    c.prove("with the noise at most eps", c.far <= total * c.eps, theorem, mutant=c.far <= (total - 1) * c.eps)
    larger = total * total <= c.printed(c.top) + 3
    c.prove("the printed factor is larger", larger, mutant=2 * total * total <= c.printed(c.top) + 3)
    return c


def definition3() -> Chain:
    """Two samples with probabilities share and 1 - share; v and w are a coordinate of their elements, vv, ww and mm the squared
    lengths of both and of their mean, far the distance of 0 to the hull."""
    c = Chain()
    v, w, share, vv, ww, mm, eps, far = z3.Reals("v w share vv ww mm eps far")
    c.assume(share >= 0, share <= 1, eps >= 0, far >= 0, share * vv + (1 - share) * ww <= eps * eps)
    mean, squares = share * v + (1 - share) * w, share * v * v + (1 - share) * w * w
    c.prove("Jensen's inequality, a coordinate", mean * mean <= squares, mutant=mean * mean <= squares / 2)
    added = c.given("Jensen's inequality, added over the coordinates", mm <= share * vv + (1 - share) * ww)
    hull = c.given(CLARKE, far * far <= mm)
    c.prove("the distance to the hull", far <= eps, added, hull, mutant=far <= eps / 2)
    return c
