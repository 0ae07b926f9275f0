"""Equation (9): how far the step lowers the model."""

from __future__ import annotations

from typing import Any

from verify.claims.sr2.draws import Steps, trial
from verify.claims.sr2.problems import CONVEX, HILL, Mixed
from verify.evidence import Case, Lemma, claim


def decrease(p: Any) -> Any:
    sigma, n, gs, before, after = p.reals("sigma> n>= gs R0 R1")
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
        return [Lemma("from m(s) <= m(0)", decrease), Lemma("by Fermat's rule: a subgradient at x + s", decrease_weakly)]
