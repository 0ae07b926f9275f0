"""Lemma 1: how many successes there are before t(eps)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import sums_of
from verify.claims.sr2.problems import BOX
from verify.claims.sr2.runs import iterate
from verify.claims.sr2.watch import Counted, hits, success, tree, watch
from verify.evidence import Case, Lemma, claim
from verify.methods.sr2 import SR2


@claim(
    "SR2.L1",
    place="Lemma 1",
    expected="refuted",
    kind="run",
    why="f = x^2/2, R = 0, x = 0.1, sigma = 2, eta1 = 0.75, eps = 0.5: t(eps) = 1 succeeds, so 1 <= 2/75 would follow",
    erratum="misprint",
    fix="SR2.L1.fix",
    falls="the constant, by one success; O(1/eps^2) survives, as with t < t(eps) in (11) the bound holds",
)
class Printed(Counted):
    r"""With exact gradients $|S(\epsilon)| \le \frac{2 (F(x_1) - F_{low})}{\eta_1 \sigma_{min} \epsilon^2}$, $S(\epsilon)$ the
    successes with $t \le t(\epsilon)$ as printed."""

    def domain(self, case: Case, xp: Any) -> Any:
        moves = iterate(case, xp, case["x"], case["sigma0"], -1)[2].made.taken
        return xp.both(Counted.domain(self, case, xp), moves)

    def margin(self, case: Case, xp: Any) -> Any:
        return self.height(case, xp) - watch(case, xp).successes * self.unit(case, xp)


def one_success(p: Any) -> Any:
    """A step that the running decision takes, with |s| > eps."""
    sigma, _, rules, sums = sums_of(p)
    eps = p.positive("eps")
    p.assume(sums.missing == 0, sums.square > eps * eps, sums.penalty - sums.slope >= sigma / 2 * sums.square)
    made = SR2().decide(sigma, sums, rules, p.xp)
    fall = sums.penalty + sums.loss
    return p.implies(made.taken, fall > rules.eta1 * rules.sigma_min * eps * eps / 2)


@claim(
    "SR2.L1.fix",
    place="Lemma 1",
    expected="unrefuted",
    kind="run",
    why="with 1/2 of the constant, SR2.L1.sharp breaks it; sigma_max for sigma_min fails where sigma grew",
)
class Fix(Counted):
    r"""With exact gradients there are at most $\frac{2 (F(x_1) - F_{low})}{\eta_1 \sigma_{min} \epsilon^2}$ successes with $t <
    t(\epsilon)$, and every start of the run counts: $F(x_1) - F(x_t) \ge \frac12 \eta_1 \sigma_{min} \epsilon^2$ times their
    number."""

    complete_proof = False

    def margin(self, case: Case, xp: Any) -> Any:
        count = watch(case, xp)
        need = count.before * self.unit(case, xp)
        return xp.minimum(self.height(case, xp) - need, count.fall_before - need)

    def proof(self) -> list[Lemma]:
        return [Lemma("one success of the running decision", one_success)]


class Ramp(Counted):
    """f_i = b_i x on |x| <= lam, from the left end: a short step and a long one, both successful."""

    samples, steps, d = 2, 12, 1

    def cases(self, rng: Any, size: int) -> Case:
        case = Counted.cases(self, rng, size)
        eps = rng.choice([0.4, 0.5, 0.6], size)
        short = rng.choice([0.01, 0.02, 0.025, 0.03], size)
        case["b"] = np.stack([-short, -np.ones(size)], axis=1)[:, :, None]
        half = np.full(size, 0.5)
        fixed = {"kind": np.full(size, BOX), "lam": half, "eps": eps, "x": np.full((size, 1), -0.5), "a": 0 * case["a"] + 0.0}
        ones = {n: np.ones(size) for n in ("gamma3", "sigma_min", "sigma0")}
        fixed |= {"c": np.zeros_like(case["c"]), "eta1": half, "eta2": half, "place": np.zeros_like(case["place"])}
        return case | fixed | ones | {"xi": np.zeros_like(case["xi"])}

    def domain(self, case: Case, xp: Any) -> Any:
        flat = xp.all(xp.all(case["a"] == 0, axis=-1), axis=-1)
        down = xp.all(xp.all(case["b"] < 0, axis=-1), axis=-1)
        level = {"b": 0 * case["b"]}
        shape = xp.both(xp.both(flat, down), case["kind"] == BOX)
        return xp.both(Counted.domain(self, case | level, xp), shape)

    def height(self, case: Case, xp: Any) -> Any:
        slope = xp.sum(case["b"], axis=-2)[..., 0] / 2
        return slope * case["x"][..., 0] + xp.abs(slope) * case["lam"]


@claim(
    "SR2.L1.as",
    place="Lemma 1",
    expected="refuted",
    kind="run",
    why="f_1 = -x/40, f_2 = -x on a box of length 1, eps = 0.5: nine draws of 1 in a row, 9 successes where the bound is 8.2",
    erratum="false",
    fix="SR2.L1.exp.fix",
    falls="the bound for a realisation, and with it that of Lemma 2 and t(eps) surely; in expectation all hold",
)
class AlmostSure(Ramp):
    r"""For sampled gradients too, every path has at most $\frac{2 (F(x_1) - F_{low})}{\eta_1 \sigma_{min} \epsilon^2}$
    successes with $t < t(\epsilon)$. (The mean of $|s_t|^2$ over the samples exceeds $\epsilon^2$; the step taken may be
    shorter.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        return self.height(case, xp) - watch(case, xp).before * self.unit(case, xp)


@claim(
    "SR2.L1.exp.fix",
    place="Lemma 1",
    expected="unrefuted",
    kind="run",
    why="with rho from the sampled objective (SR2.S5.sampled) it fails; the ramp of SR2.L1.as meets it",
)
class Expected(Counted):
    r"""For sampled gradients, the full $F$ in $\rho$ and fresh draws, $\mathbb{E}\,|S'| \le \frac{2 (F(x_1) -
    F_{low})}{\eta_1 \sigma_{min} \epsilon^2}$, $S'$ the successes with $t < t(\epsilon)$: two samples, all draws of six
    iterations. Neither Assumption 3 nor 4 nor $L$ is used."""

    samples, steps, d = 2, 6, 1

    def margin(self, case: Case, xp: Any) -> Any:
        total, live = 0 * case["eps"], None
        for nodes, steps in tree(case, xp, self.steps):
            hit = hits(steps, case["eps"][:, None], xp)
            early = xp.negate(hit) if live is None else xp.both(live, xp.negate(hit))
            for step in steps:
                number = xp.sum(xp.where(xp.both(early, success(step, xp)), 1, 0), axis=1)
                total = total + number * self.unit(case, xp) / (2 * nodes)
            live = np.concatenate([early, early], axis=1)
        return self.height(case, xp) - total
