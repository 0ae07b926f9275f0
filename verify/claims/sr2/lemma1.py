"""Lemma 1: how many successes there are before t(eps)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from verify.claims.sr2.problems import BOX
from verify.claims.sr2.runs import iterate
from verify.claims.sr2.success import sums_of
from verify.claims.sr2.watch import Counted, hits, success, tree, watch
from verify.evidence import Case, Fact, Lemma, claim
from verify.methods.sr2 import SR2, Adaptive, Regularisation


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


class Lattice:
    """R(k) = -k/2 at k = 0, ..., n, infinite elsewhere; prox takes the largest of equally good points."""

    def __init__(self, n: int) -> None:
        self.n = n

    def _value(self, x: Any, xp: Any) -> Any:
        return -x / 2

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        best, at = None, 0 * z
        for k in range(self.n + 1):
            cost = (k - z) * (k - z) / (2 * t) - Fraction(k, 2)
            at = at if best is None else xp.where(cost <= best, k, at)
            best = cost if best is None else xp.minimum(best, cost)
        return at + 0 * z


def lattice_run(n: int, eta: Fraction) -> tuple[int, Fraction]:
    """|S'| and B eps^2 on a staircase: f(k) = k (1 - eta)/2, f'(k) = 0 at the integers."""
    from verify.arrays.exact import RationalArrays

    xp, one = RationalArrays(), np.array([Fraction(1)])
    rules, penalty, method = Adaptive(eta, eta, 2, 2, one, one, one), Lattice(n), SR2()
    x, state, count = np.array([Fraction(0)]), Regularisation(one), 0

    def drop(w: Any, y: Any) -> Any:
        return (w - y) * (1 - eta) / 2

    while True:
        state, after = method.step(state, x, 0 * x, rules, penalty, xp, drop)
        if (after == x).all():
            return count, 2 * (Fraction(n, 2) - n * (1 - eta) / 2) / eta
        x, count = after, count + int(abs(after - x)[0] == 1)


@claim(
    "SR2.L1.sharp",
    place="Lemma 1",
    expected="proved",
    kind="text",
    why="with another tie taken, or eta1 above rho, the run stops; dropping eta1 from the constant is caught here",
)
class Attained:
    r"""The constant $\frac{2}{\eta_1}$ is attained: $R(k) = -\frac k2$ on $\{0, \ldots, n\}$, $\sigma = 1$, $f(k) = \frac{(1 -
    \eta_1) k}{2}$ with $f'(k) = 0$ ($f$ smooth between). Every step is the tie $s = 1$ with $\rho = \eta_1$, so for $\epsilon
    \to 1$ there are $n = \frac{2 (F(x_1) - F_{low})}{\eta_1 \sigma_{min}}$ successes. (For convex $R$ half the bound holds.)"""

    def facts(self) -> list[Fact]:
        rows = [(n, eta, *lattice_run(n, eta)) for n, eta in ((20, Fraction(1, 2)), (7, Fraction(1, 10)), (5, Fraction(9, 10)))]
        return [
            Fact(f"n = {n}, eta1 = {eta}: the bound is attained", count == n == limit, f"{count} successes, bound {limit}")
            for n, eta, count, limit in rows
        ]


@claim(
    "SR2.L1.index",
    place="proof of Lemma 1",
    expected="refuted",
    kind="run",
    why="f = x^2/2, x = 1, sigma = 2, eps = 0.6: t(eps) = 1, the sum is F(1) - F(1/2) = 3/8 and the right side 0",
    erratum="misprint",
    fix="SR2.L1.index.fix",
    falls="t(eps) itself, where no decrease is guaranteed, is to be left out of sum and count",
)
class Index(Counted):
    r"""$F(x_1) - F(x_{t(\epsilon)}) = \sum_{t = 1}^{t(\epsilon)} (F(x_t) - F(x_{t + 1}))$ (exact gradients)."""

    def margin(self, case: Case, xp: Any) -> Any:
        count = watch(case, xp)
        return xp.where(count.reached, -xp.abs(count.fall - count.fall_before), 0 * count.fall)


@claim(
    "SR2.L1.index.fix",
    place="proof of Lemma 1",
    expected="unrefuted",
    kind="run",
    why="with the fall at t(eps) included it is SR2.L1.index, refuted",
)
class IndexFix(Counted):
    r"""$F(x_1) - F(x_{t(\epsilon)}) = \sum_{t = 1}^{t(\epsilon) - 1} (F(x_t) - F(x_{t + 1}))$, each side a value of $F$ on its
    own (exact gradients)."""

    def margin(self, case: Case, xp: Any) -> Any:
        count = watch(case, xp)
        difference = self.height(case, xp) - self.height(case | {"x": count.x}, xp) - count.fall_before
        return xp.where(count.reached, -xp.abs(difference), 0 * difference)
