"""Lemma 2, and the count of iterations after it."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.iteration import ratio, sums_of
from verify.claims.sr2.problems import Samples
from verify.claims.sr2.runs import fine, run
from verify.claims.sr2.sigma_max import Runs, limits
from verify.claims.sr2.watch import Counted, watch
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


def one_factor(p: Any) -> Any:
    """gamma1 a failure, gamma3 a success."""
    sigma, _, rules, sums = sums_of(p)
    made = SR2().decide(sigma, sums, rules, p.xp)
    grows = p.implies(made.failed, made.sigma >= rules.gamma1 * sigma)
    return p.conj(grows, made.sigma >= rules.gamma3 * sigma)


@claim(
    "SR2.L2.fix",
    place="Lemma 2",
    expected="unrefuted",
    kind="run",
    why="gamma2 for gamma1 on the left fails where gamma2 > gamma1; attained where each interval's lower end is taken",
)
class Fix(Runs):
    r"""$|U| \log\gamma_1 \le \log\frac{\sigma_{max}}{\sigma_0} - |S| \log\gamma_3$ with $\sigma_{max} = \max(\sigma_0, \gamma_2
    \sigma_{succ})$, for the failures and successes up to any $t$ of any run, sampled gradients included, zero steps being
    successes. ($\log\gamma_3 \le 0$; it is 0 for $\gamma_3 = 1$.)"""

    complete_proof = False

    def factor(self, case: Case) -> Any:
        return case["gamma1"]

    def margin(self, case: Case, xp: Any) -> Any:
        kappa, powers, power = 0 * case["sigma0"], [], case["sigma0"]
        for step in run(case, xp):
            kappa = xp.maximum(kappa, ratio(step, xp))
            power = power * xp.where(step.made.failed, self.factor(case), case["gamma3"])
            powers.append(power)
        limit = xp.maximum(case["sigma0"], case["gamma2"] * limits(case, kappa, xp)[0])
        return least(*[1 - power / limit for power in powers], xp=xp)

    def domain(self, case: Case, xp: Any) -> Any:
        return fine(case, xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("one iteration of the running decision", one_factor)]


@claim(
    "SR2.teps",
    place="after Lemma 2",
    expected="refuted",
    kind="run",
    why="f_i = x^2/2 +- x, x = 1/4, sigma = 4, eta1 = 0.05, eps = 0.5: t(eps) = 1 as + succeeds; - is drawn and fails: 1 and 0",
    erratum="misprint",
    fix="SR2.teps.fix",
    falls="nothing: t(eps) - 1 counts the iterations before",
)
class Time(Counted):
    r"""$t(\epsilon) = |S(\epsilon)| + |U(\epsilon)|$, with $t \le t(\epsilon)$ in $S$ and $t < t(\epsilon)$ in $U$."""

    samples, steps, d = 2, 4, 1

    def cases(self, rng: Any, size: int) -> Case:
        case = Counted.cases(self, rng, size)
        noisy = rng.random(size) < 0.3
        shape = (-1, 1, 1)
        b = np.array([[1.0], [-1.0]])
        for name, value in (("a", 1.0), ("c", 0.0), ("b", b)):
            case[name] = np.where(noisy.reshape(shape), value, case[name])
        fixed = {"eta1": 0.05, "eta2": 0.5, "sigma0": 4.0, "sigma_min": 4.0, "eps": 0.5}
        case = case | {n: np.where(noisy, v, case[n]) for n, v in fixed.items()}
        case["kind"] = np.where(noisy, 0, case["kind"])
        case["x"] = np.where(noisy[:, None], 0.25, case["x"])
        return case

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
