"""Theorem 4: the distance of 0 to the subdifferential at t(eps)."""

from __future__ import annotations

from typing import Any

from verify.claims.sr2.node import BELOW, SMALL, FirstIteration, Node, constant, distance, means, noise, trials
from verify.claims.sr2.problems import Samples
from verify.evidence import Case, claim


@claim(
    "SR2.T4",
    place="Theorem 4",
    expected="refuted",
    why="f = x^2/2, R = 0, x = 1, sigma0 = 10, eta = 0.5, gamma2 = 2: C = 51, s = -0.1, eps = 0.1: 0.81 > 0.51",
    erratum="misprint",
    fix="SR2.T4.fix",
    falls="nothing but the constant: with max for min in sigma_max it holds",
)
class Printed(FirstIteration):
    r"""$\hat{\mathbb{E}}\, \mathrm{dist}(0, \hat\partial F(x_t + s))^2 \le C \epsilon^2 + 3 \hat{\mathbb{E}} |\nabla f(x_t) -
    g|^2$ at $t = t(\epsilon)$, $C = 3 (L^2 + \sigma_{max}^2)$ with $\sigma_{max} = \min(\sigma_0, \gamma_2 \sigma_{succ})$ as
    printed (here without noise, $t(\epsilon) = 1$)."""

    def margin(self, case: Case, xp: Any) -> Any:
        _, _, _, far = means(case, xp)
        return constant(case, self.printed_top(case, xp), xp) * case["eps"] * case["eps"] - far


@claim(
    "SR2.T4.fix",
    place="Theorem 4",
    expected="proved",
    why="C = L^2 + sigma_max^2 fails on f = -x^2/2, R = 0, sigma = L, where the distance is 2 |s|",
)
class Fix(Node):
    r"""$\hat{\mathbb{E}}\, \mathrm{dist}(0, \hat\partial F(x_t + s))^2 \le C \epsilon^2 + 3 \hat{\mathbb{E}} |\nabla
    f(x_t) - g|^2$ wherever $\hat{\mathbb{E}}|s|^2 \le \epsilon^2$, $C = 3 (L^2 + \sigma_{max}^2)$, for any $\sigma_{max}
    \ge \sigma_t$ (such as $\max(\sigma_0, \gamma_2 \sigma_{succ})$). It is a bound at the trial point, for each
    realisation; $\epsilon < 1$ is not used."""

    small = SMALL
    below = BELOW

    def margin(self, case: Case, xp: Any) -> Any:
        number, _, rest, far = means(case, xp)
        return constant(case, case["top"], xp) * case["eps"] * case["eps"] * number + 3 * rest - far

    def proof(self) -> Any:
        from verify.claims.sr2.stationarity import theorem4

        return theorem4()


@claim(
    "SR2.T4.sharp",
    place="Theorem 4",
    expected="proved",
    why="attained by f = -L x^2/2, R = 0; max(L, sigma) for L + sigma fails there",
)
class Sharp(Node):
    r"""$\mathrm{dist}(0, \hat\partial F(x + s)) \le (L + \sigma) |s| + |\nabla f(x) - g|$ for each realisation; so
    $\frac32 (L + \sigma_{max})^2 \le 3 (L^2 + \sigma_{max}^2)$ serves for $C$, and $\sqrt{\hat{\mathbb{E}}\,
    \mathrm{dist}^2} \le (L + \sigma_{max}) \epsilon + \sqrt{\hat{\mathbb{E}}|\nabla f - g|^2}$."""

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Node.domain(self, case, xp), trials(case, xp)[0].sums.missing == 0)

    def parts(self, case: Case, xp: Any) -> tuple[Any, Any, Any]:
        step = trials(case, xp)[0]
        size = xp.norm(step.y - step.x, axis=-1)
        limit = (Samples(case).smoothness(xp) + case["sigma0"]) * size + noise(case, step, xp)
        return limit, distance(case, step.y, xp), case["sigma0"] * (size + xp.norm(step.x, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        limit, far, _ = self.parts(case, xp)
        return limit - far

    def bound(self, case: Case, xp: Any) -> Any:
        limit, _, scale = self.parts(case, xp)
        return limit + scale

    def proof(self) -> Any:
        from verify.claims.sr2.stationarity import theorem4_sharp

        return theorem4_sharp()
