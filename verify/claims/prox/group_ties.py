"""Ties of penalties of groups and of whole vectors: the group is zero, and the first of equal entries is kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.prox.ties import two_to, whole_and_power
from verify.evidence import Case, claim
from verify.penalties.cardinality_ball import CardinalityBall
from verify.penalties.group_mcp import GroupMCP

SIZE = 5


@claim(
    "PROX.GroupMCP.ties",
    place="verify/penalties",
    expected="unrefuted",
    form="own",
    why="$<$ for $\\le$ at the threshold of the norm returns $z$",
)
class ZeroGroup:
    r"""For $t \ge \gamma$, where 0 and $z$ tie as minimisers, the prox of GroupMCP returns 0: at $|z| = \lambda w
    \sqrt{\gamma t}$. The ties drawn, multiples of $(3, 4)$, are exact in float64."""

    def cases(self, rng: Any, size: int) -> Case:
        return whole_and_power(rng, size)

    def domain(self, case: Case, xp: Any) -> Any:
        penalty, z, t = self.drawn(case, xp)
        tie = xp.sum(z * z, axis=-1) / (2 * t[:, 0]) == penalty._value(z, xp)[:, 0]
        return xp.both(case["m"] >= 1, tie)

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, z, t = self.drawn(case, xp)
        return -xp.max(xp.abs(penalty._prox(z, t, xp)), axis=-1)

    @staticmethod
    def drawn(case: Case, xp: Any) -> tuple[Any, Any, Any]:
        m, n = case["m"][:, None], two_to(case["power"], xp)[:, None]
        return GroupMCP(5 * m, n, axes=(-1,), weights=None), n * m * m * np.array([3, 4]), n * m * m


@claim(
    "PROX.CardinalityBall.ties",
    place="verify/penalties",
    expected="unrefuted",
    form="own",
    why="a sort that is not stable, or one that takes the last, keeps another",
)
class FirstOfEqual:
    r"""Of entries equal in magnitude CardinalityBall's prox keeps the first: the $k$ kept are those that come first by
    falling $|z_i|$, then by $i$."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"z": rng.integers(-2, 3, (size, SIZE)), "k": rng.integers(0, SIZE + 1, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["k"] >= 0

    def margin(self, case: Case, xp: Any) -> Any:
        z, k = case["z"], case["k"][:, None]
        right = np.where(np.array([ranks(row) for row in z]) < k, z, 0)
        return -xp.max(xp.abs(CardinalityBall._unchecked(k=k)._prox(z, 1, xp) - right), axis=-1)


def ranks(row: Any) -> list[int]:
    """The place of each entry by falling magnitude; of equal ones the first comes first."""
    order = sorted(range(len(row)), key=lambda i: (-abs(row[i]), i))
    return [order.index(i) for i in range(len(row))]
