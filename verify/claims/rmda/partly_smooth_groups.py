"""Section 4.1 and Appendix B.1: partial smoothness of group LASSO, whose groups may overlap."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import largest
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import column, least
from verify.penalties.group_l2 import GroupL2


class Partition:
    """Groups that do not overlap: the running penalty, its norms and the subgradient v."""

    def __init__(self, groups: tuple[tuple[int, ...], ...]) -> None:
        self.groups = groups
        self.sizes = np.array([len(g) for g in groups for _ in g])  # of the group of each coordinate

    def norms(self, x: Any, xp: Any) -> Any:
        """|x_g| spread over the coordinates of g."""
        return np.concatenate([xp.norm(x[..., list(g)], axis=-1, keepdims=True) + 0 * x[..., list(g)] for g in self.groups], -1)

    def direction(self, x: Any, xp: Any) -> Any:
        """x_g/|x_g|, 0 where it is 0."""
        norm = self.norms(x, xp)
        return x / xp.where(norm == 0, 1 + norm, norm)

    def subgradient(self, x: Any, v: Any, level: Any, xp: Any) -> Any:
        """The gradient where x_g is not 0, and there a point of the ball, by v."""
        ball = v / xp.maximum(self.norms(v, xp), 1 + 0 * x)
        return level * xp.where(self.norms(x, xp) == 0, ball, self.direction(x, xp))


FIRST, SECOND = Partition(((0, 1), (2, 3), (4,))), Partition(((0,), (1, 2), (3, 4)))


class Groups:
    """psi = lam sum_g w_g |x_g| over the groups of one partition, or (``both`` = 1) of two, which overlap."""

    def cases(self, rng: Any, size: int) -> Case:
        on = rng.random((size, len(FIRST.groups))) < 0.5
        spread = np.repeat(on, [len(g) for g in FIRST.groups], axis=1)
        case = {"x": np.where(spread, mostly(rng, np.round(rng.normal(size=(size, 5)), 1), 0.0, 0.3), 0.0)}
        case["y"] = np.round(rng.normal(size=(size, 5)) * log_uniform(rng, 0.01, 3, (size, 1)), 3)
        lam = np.where(rng.random(size) < 0.4, 1.0, log_uniform(rng, 0.1, 10, size))
        case |= {"v": rng.uniform(-1, 1, (size, 5)), "u": rng.uniform(-1, 1, (size, 5)), "both": rng.integers(0, 2, size)}
        return case | {"lam": np.where(rng.random(size) < 0.1, 0.0, lam)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] >= 0, case["both"] * (1 - case["both"]) == 0)

    def margin(self, case: Case, xp: Any) -> Any:
        x, lam, both = case["x"], column(case["lam"]), column(case["both"])
        normal = xp.either(FIRST.norms(x, xp) == 0, xp.both(both == 1, SECOND.norms(x, xp) == 0))
        off, along = xp.where(normal, case["y"], 0 * x), xp.where(normal, 0 * x, case["y"])
        gain, outside, turns = 0 * case["lam"], off, []
        for part, weight, free in ((FIRST, lam, case["v"]), (SECOND, lam * both, case["u"])):
            level, norm = weight * xp.sqrt(part.sizes * (1 + 0 * x)), part.norms(x, xp)
            penalty, v = GroupL2(weight, groups=part.groups), part.subgradient(x, free, level, xp)
            sharp = xp.sum((level - part.norms(v, xp)) * part.norms(off, xp) / part.sizes, axis=-1)
            gain = gain + xp.sum(penalty._value(x + off, xp) - penalty._value(x, xp), axis=-1) - xp.dot(v, off) - sharp
            outside = xp.where(xp.both(norm == 0, level > 0), 0 * x, outside)  # there the subdifferential is a ball
            turn = part.norms(part.direction(x + along, xp) - part.direction(x, xp), xp)
            most = xp.where(norm == 0, 0 * x, 2 * part.norms(along, xp) / xp.where(norm == 0, 1 + norm, norm))
            turns.append(-largest(level * xp.maximum(turn - most, 0), xp))
        return least(gain, *turns, -largest(outside, xp), xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return (1 + case["lam"]) * (1 + xp.sum(xp.abs(case["x"]) + xp.abs(case["y"]), axis=-1))


@claim(
    "RMDA.B1.group",
    place="Section 4.1, Eq. 7, and Appendix B.1",
    expected="refuted",
    why="lambda = 0, W* = 0: psi = 0, its subdifferential is {0}; M = {0}, whose normal space is everything",
    erratum="misprint",
    fix="RMDA.B1.group.fix",
    falls="nothing: for lambda > 0, which is meant, it holds, also where groups overlap",
)
class Printed(Groups):
    r"""Group LASSO with $\lambda \ge 0$ is partly smooth at every $W^*$ relative to $M = \{W_g = 0, g \in G_{W^*}\}$: the
    affine span of $\partial \psi(W^*)$ is a translate of the normal space of $M$ (Definition 1.3), and the inequalities of
    claim RMDA.B1.group.fix."""


@claim(
    "RMDA.B1.group.fix",
    place="Section 4.1, Eq. 7, and Appendix B.1",
    expected="unrefuted",
    why="with M by coordinates instead of by groups, without one of two that overlap, or the curvature without the factor 2, "
    "it fails",
)
class SharpGroups(Groups):
    r"""Group LASSO with $\lambda > 0$ is partly smooth at $W^*$ relative to $M = \{W_g = 0, g \in G_{W^*}\}$: the affine span
    of $\partial \psi(W^*)$ is a translate of the zero groups' space, along which $\psi(W^* + y) - \psi(W^*) - \langle v, y
    \rangle \ge \sum_g (\lambda w_g - |v_g|) |y_g|$, $v = \sum_g v_g$, and along $M$ the subdifferential of each other group's
    norm moves by at most $2 \lambda w_g \frac{|y_g|}{|W^*_g|}$. (A zero inside a nonzero group is not in $M$; $\psi$ is curved
    there, not linear as $\ell_1$. Groups may overlap: those of two partitions at once are tried.)"""

    complete_proof = False
    positive = Hypothesis(r"$\lambda > 0$", lambda c, xp: c["lam"], strict=True)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Groups.cases(self, rng, size)
        return case | {"lam": 0 * case["lam"]} if without else case

    def proof(self) -> list[Lemma]:
        def sharp(p: Any) -> Any:
            inner, v, y, level = p.real("<v,y>"), p.nonnegative("|v_g|"), p.nonnegative("|y_g|"), p.positive("lam w_g")
            p.assume(inner <= v * y)
            return level * y - inner >= (level - v) * y

        return [Lemma("a zero group, by Cauchy and Schwarz", sharp)]
