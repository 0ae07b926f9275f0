"""prox(z, t) is a global minimiser of |x - z|^2/(2t) + R(x), for the penalties of groups and of whole vectors."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from verify.arrays import NUMPY
from verify.claims.prox.argmin import add
from verify.evidence import Case
from verify.evidence.draw import log_uniform, mostly, vectors
from verify.penalties.cardinality_ball import CardinalityBall
from verify.penalties.group_l2 import GroupL2
from verify.penalties.group_mcp import GroupMCP
from verify.penalties.l1 import L1
from verify.penalties.sparse_group import SparseGroup

SIZE, RIVALS = 4, 24
ROUNDING = 1e-12  # what maps that run in float64 alone may miss, relative to the objective at 0


class VectorArgmin:
    """Rows are cases: z (SIZE), rivals x (RIVALS, SIZE), a step t and parameters, one number each."""

    vectors: tuple[str, ...] = ("z", "x")
    numbers: ClassVar[dict[str, tuple[float, float]]] = {"lam": (1e-3, 1e3)}
    floats_only = False

    def cases(self, rng: Any, size: int) -> Case:
        p = {n: mostly(rng, log_uniform(rng, *ends, size), ends[0], 0.05) for n, ends in self.numbers.items()}
        p |= {n: mostly(rng, p[n], 0.0, 0.03) for n in p if n in ("lam", "each_lam")}
        t = log_uniform(rng, 1e-3, 1e3, size)
        gamma = p.get("gamma", t)
        t = np.where(rng.random(size) < 0.3, gamma * rng.choice([0.5, 1.0, 1.0, 1.5], size), t)
        lam = p.get("lam", np.ones(size)) + p.get("each_lam", 0.0)
        lam = np.where(lam > 0, lam, 1.0)
        near = np.stack([lam * t, lam * np.sqrt(gamma * t), lam, lam * gamma, 1 + 0 * t])
        scale = near[rng.integers(0, len(near), size), np.arange(size)] * rng.choice([0.5, 0.99, 1, 1.2, 2, 4], size)
        z = vectors(rng, size, SIZE)
        norm = np.sqrt((z * z).sum(axis=1, keepdims=True))
        z = np.where(rng.random((size, 1)) < 0.5, z / norm, z) * scale[:, None]
        x = z[:, None] * rng.uniform(-0.2, 1.3, (size, RIVALS, 1)) * rng.uniform(0.5, 1.5, (size, RIVALS, SIZE))
        x[:, 8:16] *= rng.random((size, 8, SIZE)) < 0.5
        x[:, 0], x[:, 1] = 0.0, z
        along = np.linspace(0.1, 1.2, 6)[:, None]
        x[:, 2:8] = z[:, None] * along
        return {**p, "z": z, "t": t, "x": x}

    def domain(self, case: Case, xp: Any) -> Any:
        met = case["t"] > 0
        for name in self.numbers:
            met = xp.both(met, case[name] >= 0 if name in ("lam", "each_lam") else case[name] > 0)
        return met

    def penalty(self, case: Case, spread: Any) -> Any:
        """The penalty with the parameters of every case; ``spread`` brings them to the shape that they act on."""
        raise NotImplementedError

    def minimiser(self, case: Case, xp: Any) -> Any:
        return self.penalty(case, _row)._prox(case["z"], _row(case["t"]), xp)

    def objective(self, x: Any, case: Case, spread: Any, xp: Any) -> Any:
        t, z = spread(case["t"]), case["z"] if x.ndim == 2 else case["z"][:, None]
        value = xp.sum(self.penalty(case, spread)._value(x, xp), axis=-1)
        return xp.sum((x - z) * (x - z) / (2 * t), axis=-1) + value

    def point(self, case: Case, xp: Any) -> Any:
        """prox(z, t), computed in float64 where the map runs in nothing else."""
        if not self.floats_only or xp is NUMPY:
            return self.minimiser(case, xp)
        plain = {n: v if v.dtype.kind == "i" else np.asarray(v, dtype=np.float64) for n, v in case.items()}
        return xp.convert(self.minimiser(plain, NUMPY))

    def margin(self, case: Case, xp: Any) -> Any:
        x = self.point(case, xp)
        here, gap = self.objective(x, case, _row, xp), None
        for rivals in (case["x"], _around(x, 10), _around(x, 1000)):
            less = -xp.max(here[:, None] - self.objective(rivals, case, _rows, xp), axis=-1)
            gap = less if gap is None else xp.minimum(gap, less)
        gap = xp.where(here < xp.inf, gap, -xp.inf)  # an infinite objective is a refutation by itself
        return gap + xp.constant(ROUNDING) * self.bound(case, xp) if self.floats_only else gap

    def bound(self, case: Case, xp: Any) -> Any:
        """The objective at 0."""
        return self.objective(0 * case["z"], case, _row, xp)


def _around(x: Any, part: int) -> Any:
    """x with all its entries, and with one of them, larger or smaller by a part."""
    moves = np.concatenate([np.ones((1, x.shape[-1]), dtype=int), np.eye(x.shape[-1], dtype=int)])
    return x[:, None] + x[:, None] * np.concatenate([moves, -moves]) / part


def _row(value: Any) -> Any:
    return value[:, None]


def _rows(value: Any) -> Any:
    return value[:, None, None]


class ProxGroupL2(VectorArgmin):
    r"""$\mathrm{prox}(z, t)$ of GroupL2 is a global minimiser of $|x - z|^2/(2t) + \lambda w |x|$ for a group of any size.

    Proved on an abstract vector. By hand: Cauchy-Schwarz, and that a sum over groups is lowest where each group's term is.
    """

    def penalty(self, case: Case, spread: Any) -> Any:
        return GroupL2(spread(case["lam"]), axes=(-1,))


class ProxGroupL2Diagonal(VectorArgmin):
    r"""With one step a coordinate, GroupL2's prox is a global minimiser of $\sum_i (x_i - z_i)^2/(2t_i) + \lambda w |x|$"""

    vectors = ("z", "x", "t")

    def cases(self, rng: Any, size: int) -> Case:
        drawn = VectorArgmin.cases(self, rng, size)
        return drawn | {"t": drawn["t"][:, None] * log_uniform(rng, 1e-3, 1e3, (size, SIZE))}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.all(case["t"] > 0, axis=-1), case["lam"] >= 0)

    def penalty(self, case: Case, spread: Any) -> Any:
        return GroupL2(spread(case["lam"]), axes=(-1,))

    def minimiser(self, case: Case, xp: Any) -> Any:
        return self.penalty(case, _row)._prox(case["z"], case["t"], xp)

    def objective(self, x: Any, case: Case, spread: Any, xp: Any) -> Any:
        t, z = (case["t"], case["z"]) if x.ndim == 2 else (case["t"][:, None], case["z"][:, None])
        value = xp.sum(self.penalty(case, spread)._value(x, xp), axis=-1)
        return xp.sum((x - z) * (x - z) / (2 * t), axis=-1) + value


