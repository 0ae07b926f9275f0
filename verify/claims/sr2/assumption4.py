"""Assumption 4: what prox-boundedness asks."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.problems import BOUNDED, Mixed, draw_problem
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform


def trivial(p: Any) -> Any:
    step, gap, value, low = p.positive("lam"), p.nonnegative("gap"), p.real("R"), p.real("low")
    p.assume(value >= low)
    return gap / (2 * step) + value >= low


@claim(
    "SR2.A4.trivial",
    place="Assumption 4",
    expected="proved",
    why="fails for -lam x^2, which is not bounded below, as soon as that kind is drawn",
)
class Trivial:
    r"""If $R \ge r$ everywhere, $\inf_w \frac{1}{2\lambda} |x - w|^2 + R(w) \ge r$ for every $x$ and every $\lambda > 0$, so
    Assumption 4 holds with any $\lambda$."""

    vectors = ("x", "w")

    def cases(self, rng: Any, size: int) -> Case:
        case = draw_problem(rng, size, samples=1, kinds=BOUNDED)
        w = np.where(rng.random((size, 1)) < 0.3, 0.0, rng.normal(size=case["x"].shape) * 3)
        return {n: case[n] for n in ("x", "kind", "lam")} | {"w": w, "step": log_uniform(rng, 1e-3, 1e3, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["lam"] > 0, case["step"] > 0), case["kind"] < 4)

    def margin(self, case: Case, xp: Any) -> Any:
        gap = case["x"] - case["w"]
        return xp.dot(gap, gap) / (2 * case["step"]) + xp.sum(Mixed(case, xp)._value(case["w"], xp), axis=-1)

    def proof(self) -> list[Lemma]:
        return [Lemma("the square is not negative", trivial)]


def moved(p: Any) -> Any:
    """A coordinate, times 2 short gap long: x and z are two points, short < long two steps."""
    w, x, z = p.reals("w x z")
    short, gap = p.positive("short"), p.positive("gap")
    long = short + gap
    total = (w - z) * (w - z) * gap * long + (x - z) * (x - z) * short * long - (w - x) * (w - x) * short * gap
    root = gap * (w - z) + short * (x - z)
    return total == root * root


@claim(
    "SR2.A4.sharp",
    place="Assumption 4",
    expected="proved",
    why="with lambda for lambda - lambda' in the second term it fails",
)
class Independent:
    r"""The threshold does not depend on $x$, so Assumption 4 adds nothing to prox-boundedness: for $\lambda' < \lambda$,
    $\frac{|w - z|^2}{2\lambda'} + R(w) \ge \inf_v (\frac{|v - x|^2}{2\lambda} + R(v)) - \frac{|x - z|^2}{2 (\lambda -
    \lambda')}$, for all $w, x, z$ (checked: the inequality between the squares)."""

    vectors = ("w", "x", "z")

    def cases(self, rng: Any, size: int) -> Case:
        points = {n: rng.normal(size=(size, 2)) * log_uniform(rng, 0.1, 10.0, (size, 1)) for n in ("w", "x", "z")}
        short, gap = log_uniform(rng, 1e-2, 1e2, size), log_uniform(rng, 1e-2, 1e2, size)
        tie = points["z"] - (short / gap)[:, None] * (points["x"] - points["z"])
        points["w"] = np.where(rng.random((size, 1)) < 0.5, tie, points["w"])
        return points | {"short": short, "gap": gap}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["short"] > 0, case["gap"] > 0)

    def parts(self, case: Case, xp: Any) -> tuple[Any, Any, Any]:
        w, x, z = case["w"], case["x"], case["z"]
        long = case["short"] + case["gap"]
        near = xp.dot(w - z, w - z) / (2 * case["short"])
        return near, xp.dot(x - z, x - z) / (2 * case["gap"]), xp.dot(w - x, w - x) / (2 * long)

    def margin(self, case: Case, xp: Any) -> Any:
        near, paid, far = self.parts(case, xp)
        return near + paid - far

    def bound(self, case: Case, xp: Any) -> Any:
        near, paid, far = self.parts(case, xp)
        return near + paid + far

    def proof(self) -> list[Lemma]:
        return [Lemma("a square, a coordinate at a time", moved)]
