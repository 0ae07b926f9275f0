"""prox(z, t) is a global minimiser of |x - z|^2/(2t) + R(x), for the penalties of groups and of whole vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.prox.argmin import add
from verify.evidence import Case
from verify.evidence.draw import log_uniform, mostly, vectors
from verify.penalties import L1, MCP, CardinalityBall, GroupL2, GroupMCP, SparseGroup

SIZE, RIVALS = 4, 24
ROUNDING = 1e-12  # what maps that run in float64 alone may miss, relative to the objective


class VectorArgmin:
    """Rows are cases: z (SIZE), rivals x (RIVALS, SIZE), a step t and parameters, one number each."""

    vectors = ("z", "x")
    numbers: dict[str, tuple[float, float]] = {"lam": (1e-3, 1e3)}
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

    def _here(self, case: Case, xp: Any) -> Any:
        if not self.floats_only or xp is NUMPY:
            return self.objective(self.minimiser(case, xp), case, _row, xp)
        plain = {n: v if v.dtype.kind == "i" else np.asarray(v, dtype=np.float64) for n, v in case.items()}
        return self.objective(xp.convert(self.minimiser(plain, NUMPY)), case, _row, xp)

    def margin(self, case: Case, xp: Any) -> Any:
        here = self._here(case, xp)
        gap = -xp.max(here[:, None] - self.objective(case["x"], case, _rows, xp), axis=-1)
        return gap + xp.constant(ROUNDING) * self.bound(case, xp) if self.floats_only else gap

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.sum(case["z"] * case["z"], axis=-1) / (2 * case["t"]) + xp.abs(self._here(case, xp))


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
    r"""With a step for each coordinate, GroupL2's prox is a global minimiser of $\sum_i (x_i - z_i)^2/(2t_i) + \lambda w |x|$"""

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

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.sum(case["z"] * case["z"] / (2 * case["t"]), axis=-1) + xp.abs(self._here(case, xp))


class ProxGroupMCP(VectorArgmin):
    r"""$\mathrm{prox}(z, t)$ of GroupMCP is a global minimiser of $|x - z|^2/(2t) + \mathrm{MCP}(|x|; \lambda w, \gamma)$, any size.

    Proved on an abstract vector. By hand: Cauchy-Schwarz, and that a sum over groups is lowest where each group's term is.
    """

    numbers = {"lam": (1e-2, 1e2), "gamma": (1e-1, 1e2)}

    def penalty(self, case: Case, spread: Any) -> Any:
        return GroupMCP(spread(case["lam"]), spread(case["gamma"]), axes=(-1,))


class ProxL1GroupL2(VectorArgmin):
    r"""The sparse group LASSO: prox is a global minimiser of $|x - z|^2/(2t) + a|x|_1 + \lambda w |x|$, for a group of any size.

    By hand: an inequality of one coordinate is added over the group; Cauchy-Schwarz; the sum over groups.
    """

    numbers = {"lam": (1e-2, 1e2), "each_lam": (1e-2, 1e2)}

    def penalty(self, case: Case, spread: Any) -> Any:
        return SparseGroup(L1(spread(case["each_lam"])), GroupL2(spread(case["lam"]), axes=(-1,)))


class ProxL1GroupMCP(VectorArgmin):
    r"""SparseGroup(L1, GroupMCP): prox is a global minimiser of $|x - z|^2/(2t) + a|x|_1 + \mathrm{MCP}(|x|; \lambda w, \gamma)$.

    By hand: an inequality of one coordinate is added over the group; Cauchy-Schwarz; the sum over groups.
    """

    numbers = {"lam": (1e-2, 1e2), "each_lam": (1e-2, 1e2), "gamma": (1e-1, 1e2)}

    def penalty(self, case: Case, spread: Any) -> Any:
        return SparseGroup(L1(spread(case["each_lam"])), GroupMCP(spread(case["lam"]), spread(case["gamma"]), axes=(-1,)))


