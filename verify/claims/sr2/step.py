"""Equations (3) and (8): the step as a prox."""

from __future__ import annotations

from typing import Any

from verify.claims.sr2.draws import Steps, prox, trial
from verify.claims.sr2.problems import NONE, Mixed
from verify.evidence import Case, Lemma, claim
from verify.methods import ProxSGD, sgd


def same_order(p: Any) -> Any:
    """alpha times one objective and |alpha g|^2/2 is the other: ss = |s|^2, gs = <g, s>, gg = |g|^2, r = R(x + s)."""
    alpha, ss, gs, gg, r = p.reals("alpha> ss gs gg r")
    return (ss + 2 * alpha * gs + alpha * alpha * gg) / 2 + alpha * r == alpha * (gs + ss / (2 * alpha) + r) + alpha**2 * gg / 2


def shifted(p: Any) -> Any:
    """With w = x + s, |w - (x - alpha g)|^2/(2 alpha) + r is the first objective over alpha, a coordinate at a time."""
    alpha, x, s, g, r = p.reals("alpha> x s g r")
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
        rules = sgd.Descent((1 / case["sigma"])[..., None])
        _, y = ProxSGD().step(sgd.Velocity(0), case["x"], case["g"], rules, Mixed(case, xp), xp)
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
    falls="nothing: all proofs use that s minimises (7). Were the sign only lost in the text, (8) would still be wrong, as R "
    "is not shifted by x (SR2.E8.sign)",
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
