"""The W-shaped regulariser of ProxQuant and its generalisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.closed_forms import Together
from verify.claims.proxgen.setting import Mixed, short
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import column
from verify.evidence.proof import attempt
from verify.penalties import BinaryW

QS = (0.0, 0.5, 2 / 3, 1.0)
RIVALS = 16


class Wells(Mixed):
    """The W-shaped penalties, by number: q = 0, 1/2, 2/3, 1; sign(0) = 1."""

    def __init__(self, kind: Any, lam: Any) -> None:
        self.kind = kind
        self.parts = [BinaryW._unchecked(lam=lam, q=q) for q in QS]


class Weights:
    """One coordinate z, the step t = alpha/(C + delta), lambda, the number of q."""

    vectors: tuple[str, ...] = ()

    def cases(self, rng: Any, size: int) -> Case:
        case = {"kind": rng.integers(0, 4, size), "lam": short(rng, 1e-2, 10.0, size), "t": short(rng, 1e-2, 10.0, size)}
        mu = case["lam"] * case["t"]
        corners = np.stack([0 * mu, mu, 1 + 0 * mu, np.abs(1 - mu), 1 + mu, 0.25 + 0 * mu])
        at = corners[rng.integers(0, 6, size), np.arange(size)]
        z = np.where(rng.random(size) < 0.5, at, log_uniform(rng, 1e-3, 10.0, size)) * rng.choice([-1.0, 1.0], size)
        rivals = mostly(rng, rng.normal(size=(size, RIVALS)), 0.0, 0.1)
        rivals[:, 0:2], rivals[:, 2] = [-1.0, 1.0], z
        return case | {"z": z, "x": rivals}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["lam"] >= 0, case["t"] > 0), xp.both(case["kind"] >= 0, case["kind"] <= 3))

    def penalty(self, case: Case) -> Wells:
        return Wells(case["kind"], case["lam"])


@claim(
    "PG.Rbin",
    place="Sect. 2, revised ProxQuant",
    expected="refuted",
    why="q = 1, lambda t = 1/2, z = 1/4: R(0) = 0, so 0 has 1/16 (times 2t), the point 3/4 next to the well has 1/2",
    erratum="gap",
    fix="PG.Rbin.fix",
    falls="literally 0 is a third well; with sign(0) = 1 (or -1) it is W-shaped for every q",
    experiments=("Binary",),
)
class Literal(Weights):
    r"""With sign(0) = 0 as usual, $\lambda |\theta - \mathrm{sign}(\theta)|^q$ is W-shaped: its prox is that of $\lambda
    ||\theta| - 1|^q$, which draws every weight to $\pm 1$. (Literally its value at $0$ is $0$, for every $q$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        return {n: v for n, v in Weights.cases(self, rng, size).items() if n != "x"}

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, z, t = self.penalty(case), case["z"], case["t"]
        x = penalty._prox(z, t, xp)
        return z * z - (x - z) * (x - z) - 2 * t * penalty._value(x, xp)


def beats_zero(p: Any) -> Any:
    """q = 1: t lambda sign(z), or +-1 beyond, is below 0."""
    z, a = p.real("z"), p.positive("a")
    side = p.xp.where(z < 0, -1, 1)
    y = side * p.xp.minimum(a, p.xp.constant(1))

    def value(x: Any) -> Any:
        return (x - z) * (x - z) + 2 * a * p.xp.abs(p.xp.abs(x) - 1)

    return value(y) < value(p.xp.zeros_like(z))


class WithKink(Together):
    def attempt(self) -> list[dict[str, Any]]:
        return [*super().attempt(), attempt(Lemma("for q = 1 the prox is never 0", beats_zero))]


@claim(
    "PG.Rbin.fix",
    place="Sect. 2, revised ProxQuant",
    expected="proved",
    why="sign(0) = 0 in the map returns 0, which has a lower rival",
)
class TwoWells(Weights):
    r"""With sign(0) $= 1$: $R = \lambda \sum_i ||\theta_i| - 1|^q$, and for $q \in \{0, 1/2, 2/3, 1\}$ its prox is known for
    every step (both signs at $z = 0$). It never crosses $0$, and for $q > 0$, $\lambda > 0$ it never is $0$, where the
    Fréchet subdifferential is empty. For $q = 0$ $R$ is constant near $0$: weights with $(1 - |z|)^2 > 2 t \lambda$, $|z| <
    1$, stay, those at $0$ included."""

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, z, t, x = self.penalty(case), case["z"], case["t"], case["x"]
        wide = Wells(column(case["kind"]), column(case["lam"]))
        y = penalty._prox(z, t, xp)
        here = (y - z) * (y - z) + 2 * t * penalty._value(y, xp)
        there = (x - column(z)) * (x - column(z)) + 2 * column(t) * wide._value(x, xp)
        lowest = -xp.max(column(here) - there, axis=-1)
        drawn = xp.both(case["kind"] > 0, case["lam"] > 0)
        bad = xp.either(xp.both(drawn, y == 0), y * z < 0)
        return xp.where(bad, -1 - here, lowest)

    def bound(self, case: Case, xp: Any) -> Any:
        penalty = self.penalty(case)
        return case["z"] * case["z"] + 2 * case["t"] * penalty._value(case["z"], xp) + case["t"] * case["lam"]

    def proof(self) -> Any:
        return WithKink("BinaryW.q0", "BinaryW.q0.5", "BinaryW.q0.667", "BinaryW.q1")
