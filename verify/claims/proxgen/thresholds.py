"""Eq. 3 and 4: soft and hard thresholding with a diagonal preconditioner."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.update import Steps, lowest
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import column
from verify.penalties import L0, L1


def tries(case: Case, xp: Any) -> tuple[Any, Any]:
    """theta-hat and alpha/(C + delta)."""
    step = case["alpha"] / (case["C"] + case["delta"])
    return case["theta"] - step * case["m"], step


def printed_soft(hat: Any, threshold: Any, xp: Any) -> Any:
    """(3), without the positive part."""
    return xp.sign(hat) * (xp.abs(hat) - threshold)


class Soft(Steps):
    """An update rule for l1 against line 8."""

    def rule(self, case: Case, xp: Any) -> Any:
        raise NotImplementedError

    def cases(self, rng: Any, size: int) -> Case:
        case = Steps.cases(self, rng, size)
        threshold = case["lam"] * case["alpha"] / (case["C"] + case["delta"])
        near = rng.random(size) < 0.3
        theta = np.where(near, threshold * rng.choice([0.5, 1.0, 2.0], size), case["theta"])
        return {n: v for n, v in case.items() if n not in ("kind", "gamma")} | {
            "theta": theta,
            "m": np.where(near, 0.0, case["m"]),
        }

    def penalty(self, case: Case) -> Any:
        return L1._unchecked(lam=column(case["lam"]))

    def margin(self, case: Case, xp: Any) -> Any:
        penalty = self.penalty(case)
        here = self.objective(case, column(self.rule(case, xp)), penalty, xp)
        return -xp.max(here - self.objective(case, case["x"], penalty, xp), axis=-1)

    def bound(self, case: Case, xp: Any) -> Any:
        hat, step = tries(case, xp)
        return (hat * hat + case["theta"] * case["theta"]) / step + case["lam"] + case["lam"] * xp.abs(hat)


@claim(
    "PG.E3",
    place="Eq. 3",
    expected="refuted",
    why="theta-hat = 1/2, threshold 1: (3) gives -1/2, line 8 is 1 there and 1/8 at 0",
    erratum="misprint",
    fix="PG.E3.fix",
    falls="as printed (3) gives 0 only where theta-hat is 0 or at the threshold, so Sect. 5's exact zeros fall with it",
)
class Printed(Soft):
    r"""For $R = \lambda |\theta|_1$ line 8 is $\theta_{t+1,i} = \mathrm{sign}(\hat\theta_i)(|\hat\theta_i| - \alpha_t \lambda /
    (C_{t,i} + \delta))$ with $\hat\theta_i = \theta_{t,i} - \alpha_t m_{t,i}/(C_{t,i} + \delta)$."""

    def rule(self, case: Case, xp: Any) -> Any:
        hat, step = tries(case, xp)
        return printed_soft(hat, step * case["lam"], xp)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        hat, step = tries(case, xp)
        return [("theta-hat", hat), ("threshold", step * case["lam"]), ("as printed", self.rule(case, xp))]


def positive_part(p: Any) -> Any:
    z, a = p.real("z"), p.nonnegative("a")
    y = L1._unchecked(lam=a)._prox(z, 1, p.xp)
    return y == p.xp.sign(z) * p.xp.maximum(p.xp.abs(z) - a, 0)


def lost(p: Any) -> Any:
    """How far (3) is above 0's value where 0 < |hat| < threshold: (thr - r)(3 thr + r)/2 > 0."""
    z, t = p.real("z"), p.positive("thr")
    r = p.xp.abs(z)
    p.assume(r > 0, r < t)
    y = printed_soft(z, t, p.xp)
    gap = (y - z) * (y - z) / 2 + t * p.xp.abs(y) - z * z / 2
    return p.conj(gap == (t - r) * (3 * t + r) / 2, gap > 0)


@claim(
    "PG.E3.fix",
    place="Eq. 3",
    expected="proved",
    why="alpha lambda for alpha lambda/(C + delta) leaves a lower rival",
)
class Fixed(Soft):
    r"""(3) with the positive part, $\mathrm{sign}(\hat\theta_i) \max(|\hat\theta_i| - \alpha_t \lambda/(C_{t,i} + \delta),
    0)$, minimises line 8; as printed it does not where $0 < |\hat\theta_i|$ is below the threshold, and only there. For
    diagonal $C_t$ alone (claim PG.C4.kfac.prox)."""

    def rule(self, case: Case, xp: Any) -> Any:
        hat, step = tries(case, xp)
        return self.penalty(case)._prox(column(hat), column(step), xp)[..., 0]

    def proof(self) -> list[Lemma]:
        return [
            Lemma("soft thresholding, written out", positive_part),
            Lemma("minimises", lowest),
            Lemma("what the print loses", lost),
        ]


def flips(p: Any) -> Any:
    z = p.real("z")
    return printed_soft(z, 2 * p.xp.abs(z), p.xp) == -z


@claim(
    "PG.E3.cycle",
    place="Eq. 3",
    form="own",
    expected="proved",
    why="threshold 3 |theta| for 2 |theta|: the next iterate has twice the size",
)
class Cycle(Soft):
    r"""With (3) as printed, $f = 0$ and a threshold $2|\theta_1|$, the iterates are $\theta_1, -\theta_1, \theta_1, \ldots$
    for ever: no regularised problem is solved, and no zero is reached."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"theta": np.round(rng.normal(size=size), 6)}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["theta"] == case["theta"]

    def margin(self, case: Case, xp: Any) -> Any:
        theta = case["theta"]
        return -xp.abs(printed_soft(theta, 2 * xp.abs(theta), xp) + theta)

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.abs(case["theta"])

    def proof(self) -> list[Lemma]:
        return [Lemma("a 2-cycle", flips)]


def hard(p: Any) -> Any:
    """With the threshold c, H c^2 = 2 lam: above only hat, below only 0, at c both."""
    z, x, H, lam, c = p.real("z"), p.real("x"), p.positive("H"), p.nonnegative("lam"), p.nonnegative("c")
    p.assume(H * c * c == 2 * lam)
    r = p.xp.abs(z)

    def value(y: Any) -> Any:
        return H * (y - z) * (y - z) + p.xp.where(y == 0, 0, 2 * lam)

    zero = p.xp.zeros_like(z)
    above = p.implies(r > c, p.conj(value(x) >= value(z), p.implies(x != z, value(x) > value(z))))
    below = p.implies(r < c, p.conj(value(x) >= value(zero), p.implies(x != 0, value(x) > value(zero))))
    both = p.implies(
        r == c, p.conj(value(x) >= value(zero), value(x) >= value(z), p.implies(p.conj(x != 0, x != z), value(x) > value(z)))
    )
    return p.conj(above, below, both)


@claim(
    "PG.E4",
    place="Eq. 4",
    expected="proved",
    why="sqrt(alpha lambda/(C + delta)), or the root without C, leaves a lower rival",
)
class Hard(Soft):
    r"""For $R = \lambda \|\theta\|_0$ the minimisers of line 8 are $\hat\theta_i$ alone above $\sqrt{2 \alpha_t
    \lambda/(C_{t,i} + \delta)}$, $0$ alone below it, and exactly these two at it."""

    def penalty(self, case: Case) -> Any:
        return L0._unchecked(lam=column(case["lam"]))

    def rule(self, case: Case, xp: Any) -> Any:
        hat, step = tries(case, xp)
        return xp.where(xp.abs(hat) > xp.sqrt(2 * step * case["lam"]), hat, 0)

    def proof(self) -> list[Lemma]:
        return [Lemma("above, below and at the threshold", hard)]