class ProxCardinalityBall(VectorArgmin):
    r"""CardinalityBall's prox, the $k$ largest entries, is nearest to $z$ among all $x$ with at most $k$ nonzeros, any dimension.

    By hand: an inequality of one entry is added over the vector, where $k$ entries are kept (or all, if there are fewer).
    """

    numbers: dict[str, tuple[float, float]] = {}

    def cases(self, rng: Any, size: int) -> Case:
        drawn, k = VectorArgmin.cases(self, rng, size), rng.integers(0, SIZE + 2, size)
        x = np.where(rng.random(drawn["x"].shape) < 0.6, drawn["z"][:, None], drawn["x"])
        order = np.argsort(rng.random(x.shape), axis=-1)
        return drawn | {"k": k, "x": np.where(order < k[:, None, None], x, 0.0)}

    def penalty(self, case: Case, spread: Any) -> Any:
        return CardinalityBall._unchecked(k=spread(case["k"]))


add("GroupL2", ProxGroupL2)
add("GroupL2.diagonal", ProxGroupL2Diagonal, "no proof: thirteen Newton steps on the norm are not the exact root in the reals")
add("GroupMCP", ProxGroupMCP)
add("SparseGroup.L1.GroupL2", ProxL1GroupL2)
add("SparseGroup.L1.GroupMCP", ProxL1GroupMCP)
add("CardinalityBall", ProxCardinalityBall)


class MCPPair(VectorArgmin):
    """MCP beside a group penalty. Scaled so that MCP's lam is 1; its gammas are halves, since the map takes them as numbers."""

    numbers = {"lam": (1e-2, 1e2)}
    floats_only = True

    def cases(self, rng: Any, size: int) -> Case:
        halves = {n: rng.choice([1, 2, 3, 4, 6, 10, 20], size) for n in ("twice_gamma", "twice_group_gamma")}
        return super().cases(rng, size) | halves

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(super().domain(case, xp), xp.both(case["twice_gamma"] > 0, case["twice_group_gamma"] > 0))

    def group(self, lam: Any, gamma: Any) -> Any:
        raise NotImplementedError

    def penalty(self, case: Case, spread: Any) -> Any:
        gamma, outer = (spread(case[n]) / 2 for n in ("twice_gamma", "twice_group_gamma"))
        each = MCP._unchecked(lam=1, gamma=gamma)
        return SparseGroup._unchecked(each=each, group=self.group(spread(case["lam"]), outer))

    def minimiser(self, case: Case, xp: Any) -> Any:
        x, pairs = np.empty(case["z"].shape), np.stack([case["twice_gamma"], case["twice_group_gamma"]])
        for gamma, outer in np.unique(pairs, axis=1).T:
            rows = (pairs == [[gamma], [outer]]).all(axis=0)
            penalty = SparseGroup(MCP(1.0, gamma / 2), self.group(case["lam"][rows, None], float(outer) / 2))
            x[rows] = penalty._prox(case["z"][rows], case["t"][rows, None], NUMPY)
        return x


class ProxMCPGroupL2(MCPPair):
    r"""SparseGroup(MCP, GroupL2): up to rounding no rival of prox has a lower $|x - z|^2/(2t) + \sum \mathrm{MCP}(x_i) + \lambda w|x|$.

    The map runs in float64 alone, so that the replay takes its result from there and only the objectives in 50 digits.
    """

    def group(self, lam: Any, gamma: Any) -> Any:
        return GroupL2(lam, axes=(-1,))


class ProxMCPGroupMCP(MCPPair):
    r"""SparseGroup(MCP, GroupMCP): up to rounding no rival of prox has a lower objective, with MCP on the entries and on $|x|$.

    The map runs in float64 alone, so that the replay takes its result from there and only the objectives in 50 digits.
    """

    def group(self, lam: Any, gamma: Any) -> Any:
        return GroupMCP(lam, gamma, axes=(-1,))


PAIR = "no proof: the map sorts and searches the pieces of a dual function in float64, which is no formula for the solver"
add("SparseGroup.MCP.GroupL2", ProxMCPGroupL2, PAIR)
add("SparseGroup.MCP.GroupMCP", ProxMCPGroupMCP, PAIR)
