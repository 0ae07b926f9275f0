"""Two starts of one problem, and points to compare its limit with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from verify.claims.rvsm.chosen import regulariser
from verify.claims.rvsm.draws import unit_rows
from verify.claims.rvsm.limit import Limits, slack
from verify.claims.rvsm.limit_cases import Known, Runs, rounded, short
from verify.claims.rvsm.setting import VECTORS
from verify.claims.rvsm.settle import Limit, settle
from verify.evidence import Case, Hypothesis
from verify.evidence.draw import log_uniform
from verify.evidence.margins import column
from verify.losses import NoOverlapReLU, angle, unit
from verify.methods.rvsm import lagrangian

RIVALS = 4


APART: Known = [short([1.0], [1.0], 0.25, 0.1, penalty=1, a=1.0, w1=[0.5])]


AWAY: Known = [short([1.0], [1.0], 0.2, 0.0, penalty=0, a=1.0, w1=[-1.0])]


SECOND_START = Hypothesis(
    r"$\theta(w^0_2, w^*) \le \pi - \delta$", lambda c, xp: xp.pi - c["delta"] - angle(c["w1"], c["w_star"], xp)
)


class TwoStarts(Limits):
    """Two starts w0 and w1 of the same problem, both at an angle of at most pi - delta."""

    second_start: Hypothesis | None = SECOND_START
    vectors: tuple[str, ...] = (*VECTORS, "w1")
    penalties = True
    known: Known = ()
    broken: Mapping[str, Known] = MappingProxyType({})
    which: int | None = None

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        known, broken = self.known, self.broken.get(without or "", ())
        case = Runs.cases(_Plain(self), rng, size, without)  # type: ignore[arg-type]
        nudge = log_uniform(rng, 1e-2, 10.0, (size, 1)) * unit_rows(case["w_star"])
        w1 = (case["w0"] + nudge) * log_uniform(rng, 0.1, 3.0, (size, 1))
        if without == "second_start":
            w1 = -case["w_star"] * log_uniform(rng, 0.1, 3.0, (size, 1))
        case["w1"] = np.where(np.any(w1 != 0, axis=1, keepdims=True), w1, case["w_star"])
        if self.which is not None:
            case["penalty"] = np.full(size, self.which)
        if self.brief:
            case = rounded(case) | {"w1": np.round(case["w1"], 1)}
        return seeded(rng, case, broken if without else known, 0.3 if without else 0.05)

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(Limits.domain(self, case, xp), xp.any(case["w1"] != 0, axis=-1))
        fine = fine if self.which is None else xp.both(fine, case["penalty"] == self.which)
        return xp.both(fine, settle(case, xp, second).settled)

    def agree(self, case: Case, x: Limit, xp: Any) -> Any:
        return 100 * slack(case, xp) - xp.norm(x.w - settle(case, xp, second).w, axis=-1)


class _Plain:
    """Draws without known cases, which are added once the second start is there."""

    known: Known = ()
    broken: Mapping[str, Known] = MappingProxyType({})
    brief = False

    def __init__(self, of: Any) -> None:
        self.largest, self.penalties, self.any_dimension = of.largest, of.penalties, of.any_dimension


def seeded(rng: Any, case: Case, known: Known, share: float) -> Case:
    from verify.claims.rvsm.draws import mix
    from verify.claims.rvsm.limit_cases import known_cases

    if not known:
        return case
    corner = known_cases(rng, len(case["k"]), known, case["w_star"].shape[1])
    return mix(rng, case, {n: corner.get(n, case[n]) for n in case}, share)


def second(case: Case) -> Case:
    return case | {"w0": case["w1"]}


def rivals(rng: Any, case: Case) -> Any:
    """Points to compare the limit with: anywhere, near w*, near f's saddle, near the starts."""
    size, d = case["w_star"].shape
    e = unit_rows(case["w_star"])[:, None, :]
    alive = ((case["w_star"] != 0) | (case["w0"] != 0))[:, None, :]
    saddle = ((case["k"] - 1) / (case["k"] - 1 + np.pi))[:, None, None]
    z = rng.normal(size=(size, RIVALS, d)) * log_uniform(rng, 1e-6, 3.0, (size, RIVALS, 1)) * alive
    base = np.concatenate([0 * e, e, -saddle * e, case["w0"][:, None, :]], axis=1)
    return np.where(np.any(z + base != 0, axis=2, keepdims=True), z + base, e)


def at(case: Case, z: Any, xp: Any) -> tuple[Case, Any]:
    """The cases with an axis for the rivals, and their losses."""
    wide = case | {n: case[n][..., None] for n in ("k", "lam", "beta", "penalty", "a") if n in case}
    return wide, NoOverlapReLU(wide["k"], unit(case["w_star"], xp)[..., None, :])


def objective(case: Case, z: Any, xp: Any) -> Any:
    """min_u L_beta(z, u) for rivals z of shape (..., RIVALS, d)."""
    wide, loss = at(case, z, xp)
    penalty, beta = regulariser(wide), column(wide["beta"])
    return lagrangian(loss, penalty, beta, z, penalty._prox(z, 1 / beta, xp), xp)
