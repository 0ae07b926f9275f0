"""Equations (3), (8) and (9): the step as a prox, and how far it lowers the model."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.problems import CONVEX, HILL, NONE, Mixed, draw_problem, fine_problem
from verify.claims.sr2.symbols import variables
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.methods import SR2, ProxGradient
from verify.methods.prox_gradient import StepSize
from verify.methods.sr2 import Adaptive, Regularisation


class Steps:
    """R, x, g, sigma, and another step ``other`` to compare with; ties of the l0 penalty among them."""

    vectors = ("x", "g", "other")
    kinds: tuple[int, ...] = tuple(range(6))

    def cases(self, rng: Any, size: int) -> Case:
        problem = draw_problem(rng, size, kinds=self.kinds)
        sigma = np.where(rng.random(size) < 0.5, rng.choice([0.5, 1.0, 2.0, 4.0], size), log_uniform(rng, 1e-2, 1e2, size))
        sigma = np.where(problem["kind"] == HILL, 2 * problem["lam"] + sigma, sigma)
        shape = problem["x"].shape
        g = np.where(rng.random(shape) < 0.4, np.round(rng.normal(size=shape)), rng.normal(size=shape) * 2)
        tie = (rng.random(size) < 0.2)[:, None]
        x = np.where(tie & (problem["kind"] == 2)[:, None], np.sqrt(2 * problem["lam"] / sigma)[:, None], problem["x"])
        other = rng.normal(size=shape) * log_uniform(rng, 1e-4, 3.0, (size, 1))
        other = np.where(rng.random((size, 1)) < 0.2, 0.0, other)
        return {
            "x": x,
            "g": np.where(tie, 0.0, g),
            "other": other,
            "sigma": sigma,
            "kind": problem["kind"],
            "lam": problem["lam"],
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine_problem(case, xp), case["sigma"] > Mixed(case, xp).threshold(xp))

    def model(self, case: Case, y: Any, xp: Any) -> Any:
        """m(y - x) but for the constant f: <g, y - x> + R(y) + (sigma/2)|y - x|^2."""
        s, regular = y - case["x"], xp.sum(Mixed(case, xp)._value(y, xp), axis=-1)
        return xp.dot(case["g"], s) + regular + case["sigma"] * xp.dot(s, s) / 2

    def bound(self, case: Case, xp: Any) -> Any:
        x, g = case["x"], case["g"]
        near = xp.dot(x, x) + xp.dot(case["other"], case["other"])
        return 1 + case["lam"] * (1 + near) + case["sigma"] * near + xp.dot(g, g) * (1 + 1 / case["sigma"])


def prox(case: Case, z: Any, xp: Any) -> Any:
    return Mixed(case, xp)._prox(z, (1 / case["sigma"])[..., None], xp)


def same_order(p: Any) -> Any:
    """alpha times one objective and |alpha g|^2/2 is the other: ss = |s|^2, gs = <g, s>, gg = |g|^2, r = R(x + s)."""
    alpha, ss, gs, gg, r = variables(p, "alpha> ss gs gg r")
    return (ss + 2 * alpha * gs + alpha * alpha * gg) / 2 + alpha * r == alpha * (gs + ss / (2 * alpha) + r) + alpha**2 * gg / 2


def shifted(p: Any) -> Any:
    """With w = x + s, |w - (x - alpha g)|^2/(2 alpha) + r is the first objective over alpha, a coordinate at a time."""
    alpha, x, s, g, r = variables(p, "alpha> x s g r")
    w, z = x + s, x - alpha * g
    return alpha * ((w - z) * (w - z) / (2 * alpha) + r) == (s + alpha * g) * (s + alpha * g) / 2 + alpha * r


@claim(
    "SR2.E3",
    place="Eq. 3",
    expected="proved",
    why="with |s|^2/alpha for |s|^2/(2 alpha) the two orders differ at the first draw",
)
class Forms(Steps):
    r"""$\frac12 |s + \alpha g|^2 + \alpha R(x + s)$ and $\langle g, s\rangle + \frac{1}{2\alpha} |s|^2 + R(x + s)$ have
    the same minimisers, none included, and $x + s \in \mathrm{prox}_{\alpha R}(x - \alpha g)$ says the same: for every
    $R$, $\alpha > 0$. (The first is $\alpha$ times the second plus $\alpha^2 |g|^2/2$; the third is the definition after
    a shift. In Sect. 1.1 the samples should be from $1, \ldots, N$.)"""

    def first(self, case: Case, y: Any, xp: Any) -> Any:
        """The first form at s = y - x, over alpha."""
        z = y - case["x"] + (1 / case["sigma"])[..., None] * case["g"]
        return case["sigma"] * xp.dot(z, z) / 2 + xp.sum(Mixed(case, xp)._value(y, xp), axis=-1)

    def margin(self, case: Case, xp: Any) -> Any:
        rules = StepSize((1 / case["sigma"])[..., None])
        (_, y), _ = ProxGradient().propose(None, case["x"], case["g"], rules, Mixed(case, xp), xp)  # type: ignore[arg-type]
        other = case["x"] + case["other"]
        ahead = self.first(case, other, xp) - self.first(case, y, xp)
        behind = self.model(case, other, xp) - self.model(case, y, xp)
        finite = xp.both(ahead < xp.inf, behind < xp.inf)
        differ = xp.where(finite, xp.abs(xp.where(finite, ahead, 0) - xp.where(finite, behind, 0)), 0)
        return xp.where(finite, xp.minimum(xp.minimum(ahead, behind), -differ), 1)

    def proof(self) -> list[Lemma]:
        return [Lemma("alpha times the second is the first, up to a constant", same_order), Lemma("the shift", shifted)]


class OneProx(Steps):
    """A prox that is said to be the step."""

    kinds: tuple[int, ...] = (0, 1, 2)

    def step(self, case: Case, xp: Any) -> Any:
        raise NotImplementedError

    def margin(self, case: Case, xp: Any) -> Any:
        true = prox(case, case["x"] - case["g"] / case["sigma"][..., None], xp)
        return self.model(case, true, xp) - self.model(case, case["x"] + self.step(case, xp), xp)


@claim(
    "SR2.E8",
    place="Eq. 8",
    expected="refuted",
    why="R = 0, x = 0, g = 1, sigma = 1: the printed step is 1, uphill; the model is least at -1",
    erratum="misprint",
    fix="SR2.E8.fix",
    falls="nothing: all proofs use that s minimises (7)",
)
class Printed(OneProx):
    r"""$\mathrm{argmin}_s\, m(s; x, \sigma) = \mathrm{prox}_{R/\sigma}(g/\sigma)$, as printed; here with $R = 0$."""

    kinds = (NONE,)

    def step(self, case: Case, xp: Any) -> Any:
        return prox(case, case["g"] / case["sigma"][..., None], xp)


@claim(
    "SR2.E8.sign",
    place="Eq. 8",
    expected="refuted",
    why="R = |x|, x = 1, g = 0, sigma = 1: the step would be 0, but m(-1) = 0.5 < m(0) = 1",
    form="own",
    erratum="misprint",
    fix="SR2.E8.fix",
    falls="nothing: it shows that correcting the sign alone is not enough, as R is to be shifted by x",
)
class SignOnly(OneProx):
    r"""$\mathrm{argmin}_s\, m(s; x, \sigma) = \mathrm{prox}_{R/\sigma}(-g/\sigma)$: (8) with its sign corrected."""

    def step(self, case: Case, xp: Any) -> Any:
        return prox(case, -case["g"] / case["sigma"][..., None], xp)


@claim(
    "SR2.E8.fix",
    place="Eq. 8",
    expected="proved",
    why="either printed slip, the sign or the missing shift, makes it fail at short decimals",
)
class Fix(Steps):
    r"""$s \in \mathrm{argmin}\, m(\cdot; x, \sigma)$ if and only if $x + s \in \mathrm{prox}_{R/\sigma}(x - g/\sigma)$:
    the step that the method takes is no worse a minimiser of $m$ than any other step."""

    def margin(self, case: Case, xp: Any) -> Any:
        y, _ = trial(case, xp)
        return self.model(case, case["x"] + case["other"], xp) - self.model(case, y, xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("the two forms of the objective", same_order), Lemma("the shift by x", shifted)]


def trial(case: Case, xp: Any) -> tuple[Any, Any]:
    """The trial point of the method, and its sums."""
    rules = Adaptive(*([None] * 7))
    return SR2().propose(Regularisation(case["sigma"]), case["x"], case["g"], rules, Mixed(case, xp), xp)


def decrease(p: Any) -> Any:
    sigma, n, gs, before, after = variables(p, "sigma> n>= gs R0 R1")
    p.assume(gs + after + sigma / 2 * n <= before)  # m(s) <= m(0)
    return before - after - gs >= sigma / 2 * n


def decrease_weakly(p: Any) -> Any:
    """-(g + sigma s) is a subgradient of R + (m/2)|. - (x + s)|^2 at x + s."""
    sigma, m, n, gs = p.positive("sigma"), p.nonnegative("m"), p.nonnegative("n"), p.real("gs")
    before, after = p.reals("R0 R1")
    p.assume(before >= after + (gs + sigma * n) - m / 2 * n)
    return before - after - gs >= (sigma - m / 2) * n


@claim(
    "SR2.E9",
    place="Eq. 9",
    expected="proved",
    why="sigma for sigma/2 fails at the tie R = |x|_0/2, x = 1, g = 0, sigma = 1: the decrease is 1/2",
)
class Decrease(Steps):
    r"""$\Delta\psi = R(x) - R(x + s) - \langle g, s\rangle \ge \frac{\sigma}{2} |s|^2$ for the step of the method, whatever $R$
    and $g$ are; so $\psi$ falls strictly where $s \ne 0$. The constant cannot be improved for nonconvex $R$."""

    def margin(self, case: Case, xp: Any) -> Any:
        _, sums = trial(case, xp)
        return sums.penalty - sums.slope - case["sigma"] * sums.square / 2

    def proof(self) -> list[Lemma]:
        return [Lemma("from m(s) <= m(0)", decrease)]


@claim(
    "SR2.E9.sharp",
    place="Eq. 9",
    expected="proved",
    why="attained by R = 0; on l0 or -|x|, which are not weakly convex, it fails",
)
class DecreaseSharp(Steps):
    r"""If $R + \frac m2 |x|^2$ is convex, $\Delta\psi \ge \max(\frac{\sigma}{2}, \sigma - \frac m2) |s|^2$; for convex $R$ that
    is $\sigma |s|^2$, twice (9)."""

    kinds = (*CONVEX, HILL)

    def margin(self, case: Case, xp: Any) -> Any:
        _, sums = trial(case, xp)
        sigma = case["sigma"]
        factor = xp.maximum(sigma / 2, sigma - Mixed(case, xp).threshold(xp) / 2)
        return sums.penalty - sums.slope - factor * sums.square

    def proof(self) -> list[Lemma]:
        return [Lemma("from m(s) <= m(0)", decrease), Lemma("from a subgradient at x + s", decrease_weakly)]
