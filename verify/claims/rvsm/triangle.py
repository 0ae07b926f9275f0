"""Inequality (16): the triangle of w^t, v^{t+1} and w^{t+1} in the proof of Lemma 2."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly


def edges(case: Case, xp: Any) -> tuple[Any, Any, Any, Any]:
    """AB, BC, AC, and the radius of B and C.

    w* is the third axis. A = (x, 0, z) with x >= 0 is w^t, C = (c1, c2, c3) is w^{t+1}, and B is C turned about w* into the
    half-plane of A: B = (sqrt(c1^2 + c2^2), 0, c3), which is v^{t+1}.
    """
    x, z, c1, c2, c3 = (case[n] for n in ("x", "z", "c1", "c2", "c3"))
    y = xp.sqrt(c1 * c1 + c2 * c2)
    ab = xp.sqrt((x - y) * (x - y) + (z - c3) * (z - c3))
    bc = xp.sqrt((y - c1) * (y - c1) + c2 * c2)
    ac = xp.sqrt((x - c1) * (x - c1) + c2 * c2 + (z - c3) * (z - c3))
    return ab, bc, ac, y


class Triangles:
    """A on and off the axis, C anywhere, above all where edges are equal or 0."""

    def cases(self, rng: Any, size: int) -> Case:
        scale = log_uniform(rng, 1e-8, 1e8, size)
        x = mostly(rng, np.abs(rng.normal(size=size)) * log_uniform(rng, 1e-8, 1.0, size), 0.0, 0.2)
        y = np.where(rng.random(size) < 0.2, x, np.abs(rng.normal(size=size)))
        turn = rng.choice([0.0, np.pi, np.pi / 3, np.pi / 2], size)
        turn = np.where(rng.random(size) < 0.5, turn, rng.uniform(0, np.pi, size))
        z = rng.normal(size=size)
        c3 = np.where(rng.random(size) < 0.4, z, rng.normal(size=size))
        parts = {"x": x, "z": z, "c1": y * np.cos(turn), "c2": y * np.where(turn == np.pi, 0.0, np.sin(turn)), "c3": c3}
        same = rng.random(size) < 0.02
        parts |= {"c1": np.where(same, x, parts["c1"]), "c2": np.where(same, 0.0, parts["c2"]), "c3": np.where(same, z, c3)}
        return {n: v * scale for n, v in parts.items()}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["x"] >= 0


@claim(
    "RVSM.E16",
    place="Eq. 16, as extracted",
    expected="refuted",
    why="A = B = C, a fixed point w^t = w^{t+1}: 0 < 0 for every constant",
    erratum="misprint",
    fix="RVSM.E16.fix",
    falls="nothing, should the PDF have < too: <= with L_3 = 3 holds, and Lemma 2 uses no more",
)
class Printed(Triangles):
    r"""$|AB| + |BC| < L_3 |AC|$ for a constant $L_3$, strictly, as the text has it (here $L_3 = 4$; no other does better at $A
    = C$), and $AC$ is never the (strictly) smallest edge, for $A, B, C$ the tips of $w^t, v^{t+1}, w^{t+1}$."""

    def cases(self, rng: Any, size: int) -> Case:
        case = Triangles.cases(self, rng, size)
        still = np.all([case["x"] == case["c1"], case["c2"] == 0, case["z"] == case["c3"]], axis=0)
        at = {"x": 1.0, "z": 0.0, "c1": 1.0, "c2": 0.0, "c3": 0.0}
        return {n: np.where(still, at[n], v) for n, v in case.items()}

    def margin(self, case: Case, xp: Any) -> Any:
        ab, bc, ac, _ = edges(case, xp)
        spare = 4 * ac - ab - bc
        return xp.minimum(xp.where(spare > 0, spare, spare - 1), ac - xp.minimum(ab, bc))

    def bound(self, case: Case, xp: Any) -> Any:
        return edges(case, xp)[2]


def _drawn(p: Any) -> Case:
    case = {n: p.real(n) for n in ("x", "z", "c1", "c2", "c3")}
    p.assume(case["x"] >= 0)
    return case


def difference(p: Any) -> Any:
    case = _drawn(p)
    ab, _, ac, y = edges(case, p.xp)
    return ac * ac - ab * ab == 2 * case["x"] * (y - case["c1"])


def on_the_circle(p: Any) -> Any:
    case = _drawn(p)
    return edges(case, p.xp)[3] >= case["c1"]


def not_smallest(p: Any) -> Any:
    ab, ac, x, room = (p.nonnegative(n) for n in ("AB", "AC", "x", "room"))
    p.assume(ac * ac - ab * ab == 2 * x * room)
    return ac >= ab


def cosine_rule(p: Any) -> Any:
    case = _drawn(p)
    ab, bc, ac, y = edges(case, p.xp)
    return bc * bc == ab * ab + ac * ac - 2 * _inner(case, y)


def _inner(case: Case, y: Any) -> Any:
    """<B - A, C - A>."""
    return (y - case["x"]) * (case["c1"] - case["x"]) + (case["c3"] - case["z"]) * (case["c3"] - case["z"])


def cauchy_schwarz(p: Any) -> Any:
    a, b, c, d, e = p.reals("a b c d e")
    return (a * c + b * e) * (a * c + b * e) <= (a * a + b * b) * (c * c + d * d + e * e)


def triangle(p: Any) -> Any:
    ab, bc, ac, inner = p.nonnegative("AB"), p.nonnegative("BC"), p.nonnegative("AC"), p.real("inner")
    p.assume(bc * bc == ab * ab + ac * ac - 2 * inner, inner * inner <= ab * ab * ac * ac)
    return bc <= ab + ac


def three(p: Any) -> Any:
    ab, bc, ac = p.nonnegative("AB"), p.nonnegative("BC"), p.nonnegative("AC")
    p.assume(ac >= ab, bc <= ab + ac)
    return p.conj(ab + bc <= 3 * ac, ac >= p.xp.minimum(ab, bc))


@claim(
    "RVSM.E16.fix",
    place="Eq. 16",
    expected="proved",
    why="with 2 or 1 + sqrt 2 for 3, A = (0.1, 0, 1), C = (-1, 0, 1) fails: its ratio is 2.636",
)
class Fix(Triangles):
    r"""$|AB| + |BC| \le 3 |AC|$ and $|AC| \ge |AB|$, so $AC$ is never strictly the smallest edge, in every position, $w^t$
    parallel to $w^*$ and $w^t = w^{t+1}$ included. ($|AC|^2 - |AB|^2 = 2x(y - c_1) \ge 0$, then the triangle inequality: the
    two cases of the printed proof are not needed. That $B$ is the closer of the two intersections is.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        ab, bc, ac, _ = edges(case, xp)
        return xp.minimum(3 * ac - ab - bc, ac - ab)

    def bound(self, case: Case, xp: Any) -> Any:
        return edges(case, xp)[2]

    def proof(self) -> list[Lemma]:
        return [
            Lemma("AC^2 - AB^2 = 2 x (y - c1)", difference),
            Lemma("y >= c1", on_the_circle),
            Lemma("so AC >= AB", not_smallest),
            Lemma("BC^2 = AB^2 + AC^2 - 2 <B - A, C - A>", cosine_rule),
            Lemma("<B - A, C - A>^2 <= AB^2 AC^2", cauchy_schwarz),
            Lemma("so BC <= AB + AC", triangle),
            Lemma("so AB + BC <= 3 AC", three),
        ]


def _opposite(e: Any) -> Case:
    return {"x": e, "z": e - e + 1, "c1": e - e - 1, "c2": e - e, "c3": e - e + 1}


def nearly_three(p: Any) -> Any:
    e = p.nonnegative("e")
    p.assume(e <= 1)
    ab, bc, ac, _ = edges(_opposite(e), p.xp)
    return ab + bc >= (3 - 4 * e) * ac


@claim(
    "RVSM.E16.sharp",
    place="Eq. 16",
    expected="proved",
    why="3 - e for 3 - 4e fails at e = 0.1: (3 - e)/(1 + e) is 2.636",
)
class Sharp:
    r"""No constant below $3$ serves: for $A = (e, 0, 1)$, $C = (-1, 0, 1)$, $0 \le e \le 1$, $|AB| + |BC| \ge (3 - 4e) |AC|$.
    At $e = 0$, where $A$ is on the axis and the plane of $w^t$ and $w^*$ is any plane, the ratio is $3$; scaling $C$ and $A$
    keeps it inside every annulus."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"e": mostly(rng, log_uniform(rng, 1e-12, 1.0, size), 0.0)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["e"] >= 0, case["e"] <= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        ab, bc, ac, _ = edges(_opposite(case["e"]), xp)
        return ab + bc - (3 - 4 * case["e"]) * ac

    def proof(self) -> list[Lemma]:
        return [Lemma("the family comes as close to 3 as one likes", nearly_three)]
