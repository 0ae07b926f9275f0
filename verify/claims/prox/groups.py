"""Group LASSO and group MCP through their norm: the map runs on an abstract vector z, of any dimension.

Taken from outside: Cauchy-Schwarz, and that a sum over groups is lowest where each group's term is. The theorem of the
penalty of one number, with its whole chain, enters at |z| and |x|.
"""

from __future__ import annotations

from typing import Any

import z3

from verify.arrays.recorded import Vector, inner
from verify.claims.prox.mcp import mcp
from verify.claims.prox.theorem import Minimiser
from verify.evidence.chain import Known
from verify.penalties.base import Penalty
from verify.penalties.group_l2 import GroupL2
from verify.penalties.group_mcp import GroupMCP


class GroupMinimiser(Minimiser):
    """The theorem for one group: x and z are vectors of which the inner products are known."""

    def __init__(self, penalty: type[Penalty]) -> None:
        weight = z3.Real("weight")
        super().__init__(penalty, axes=(0,), weights=weight)
        self.level = self.parameters["lam"] * weight
        self.assume(weight >= 0, inner("x", "x") >= 0, inner("z", "z") >= 0)

    def points(self) -> tuple[Vector, Vector]:
        return Vector.variable("x"), Vector.variable("z")

    def square(self, x: Vector) -> Any:
        return x.dot(x)


def group_l2(theorem: type[GroupMinimiser] = GroupMinimiser) -> GroupMinimiser:
    """The prox of one number is a soft threshold without signs, which the solver settles at once."""
    c = theorem(GroupL2)
    return from_norm(c, c.run["maximum"][0])


def group_mcp(theorem: type[GroupMinimiser] = GroupMinimiser) -> GroupMinimiser:
    c = theorem(GroupMCP)
    lowest = c.theorem(mcp())({"z": c.run["norm"][0], "x": c.at_x["norm"][0], "lam": c.level})
    return from_norm(c, c.run["copysign"][0], lowest)


def from_norm(c: GroupMinimiser, m: Any, *lowest: Known) -> GroupMinimiser:
    """From the theorem of one number at |z| and |x|, m the prox of |z|, to vectors: prox is z times m/|z|."""
    (n,), (nx,), (ny,) = c.run["norm"], c.at_x["norm"], c.at_y["norm"]
    divisor, factor = c.run["where"][-1], c.run["quotient"][-1]
    xz, xx, zz = inner("x", "z"), inner("x", "x"), inner("z", "z")
    cauchy = c.given("Cauchy-Schwarz: <x,z>^2 <= <x,x> <z,z>", xz * xz <= xx * zz)
    squares = c.prove("|z|^2, |x|^2", z3.And(n >= 0, nx >= 0, n * n == zz, nx * nx == xx), n, nx, mutant=n == zz)
    between = c.prove("0 <= m <= |z|", z3.And(m >= 0, m <= n), squares, c.definitions, mutant=m < n)
    share = c.prove(
        "the factor times |z| is m",
        z3.And(factor * n == m, factor >= 0),
        between,
        squares,
        divisor,
        factor,
        mutant=factor * n == n,
    )
    length = c.prove("|prox| = m", ny == m, share, between, squares, ny, mutant=ny == n)
    step = c.square(c.y - c.z)
    moved = c.prove("|prox - z|^2 = (m - |z|)^2", step == (m - n) * (m - n), share, squares, mutant=step == m * m)
    product = c.prove("<x,z> <= |x| |z|", xz <= nx * n, cauchy, squares, mutant=xz <= 0)
    apart = c.square(c.x - c.z)
    away = c.prove(
        "|x - z|^2 >= (|x| - |z|)^2",
        apart >= (nx - n) * (nx - n),
        product,
        squares,
        mutant=apart > (nx - n) * (nx - n),
    )
    on_line = (nx - n) * (nx - n) + 2 * c.t * c.value_x >= (m - n) * (m - n) + 2 * c.t * c.value_y
    line = c.prove(
        "the theorem of one number, at the norms",
        on_line,
        [*lowest, between, squares, length, c.definitions],
        mutant=(nx - n) * (nx - n) + 2 * c.t * c.value_x > (m - n) * (m - n) + 2 * c.t * c.value_y,
    )
    c.conclude(line, away, moved)
    return c
