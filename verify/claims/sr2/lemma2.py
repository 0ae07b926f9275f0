"""Lemma 2, and the count of iterations after it."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import ratio, sums_of
from verify.claims.sr2.problems import Samples, settle
from verify.claims.sr2.runs import fine, run
from verify.claims.sr2.sigma_max import EXISTS, Runs, induction, limits
from verify.claims.sr2.watch import Bowls, Counted, watch
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import least
from verify.methods.sr2 import SR2


def largest(case: Case, xp: Any) -> Any:
    """gamma2 sigma_succ with kappa = L/2."""
    return case["gamma2"] * limits(case, Samples(case).smoothness(xp) / 2, xp)[0]


@claim(
    "SR2.L2",
    place="Lemma 2",
    expected="refuted",
    kind="run",
    why="f = x^2/2, R = 0, sigma0 = 10, eta2 = 0.5, gamma2 = 2, gamma3 = 1: already U = 0 gives 0 <= log(4/10)",
    erratum="misprint",
    fix="SR2.L2.fix",
    falls="nothing but the constant: with max for min it holds, and so does O(1/eps^2)",
)
class Printed(Counted):
    r"""With exact gradients $|U(\epsilon)| \log\gamma_1 \le \log\frac{\sigma_{max}}{\sigma_0} - |S(\epsilon)| \log\gamma_3$,
    $\sigma_{max} = \min(\sigma_0, \gamma_2 \sigma_{succ})$ as printed. (Checked as $\sigma_0 \gamma_1^{|U|} \gamma_3^{|S|} \le
    \sigma_{max}$.)"""

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Counted.domain(self, case, xp), Samples(case).smoothness(xp) > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        top = xp.minimum(case["sigma0"], largest(case, xp))
        count = watch(case, xp)
        return xp.where(count.reached, 1 - case["sigma0"] * count.power / top, 0 * top)

    bound = None  # type: ignore[assignment]


@claim(
    "SR2.L2.index",
    place="proof of Lemma 2",
    expected="refuted",
    kind="run",
    why="f = x^2/2, x = 1, eta1 = eps = 0.6, gamma1 = 2: sigma = 0.5 and 1 fail, so t(eps) = 3, and sigma_2 = 1 < 0.5 * 4",
    erratum="misprint",
    fix="SR2.L2.fix",
    falls="nothing: it is sigma at t(eps), not at t(eps) - 1, that all factors before t(eps) have reached",
)
class Index(Bowls):
    r"""$\sigma_{t(\epsilon) - 1} \ge \sigma_0 \gamma_1^{|U(\epsilon)|} \gamma_3^{|S(\epsilon)|}$ (exact gradients)."""

    def margin(self, case: Case, xp: Any) -> Any:
        count, before = watch(case, xp), case["sigma0"]
        for t, step in enumerate(run(case, xp)):
            before = xp.where(t + 1 == count.time - 1, step.sigma, before)
        known = xp.both(count.reached, count.time > 1)
        return xp.where(known, before / (case["sigma0"] * count.power) - 1, 0 * before)


def one_factor(p: Any) -> Any:
    """power = sigma0 gamma1^|U| gamma3^|S| stays below sigma: each iteration is either a failure or a success."""
    sigma, _, rules, sums = sums_of(p)
    power = p.positive("power")
    p.assume(power <= sigma)
    made = SR2().decide(sigma, sums, rules, p.xp)
    success = p.disj(made.taken, made.still)
    either = p.conj(p.disj(made.failed, success), p.xp.negate(p.conj(made.failed, success)))
    after = p.xp.where(made.failed, rules.gamma1 * power, rules.gamma3 * power)
    return p.conj(either, after <= made.sigma)


def logarithms(p: Any) -> Any:
    """power <= sigma <= top in logarithms, which keep the order and turn products into sums."""
    U, S, log1, log3, start, sigma, top = p.reals("U>= S>= log_gamma1> log_gamma3 log_sigma0 log_sigma log_top")
    p.assume(start + U * log1 + S * log3 <= sigma, sigma <= top)
    return U * log1 <= top - start - S * log3


@claim(
    "SR2.L2.fix",
    place="Lemma 2",
    expected="proved",
    kind="run",
    why="gamma2 for gamma1 on the left fails where gamma2 > gamma1; attained where each interval's lower end is taken",
)
class Fix(Runs):
    r"""$|U| \log\gamma_1 \le \log\frac{\sigma_{max}}{\sigma_0} - |S| \log\gamma_3$ with $\sigma_{max} = \max(\sigma_0, \gamma_2
    \sigma_{succ})$, for the failures and successes before any $t$ of any run, sampled gradients included, zero steps being
    successes: $\sigma_t \ge \sigma_0 \gamma_1^{|U|} \gamma_3^{|S|}$. ($\log\gamma_3 \le 0$; it is 0 for $\gamma_3 = 1$.)"""

    def factor(self, case: Case) -> Any:
        return case["gamma1"]

    def margin(self, case: Case, xp: Any) -> Any:
        kappa, powers, power, spare = 0 * case["sigma0"], [], case["sigma0"], []
        for step in run(case, xp):
            kappa = xp.maximum(kappa, ratio(step, xp))
            power = power * xp.where(step.made.failed, self.factor(case), case["gamma3"])
            powers.append(power)
            spare.append(step.made.sigma / power - 1)
        limit = xp.maximum(case["sigma0"], case["gamma2"] * limits(case, kappa, xp)[0])
        return least(*spare, *[1 - power / limit for power in powers], xp=xp)

    def domain(self, case: Case, xp: Any) -> Any:
        return fine(case, xp)

    def proof(self) -> list[Lemma]:
        return [
            Lemma("one iteration of the running decision: sigma0 gamma1^|U| gamma3^|S| <= sigma", one_factor),
            Lemma(f"sigma <= sigma_max, from SR2.T1 and {EXISTS}", induction),
            Lemma("the logarithms of both", logarithms),
        ]


@claim(
    "SR2.teps",
    place="after Lemma 2",
    expected="refuted",
    kind="run",
    why="f_1 = x^2/2, f_2 = 3 x^2/2, x = 1, sigma = 4, eta1 = eps = 1/2: t(eps) = 1 as 1 succeeds; 2 is drawn and fails: 1, 0",
    erratum="misprint",
    fix="SR2.teps.fix",
    falls="nothing: t(eps) - 1 counts the iterations before",
)
class Time(Bowls):
    r"""$t(\epsilon) = |S(\epsilon)| + |U(\epsilon)|$, with $t \le t(\epsilon)$ in $S$ and $t < t(\epsilon)$ in $U$. (In the
    example $\sigma$ stays in $\{4, 8\}$, no step is zero, and $\kappa_m = 7$ serves.)"""

    samples, steps = 2, 4

    def cases(self, rng: Any, size: int) -> Case:
        case = Bowls.cases(self, rng, size)
        fixed = {"a": np.array([[1.0], [3.0]]), "c": 0.0, "x": 1.0, "xi": 1, "eps": 0.5, "eta1": 0.5, "eta2": 0.5}
        fixed |= {"gamma1": 2.0, "gamma2": 2.0, "gamma3": 1.0, "sigma0": 4.0, "sigma_min": 4.0, "place": 0.0}
        return settle(case, rng.random(size) < 0.3, fixed)

    def margin(self, case: Case, xp: Any) -> Any:
        count = watch(case, xp)
        return xp.where(count.reached, -xp.abs(count.time - count.successes - count.failures), 0)

    bound = None  # type: ignore[assignment]


@claim(
    "SR2.teps.fix",
    place="after Lemma 2",
    expected="unrefuted",
    kind="run",
    why="with t(eps) for t(eps) - 1, or gamma1 squared, it fails",
)
class TimeFix(Counted):
    r"""$t(\epsilon) - 1$ is the number of failures and of successes (zero steps included) with $t < t(\epsilon)$; with exact
    gradients the failures number at most $(\log\frac{\sigma_{max}}{\sigma_0} + B \log\frac{1}{\gamma_3}) / \log\gamma_1$, the
    successes at most $B = \frac{2 (F(x_1) - F_{low})}{\eta_1 \sigma_{min} \epsilon^2}$, $\sigma_{max} = \max(\sigma_0, \gamma_2
    \sigma_{succ})$. (In expectation the same holds for sampled gradients.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        count = watch(case, xp)
        identity = xp.where(count.reached, -xp.abs(count.time - 1 - count.before - count.failures), 0)
        most = self.height(case, xp) / self.unit(case, xp)
        top = xp.maximum(case["sigma0"], largest(case, xp))
        grown = xp.power(case["gamma1"], count.failures + 0 * most) * xp.power(case["gamma3"], most)
        return xp.minimum(identity, 1 - grown * case["sigma0"] / top)

    bound = None  # type: ignore[assignment]
