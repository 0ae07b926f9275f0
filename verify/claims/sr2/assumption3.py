"""Assumption 3 with exact gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.problems import Samples, draw_problem
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform


class Moves:
    """f of one or two samples, with waves on a third of the draws, a point x and any step s."""

    vectors = ("x", "s", "a", "c", "b", "wave", "pitch")
    samples = 1

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw_problem(rng, size, samples=self.samples, noise=1.0)
        shape = case["a"].shape
        case["wave"] = rng.uniform(-2, 2, shape) * (rng.random((size, 1, 1)) < 0.3)
        case["pitch"] = log_uniform(rng, 0.3, 5.0, shape)
        case["s"] = rng.normal(size=case["x"].shape) * log_uniform(rng, 1e-3, 10.0, (size, 1))
        least = Samples(case).smoothness(_numpy())
        room = rng.uniform(0.1, 0.9, size) if without == "smooth" else np.where(rng.random(size) < 0.7, 1.0, 1.5)
        case["L"] = np.maximum(least * room, 1e-3)
        return {n: v for n, v in case.items() if n not in ("kind", "lam")}

    def domain(self, case: Case, xp: Any) -> Any:
        away = xp.both(xp.dot(case["s"], case["s"]) > 0, xp.all(xp.all(case["pitch"] > 0, axis=-1), axis=-1))
        return xp.both(away, case["L"] > 0)


def _numpy() -> Any:
    from verify.arrays import NUMPY

    return NUMPY


SMOOTH = Hypothesis(r"$f$ is $L$-smooth", lambda c, xp: c["L"] - Samples(c).smoothness(xp))


def error(case: Case, pick: Any, xp: Any) -> Any:
    """|f(x + s) - f(x) - <g, s>| with g of the sample ``pick``."""
    loss, x, s = Samples(case), case["x"], case["s"]
    return xp.abs(-loss.drop(x, x + s, -1, xp) - xp.dot(loss.gradient(x, pick, xp), s))


def size_of(case: Case, xp: Any) -> Any:
    """The size of the terms that the error is made of."""
    return xp.dot(case["s"], case["s"]) * (case["L"] + xp.norm(case["x"], axis=-1) / xp.norm(case["s"], axis=-1))


def curvature(p: Any) -> Any:
    """f = a x^2/2 a coordinate at a time: the error of the linear model is a s^2/2."""
    x, s, a, L = p.reals("x s a L")
    p.assume(a >= -L, a <= L)
    gap = a * (x + s) * (x + s) / 2 - a * x * x / 2 - a * x * s
    return p.conj(gap <= L / 2 * s * s, gap >= -L / 2 * s * s)


@claim(
    "SR2.A3.exact",
    place="after Assumption 3",
    expected="unrefuted",
    why="L/4 for L/2 fails on f = L x^2/2, which attains L/2; the solver's lemma is for quadratics only",
)
class Exact(Moves):
    r"""With $g = \nabla f(x)$ of an $L$-smooth $f$, $|f(x + s) - f(x) - \langle g, s\rangle| \le \frac L2 |s|^2$ for all $x$,
    $s$. The constant is the least one."""

    complete_proof = False
    smooth = SMOOTH

    def constant(self, case: Case) -> Any:
        return case["L"] / 2

    def margin(self, case: Case, xp: Any) -> Any:
        return self.constant(case) * xp.dot(case["s"], case["s"]) - error(case, -1, xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return size_of(case, xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("quadratics, a coordinate at a time", curvature)]
