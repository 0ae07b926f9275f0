"""Zero steps: what they may count as."""

from __future__ import annotations

from typing import Any

from verify.claims.sr2.iteration import sums_of
from verify.claims.sr2.problems import NONE, Samples
from verify.claims.sr2.runs import fine
from verify.claims.sr2.sigma_max import EXISTS, Runs, induction
from verify.evidence import Case, Lemma, claim
from verify.methods.sr2 import SR2


@claim(
    "SR2.T2.zero",
    place="proof of Theorem 2, and after Theorem 1",
    expected="refuted",
    kind="run",
    why="f = x^2/2, R = 0, x = 0, sigma0 = 1, eta2 = 0.5, gamma1 = gamma2 = 2: sigma = 1, 2, 4, 8 > max(1, 4)",
    erratum="false",
    fix="SR2.T2.zero.fix",
    falls="sigma_t <= sigma_max and Theorem 2's proof use opposite rules; as a success, Theorem 2 needs SR2.T2.fix",
)
class ZeroFails(Runs):
    r"""A zero step counts as a failure, and $\sigma_t \le \max(\sigma_0, \gamma_2 \sigma_{succ})$ for all $t$."""

    method = SR2(zero="failure")
    steps, samples, kinds = 4, 1, (NONE,)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine(case, xp), Samples(case).smoothness(xp) > 0)

    def limit(self, case: Case, kappa: Any, xp: Any) -> Any:
        return Runs.limit(self, case, xp.maximum(kappa, Samples(case).smoothness(xp) / 2), xp)


def zero_keeps(p: Any) -> Any:
    sigma, _, rules, sums = sums_of(p)
    p.assume(sums.missing == 0, sums.square == 0)
    made = SR2().decide(sigma, sums, rules, p.xp)
    return p.conj(made.sigma == sigma, made.still, p.xp.negate(made.taken), p.xp.negate(made.failed))


@claim(
    "SR2.T2.zero.fix",
    place="after Theorem 1",
    expected="proved",
    kind="run",
    why="with the choice of a failure instead, x = 0 is a fixed point at which sigma grows for ever",
)
class ZeroKeeps(Runs):
    r"""With the rule that a zero step is a success that keeps $\sigma$: an iteration from $x$ with $s = 0$ leaves $x$ and
    $\sigma$, and $\sigma_t \le \max(\sigma_0, \gamma_2 \sigma_{succ})$. (SR2.L1.fix, SR2.L2.fix, SR2.T2.fix and SR2.T4.fix
    have the same rule.)"""

    def proof(self) -> list[Lemma]:
        return [
            Lemma("a zero step in the running decision", zero_keeps),
            Lemma(f"the bound, from SR2.T1 and {EXISTS}", induction),
        ]
