"""Appendix B.1: partial smoothness of l1, lambda > 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import largest
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly, vectors
from verify.evidence.margins import column, least
from verify.penalties.l1 import L1


class Points:
    """A point x with zeros, lambda > 0, a direction y, and v in [-1, 1]^n for the subgradient's free part."""

    vectors = ("x", "y", "v")

    def cases(self, rng: Any, size: int) -> Case:
        case = {"x": np.round(mostly(rng, vectors(rng, size, 3), 0.0, 0.4), 2), "y": np.round(rng.normal(size=(size, 3)), 1)}
        v = np.where(rng.random((size, 3)) < 0.3, rng.choice([-1.0, 1.0], (size, 3)), rng.uniform(-1, 1, (size, 3)))
        return case | {"v": v, "lam": np.where(rng.random(size) < 0.4, 1.0, log_uniform(rng, 0.01, 10, size))}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] > 0, xp.all(xp.abs(case["v"]) <= 1, axis=-1))


@claim(
    "RMDA.B1.l1",
    place="Appendix B.1, below Eq. 29",
    expected="refuted",
    why="x* = (1, 1): the subdifferential is a point, its normal space {0}; the printed set is the line y_1 + y_2 = 0",
    erratum="misprint",
    fix="RMDA.B1.l1.fix",
    falls="nothing: l1 is partly smooth where lambda > 0; (29) exchanges I and its complement, the second "
    "printed set is the tangent space, "
    "and lambda = 0, which (7) allows, has other manifolds",
)
class NormalSpace(Points):
    r"""$\ell_1$ is partly smooth at $x^*$ with the normal space $N = \{y: \langle x^*, y \rangle = 0\}$: the affine span of
    $\partial \psi(x^*)$ is a translate of it, so a $y \in N$ has $y_i = 0$ where $x^*_i \ne 0$. Here $y$ less its part along
    $x^*$, times $|x^*|^2$."""

    def margin(self, case: Case, xp: Any) -> Any:
        x, y = case["x"], case["y"]
        inside = y * column(xp.dot(x, x)) - x * column(xp.dot(x, y))
        return -largest(xp.where(x == 0, 0 * inside, inside), xp)


def l1_gain(x: Any, y: Any, subgradient: Any, lam: Any, xp: Any) -> Any:
    """psi(x + y) - psi(x) - <v, y>, coordinate by coordinate."""
    penalty = L1._unchecked(lam=lam)
    return penalty._value(x + y, xp) - penalty._value(x, xp) - subgradient * y


@claim(
    "RMDA.B1.l1.fix",
    place="Appendix B.1",
    expected="proved",
    why="with lambda for lambda - |v_I|, or for y not in N, it fails",
)
class SharpL1(Points):
    r"""For $\lambda > 0$, $I = \{i: x^*_i = 0\}$: $\ell_1$ is partly smooth at $x^*$ relative to $M = \{x_I = 0\}$, with
    normal space $N = \{y: y_i = 0, i \notin I\}$. $\partial \psi$ is constant and $\psi$ linear on $M$ where no sign changes,
    and along $N$ it is sharp: $\psi(x^* + y) - \psi(x^*) - \langle v, y \rangle \ge (\lambda - |v_I|_\infty) |y|_1$ for $v
    \in \partial \psi(x^*)$, $y \in N$, with equality."""

    def margin(self, case: Case, xp: Any) -> Any:
        x, lam = case["x"], column(case["lam"])
        free = x == 0
        v = lam * xp.where(free, case["v"], xp.sign(x) + 0 * x)
        y, along = xp.where(free, case["y"], 0 * x), xp.where(free, 0 * x, x * case["v"])
        top = largest(xp.where(free, v, 0 * v), xp)
        sharp = xp.sum(l1_gain(x, y, v, lam, xp), axis=-1) - (case["lam"] - top) * xp.sum(xp.abs(y), axis=-1)
        return least(sharp, -xp.abs(xp.sum(l1_gain(x, along, v, lam, xp), axis=-1)), xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return case["lam"] * (1 + xp.sum(xp.abs(case["x"]) + xp.abs(case["y"]), axis=-1))

    def proof(self) -> list[Lemma]:
        def sharp(p: Any) -> Any:
            y, v, top, lam = p.real("y_i"), p.real("v_i"), p.real("|v_I|"), p.positive("lam")
            p.assume(p.xp.abs(v) <= top, top <= lam)
            return l1_gain(0 * y, y, v, lam, p.xp) >= (lam - top) * p.xp.abs(y)

        def linear(p: Any) -> Any:
            x, y, lam = p.real("x_i"), p.real("y_i"), p.positive("lam")
            p.assume(x != 0, p.xp.abs(y) <= p.xp.abs(x))
            return l1_gain(x, y, lam * p.xp.sign(x), lam, p.xp) == 0

        return [Lemma("a coordinate at 0", sharp), Lemma("a coordinate that is not", linear)]
