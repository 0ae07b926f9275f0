"""The subgradient distance of penalties of groups and vectors: the least-norm element of g plus the subdifferential."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np

from verify.claims.prox import vectors
from verify.claims.prox.vectors import SIZE, VectorArgmin, _row, _rows
from verify.evidence import Case, claim
from verify.evidence.draw import uniform
from verify.evidence.draw import vectors as directions

RIVALS = 24
SIGNS = np.array(list(product((-1, 1), repeat=SIZE)))


class LeastNorm:
    r"""With $v$ the returned gap: $R'(x; d) + \langle g, d\rangle \ge -|v||d|$ for all $d$, with equality for $d = \pm v$, the
    signs taken one by one. These two say that $|v|$ is the distance of $-g$ to the subdifferential, where $R$ is weakly convex.
    Directional derivatives by differences over $10^{-6}$, to a relative $10^{-3}$.
    """

    problem: VectorArgmin

    def cases(self, rng: Any, size: int) -> Case:
        p = {name: uniform(rng, 0.3, 5.0, size) for name in self.problem.numbers}
        x = directions(rng, size, SIZE) * rng.choice([0.0, 0.3, 1.0, 3.0], (size, 1))
        x = np.where(rng.random(x.shape) < 0.2, 0.0, x)
        return {
            **p,
            "x": x,
            "g": rng.normal(size=(size, SIZE)) * 3,
            "d": directions(rng, size * RIVALS, SIZE).reshape(size, -1, SIZE),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        """Parameters away from 0; x away from kinks that it does not sit on, so that a difference does not straddle one."""
        met = xp.max(xp.abs(case["g"]), axis=-1) < 40
        for name in self.problem.numbers:
            met = xp.both(met, xp.both(case[name] > xp.constant("0.2"), case[name] < 20))
        x, far = xp.abs(case["x"]), xp.constant("0.02")
        met = xp.both(met, xp.all(xp.either(x == 0, x > far), axis=-1))
        if "gamma" in self.problem.numbers:  # the weight of a group is the square root of its size, 2
            met = xp.both(met, xp.abs(xp.norm(case["x"], axis=-1) - 2 * case["gamma"] * case["lam"]) > far)
        return met

    def _rate(self, d: Any, case: Case, spread: Any, xp: Any) -> Any:
        """R'(x; d) + <g, d>; d has shape (cases, SIZE) or (cases, RIVALS, SIZE)."""
        penalty, h = self.problem.penalty(case, spread), xp.constant("1e-6")
        x, g = (case["x"], case["g"]) if d.ndim == 2 else (case["x"][:, None], case["g"][:, None])
        rise = penalty._value(x + h * d, xp) - penalty._value(x + 0 * d, xp)
        return xp.sum(rise, axis=-1) / h + xp.sum(g * d, axis=-1)

    def margin(self, case: Case, xp: Any) -> Any:
        v = self.problem.penalty(case, _row)._subgradient_gap(case["x"], case["g"], xp)
        size = xp.norm(v, axis=-1)
        lengths = xp.norm(case["d"], axis=-1)
        below = -xp.max(-(self._rate(case["d"], case, _rows, xp) / lengths + size[:, None]), axis=-1)
        rates = self._rate(v[:, None] * SIGNS, case, _rows, xp)  # a gap of separable penalties has lost its signs
        steepest = (xp.max(-rates, axis=-1) - size * size) / (1 + size)
        return xp.minimum(below, steepest) + xp.constant("0.001") * self.bound(case, xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return sum((case[n] for n in self.problem.numbers), 1 + xp.norm(case["g"], axis=-1))


def _register(name: str, made: type, statement: str) -> None:
    claim(
        f"PROX.{name}.subdifferential",
        place="verify/penalties",
        expected="unrefuted",
        form="own",
        why="a missing pull, ball or weight leaves a direction that falls faster than the distance says",
    )(type(f"Gap{name.replace('.', '_')}", (made,), {"__doc__": f"For {name}: {statement}"}))


for _name, _problem in {
    "GroupL2": vectors.ProxGroupL2,
    "GroupMCP": vectors.ProxGroupMCP,
    "SparseGroup.L1.GroupL2": vectors.ProxL1GroupL2,
    "SparseGroup.L1.GroupMCP": vectors.ProxL1GroupMCP,
}.items():
    _register(_name, type(_name, (LeastNorm,), {"problem": _problem()}), str(LeastNorm.__doc__))


class NearestNormal:
    """the distance of $-g$ to the limiting normal cone at $x$ is the least norm of $g$ on $k$ coordinates that hold the support
    of $x$, over all choices of them: tried one by one. Infinite outside the ball."""

    def cases(self, rng: Any, size: int) -> Case:
        x = np.where(rng.random((size, SIZE)) < 0.5, 0.0, rng.normal(size=(size, SIZE)))
        return {"k": rng.integers(0, SIZE + 1, size), "x": x, "g": np.round(rng.normal(size=(size, SIZE)) * 2, 1)}

    def margin(self, case: Case, xp: Any) -> Any:
        x, g, k = case["x"], case["g"], case["k"]
        made = vectors.CardinalityBall._unchecked(k=k[:, None])
        found = xp.norm(made._subgradient_gap(x, g, xp), axis=-1)
        least = xp.inf + 0 * xp.norm(g, axis=-1)
        for chosen in [c for r in range(SIZE + 1) for c in combinations(range(SIZE), r)]:
            inside = np.isin(np.arange(SIZE), chosen)
            norm = xp.norm(xp.where(inside, g, 0 * g), axis=-1)
            allowed = xp.both(k == len(chosen), xp.all(xp.either(inside, x == 0), axis=-1))
            least = xp.minimum(least, xp.where(allowed, norm, xp.inf))
        value = xp.sum(made._value(x, xp), axis=-1)
        off = xp.where(least < xp.inf, xp.abs(found - least), xp.where(found < xp.inf, 1, 0))
        off = off + xp.where(xp.either(xp.both(least < xp.inf, value == 0), xp.both(least == xp.inf, value == xp.inf)), 0, 1)
        return xp.constant("1e-12") * (1 + xp.norm(g, axis=-1)) - off


_register("CardinalityBall", NearestNormal, str(NearestNormal.__doc__))
