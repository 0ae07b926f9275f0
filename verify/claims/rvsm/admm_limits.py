"""What RVSM and ADMM prune at their limits (RVSM, Sect. 3.3, corrected)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.admm import Comparison
from verify.claims.rvsm.draws import STEP, draw, in_domain
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, curvature, start_angle
from verify.evidence import Case, claim
from verify.evidence.draw import uniform
from verify.evidence.margins import column, least
from verify.losses import angle, unit


class Theorem1Limits(Comparison):
    """Under Theorem 1's conditions, k small and beta not tiny, so that both methods arrive."""

    steps, exact, tolerance = 60, False, "1e-5"

    def domain(self, case: Case, xp: Any) -> Any:
        legal = xp.both(in_domain(case, xp), case["lam"] > 0)
        safe = case | {"lam": xp.where(case["lam"] > 0, case["lam"], xp.full_like(case["lam"], 1))}
        return xp.both(legal, self.ends(safe, xp).arrived)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, d=3, short=0.1)
        ratio = case["lam"] / case["beta"] * uniform(rng, 0.3, 1.0, size)
        if without != "two":
            case["k"] = rng.integers(2, 5, size)
        room = np.pi - start_angle(case, NUMPY)
        if without != "angle":
            case["delta"] = np.where(rng.random(size) < 0.7, np.clip(room, 1e-3, 2.0), case["delta"])
        most = case["delta"] * np.sin(case["delta"]) / (case["k"] * np.pi)
        case["beta"] = most * uniform(rng, 0.5, 1.0, size) * (uniform(rng, 1.1, 5.0, size) if without == "relaxed" else 1)
        case["lam"] = np.where(ratio > 0, ratio, 0.1) * case["beta"]
        share = uniform(rng, 1.0, 2.0, size) if without == "step" else uniform(rng, 0.9, 1.0, size)
        case["eta"] = share * (1 - 1e-12) / (case["beta"] + curvature(case["k"], NUMPY))
        return case


@claim(
    "RVSM.S33.admm.fix",
    place="Sect. 3.3",
    expected="unrefuted",
    why="on paper for k pi beta < (pi - theta) cos(theta_rvsm); fails when RVSM's threshold is lambda instead of lambda/beta",
    kind="run",
    form="printed",
)
class Inclusion(Theorem1Limits):
    r"""The multiplier tends to reduce the sparsity of $u$: under Theorem 1's conditions ADMM, with the argmin of Eq. 10 as with
    the gradient step in $w$ that practice uses, never prunes what RVSM keeps. At the limits $u_i^{RVSM} \ne 0$ implies
    $u_i^{ADMM} \ne 0$."""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def margin(self, case: Case, xp: Any) -> Any:
        margins = []
        for ends in (self.ends(case, xp), self.ends(case, xp, exact=True)):
            lost = xp.sum(xp.where(xp.both(ends.u != 0, ends.u_admm == 0), 1, 0), axis=-1)
            margins.append(self.counted(case, ends, -lost, xp))
        return least(*margins, xp=xp)


@claim(
    "RVSM.S33.admm.sharp",
    place="Sect. 3.3",
    expected="unrefuted",
    why="fails without the factor 1 + A/beta, which is what the gap between w and u costs",
    kind="run",
)
class Thresholds(Theorem1Limits):
    r"""What each limit prunes, exactly, with $B = (\pi - \theta)/(k\pi)$ and
    $A = 2a/k^2 - (2b + (k/\pi)\sin\theta)/(k^2|w|) > 0$ at the limit: ADMM (its gradient step in $w$) those $i$ with
    $B|w^*_i| \le \lambda$, RVSM those with $B|w^*_i| \le \lambda(1 + A/\beta)$."""

    def domain(self, case: Case, xp: Any) -> Any:
        safe = case | {"lam": xp.where(case["lam"] > 0, case["lam"], xp.full_like(case["lam"], 1))}
        ends = self.ends(safe, xp)
        outward = xp.both(self.factors(case, ends.w, xp)[0] > 0, self.factors(case, ends.w_admm, xp)[0] > 0)
        alive = xp.both(xp.norm(ends.u_admm, axis=-1) > 0, xp.both(ends.arrived, case["lam"] > 0))
        return xp.both(in_domain(case, xp), xp.both(alive, outward))

    @staticmethod
    def factors(case: Case, w: Any, xp: Any) -> tuple[Any, Any]:
        """(A, B) with grad f(w) = A w - B w*."""
        k, theta, r = case["k"], angle(w, case["w_star"], xp), xp.norm(w, axis=-1)
        safe = xp.where(r > 0, r, xp.full_like(r, 1))
        return curvature(k, xp) - (k - 1 + xp.sin(theta)) / (k * xp.pi * safe), (xp.pi - theta) / (k * xp.pi)

    def margin(self, case: Case, xp: Any) -> Any:
        ends, star, wrong = self.ends(case, xp), unit(case["w_star"], xp), 0
        for w, u, gapped in ((ends.w, ends.u, True), (ends.w_admm, ends.u_admm, False)):
            a, b = self.factors(case, w, xp)
            level = case["lam"] * (1 + a / case["beta"]) if gapped else case["lam"]
            off = column(b) * xp.abs(star) - column(level)
            clear = xp.abs(off) > xp.constant("1e-3") * column(level)
            wrong = wrong + xp.sum(xp.where(xp.both(clear, (off <= 0) != (u == 0)), 1, 0), axis=-1)
        return self.counted(case, ends, -wrong, xp)
