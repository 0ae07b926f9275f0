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
    why="lambda = 1, t = 1/2, z = 1/4: R(0) = 0, so 0 has 1/16 (times 2t), the point 3/4 that the W's prox gives has 1/2",
    erratum="gap",
    fix="PG.Rbin.fix",
    falls="literally 0 is a third well; with sign(0) = 1 (or -1) it is W-shaped for every q",
    experiments=("Binary",),
)
class Literal:
    r"""With sign(0) = 0 as usual, $\lambda |\theta - \mathrm{sign}(\theta)|^q$ is W-shaped: its prox is that of $\lambda
    ||\theta| - 1|^q$, which draws every weight to $\pm 1$ (here $q = 1$, $z \ne 0$; the value at $0$ is literally $0$ for
    every $q$)."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: rng.choice([0.5, 1.0, 2.0], size) for n in ("lam", "t")}
        return case | {"z": rng.choice([0.25, -0.25, 0.5, 2.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["lam"] >= 0, case["t"] > 0), case["z"] != 0)

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, z, t = BinaryW._unchecked(lam=case["lam"], q=1.0), case["z"], case["t"]
        x = penalty._prox(z, t, xp)
        return z * z - (x - z) * (x - z) - 2 * t * penalty._value(x, xp)


def bernoulli(root: int, power: int) -> Any:
    """w = (1 - s)^q <= 1 - q s for q = power/root and 0 <= s <= 1."""

    def build(p: Any) -> Any:
        s, w = p.nonnegative("s"), p.nonnegative("w")
        p.assume(s <= 1, w**root == (1 - s) ** power)
        return root * w <= root - power * s

    return build


def beats_zero(p: Any) -> Any:
    """The point sign(z) s, s = min(a q, 1), is below 0, from w = (1 - s)^q <= 1 - q s; a = lambda t."""
    z, a, q, w = p.real("z"), p.positive("a"), p.positive("q"), p.real("w")
    s = p.xp.minimum(a * q, p.xp.constant(1))
    p.assume(q <= 1, w <= 1 - q * s)
    y = p.xp.where(z < 0, -s, s)
    return (y - z) * (y - z) + 2 * a * w < z * z + 2 * a


def mirrored(p: Any) -> Any:
    """R is even: of x and -x the one on z's side is nearer, and for z = 0 both are as near."""
    z, x = p.reals("z x")
    other = (-x - z) * (-x - z) - (x - z) * (x - z)
    return p.conj(p.implies(x * z > 0, other > 0), p.implies(z == 0, other == 0))


def no_subgradient(p: Any) -> Any:
    """At 0 one of the two quotients (R(x) - R(0) - v x)/|x|, x = s and -s, is at most -lambda q, from (1 - s)^q <= 1 - q s."""
    s, lam, q, w, v = p.positive("s"), p.positive("lam"), p.positive("q"), p.real("w"), p.real("v")
    p.assume(w <= 1 - q * s)
    right, left = lam * (w - 1) - v * s, lam * (w - 1) + v * s
    return p.xp.minimum(right, left) <= -lam * q * s


def stays(p: Any) -> Any:
    z, lam, t = p.real("z"), p.nonnegative("lam"), p.positive("t")
    away = 1 - p.xp.abs(z)
    p.assume(away > 0, away * away > 2 * t * lam)
    return BinaryW._unchecked(lam=lam, q=0.0)._prox(z, t, p.xp) == z


AT_ZERO = [
    Lemma("Bernoulli's inequality for q = 1/2", bernoulli(2, 1)),
    Lemma("Bernoulli's inequality for q = 2/3", bernoulli(3, 2)),
    Lemma("for q > 0 the prox is never 0", beats_zero),
    Lemma("it never crosses 0, and has both signs at 0", mirrored),
    Lemma("for q > 0 the subdifferential at 0 is empty", no_subgradient),
    Lemma("for q = 0 a weight far from the wells stays", stays),
]


class WithKink(Together):
    def attempt(self) -> list[dict[str, Any]]:
        return [*super().attempt(), *map(attempt, AT_ZERO)]


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