class ProxGroupMCP(VectorArgmin):
    r"""$\mathrm{prox}(z, t)$ of GroupMCP is a global minimiser of $|x - z|^2/(2t) + \mathrm{MCP}(|x|; \lambda w, \gamma)$.

    Proved on an abstract vector. By hand: Cauchy-Schwarz, and that a sum over groups is lowest where each group's term is.
    """

    numbers: ClassVar = {"lam": (1e-2, 1e2), "gamma": (1e-1, 1e2)}

    def penalty(self, case: Case, spread: Any) -> Any:
        return GroupMCP(spread(case["lam"]), spread(case["gamma"]), axes=(-1,))


class ProxL1GroupL2(VectorArgmin):
    r"""The sparse group LASSO: prox is a global minimiser of $|x - z|^2/(2t) + a|x|_1 + \lambda w |x|$, for any size.

    By hand: an inequality of one coordinate is added over the group; Cauchy-Schwarz; the sum over groups.
    """

    numbers: ClassVar = {"lam": (1e-2, 1e2), "each_lam": (1e-2, 1e2)}

    def penalty(self, case: Case, spread: Any) -> Any:
        return SparseGroup(L1(spread(case["each_lam"])), GroupL2(spread(case["lam"]), axes=(-1,)))


class ProxL1GroupL2Diagonal(ProxGroupL2Diagonal):
    r"""With one step a coordinate SparseGroup(L1, GroupL2)'s prox is a global minimiser of $\sum_i (x_i - z_i)^2/(2t_i) +
    a|x|_1 + \lambda w |x|$."""

    numbers = ProxL1GroupL2.numbers
    penalty = ProxL1GroupL2.penalty

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(ProxGroupL2Diagonal.domain(self, case, xp), case["each_lam"] >= 0)


class ProxL1GroupMCP(VectorArgmin):
    r"""SparseGroup(L1, GroupMCP): prox minimises $|x - z|^2/(2t) + a|x|_1 + \mathrm{MCP}(|x|; \lambda w, \gamma)$.

    By hand: an inequality of one coordinate is added over the group; Cauchy-Schwarz; the sum over groups.
    """

    numbers: ClassVar = {"lam": (1e-2, 1e2), "each_lam": (1e-2, 1e2), "gamma": (1e-1, 1e2)}

    def penalty(self, case: Case, spread: Any) -> Any:
        return SparseGroup(L1(spread(case["each_lam"])), GroupMCP(spread(case["lam"]), spread(case["gamma"]), axes=(-1,)))


class ProxCardinalityBall(VectorArgmin):
    r"""CardinalityBall's prox, the $k$ largest entries, is nearest to $z$ among all $x$ with at most $k$ nonzeros.

    By hand: an inequality of one entry is added over the vector, where $k$ entries are kept (or all, if there are fewer).
    """

    numbers: ClassVar[dict[str, tuple[float, float]]] = {}

    def cases(self, rng: Any, size: int) -> Case:
        drawn, k = VectorArgmin.cases(self, rng, size), rng.integers(0, SIZE + 2, size)
        x = np.where(rng.random(drawn["x"].shape) < 0.6, drawn["z"][:, None], drawn["x"])
        order = np.argsort(rng.random(x.shape), axis=-1)
        return drawn | {"k": k, "x": np.where(order < k[:, None, None], x, 0.0)}

    def penalty(self, case: Case, spread: Any) -> Any:
        return CardinalityBall._unchecked(k=spread(case["k"]))


add("GroupL2", ProxGroupL2)
NEWTON = "no proof: thirteen Newton steps on the norm are not the exact root in the reals"
add("GroupL2.diagonal", ProxGroupL2Diagonal, NEWTON)
add("GroupMCP", ProxGroupMCP)
add("SparseGroup.L1.GroupL2", ProxL1GroupL2)
add("SparseGroup.L1.GroupL2.diagonal", ProxL1GroupL2Diagonal, NEWTON)
add("SparseGroup.L1.GroupMCP", ProxL1GroupMCP)
add("CardinalityBall", ProxCardinalityBall)
