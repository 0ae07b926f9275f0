"""(C-4) with steps that tend to 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.evidence import Case, Lemma, claim


def forced(p: Any) -> Any:
    alpha, gamma, delta, C = p.positive("alpha"), p.positive("gamma"), p.positive("delta"), p.nonnegative("C")
    p.assume(alpha / (C + delta) >= gamma)
    return p.conj(alpha >= gamma * delta, alpha / (C + delta) <= alpha / delta)


def enough(p: Any) -> Any:
    alpha, least_, delta, C, most = p.reals("alpha> alpha_min> delta> C>= c")
    p.assume(alpha >= least_, most >= C)
    return alpha / (C + delta) >= least_ / (most + delta)


def every_gamma(p: Any) -> Any:
    alpha, gamma, delta, C, s = p.reals("alpha> gamma> delta> C>= s>")
    p.assume(s * gamma * delta > alpha)
    return alpha < gamma * (s * (C + delta))


class Decaying:
    """alpha_t = alpha/sqrt(t) at t = s^2, and a candidate gamma."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: short(rng, 1e-4, 10.0, size) for n in ("alpha", "delta")}
        case["C"] = np.where(rng.random(size) < 0.5, 0.0, short(rng, 1e-2, 10.0, size))
        case["gamma"] = case["alpha"] / (case["C"] + case["delta"]) * rng.choice([1.0, 0.5, 0.1], size)
        least_s = np.ceil(case["alpha"] / (case["gamma"] * case["delta"])) + 1
        return case | {"s": np.minimum(least_s * rng.choice([1, 1, 0.5], size) + 1, 1e12).astype(np.int64)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["alpha"] > 0, xp.both(case["gamma"] > 0, case["delta"] > 0))
        return xp.both(fine, xp.both(case["C"] >= 0, case["s"] >= 1))


@claim(
    "PG.C4.decay",
    place="Sect. 3, (C-4) and Theorem 1 (non-increasing steps)",
    expected="refuted",
    why="alpha = delta = 1, C = 0: at t = s^2 the eigenvalue is 1/s, below any gamma > 0 from some t on",
    erratum="gap",
    fix="PG.C4.decay.fix",
    falls="steps that tend to 0, which the words do not exclude; with steps bounded below (C-4) and Theorem 1 stand",
)
class Decays(Decaying):
    r"""Non-increasing steps are allowed, and (C-4) can be had with those that tend to $0$ (a reading: the text does not name
    them): $\lambda_{min}(\alpha_t (C_t + \delta I)^{-1}) \ge \gamma$ for some $\gamma > 0$ and all $t$ (here $\alpha_t =
    \alpha/\sqrt t$, $t = s^2$; each case has a candidate that serves at $t = 1$, the lemma is about every $\gamma$)."""

    complete_proof = False

    def domain(self, case: Case, xp: Any) -> Any:
        serves = case["alpha"] - case["gamma"] * (case["C"] + case["delta"]) >= 0
        return xp.both(serves, Decaying.domain(self, case, xp))

    def margin(self, case: Case, xp: Any) -> Any:
        return case["alpha"] / (case["s"] * (case["C"] + case["delta"])) - case["gamma"]

    def proof(self) -> list[Lemma]:
        return [Lemma("below every gamma from s > alpha/(gamma delta) on", every_gamma)]


@claim(
    "PG.C4.decay.fix",
    place="Sect. 3, (C-4)",
    expected="proved",
    why="gamma/delta for gamma delta fails",
)
class Bounded(Decaying):
    r"""(C-4) forces $\alpha_t \ge \gamma \delta$ for all $t$, whatever $C_t \ge 0$ is, and with $\alpha_t \ge \alpha_{min} >
    0$ and $C_t \le c$ it holds, $\gamma = \alpha_{min}/(c + \delta)$: among non-increasing steps those bounded below, no
    others."""

    def margin(self, case: Case, xp: Any) -> Any:
        kept = case["alpha"] / (case["C"] + case["delta"]) >= case["gamma"]
        return xp.where(kept, case["alpha"] - case["gamma"] * case["delta"], 0)

    def proof(self) -> list[Lemma]:
        return [Lemma("(C-4) bounds the steps below", forced), Lemma("and is met by them", enough)]
