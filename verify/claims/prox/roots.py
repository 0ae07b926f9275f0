"""What l1/2 and l2/3 share, with the W-shaped penalties built from them: from the root that the map computes to the theorem.

The map is written for u = |z| (for a W shape the distance of |z| from 1). With the root y of |x| (of its distance from 1),
y^n = |x|, n = 2 or 3, the objective is a polynomial in y. The map finds y_0, the largest stationary point; y_0^n is the least.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import z3

from verify.claims.prox.theorem import Minimiser
from verify.evidence.chain import Known


@dataclass(frozen=True)
class Root:
    """What the lemmas of one map say about its run, for lam > 0, and what later lemmas rest on."""

    power: Callable[[Any], Any]  # y^n
    value: Callable[[Any], Any]  # R/lam as a function of y
    threshold: Any
    y0: Any
    safe: Any  # u where the root is used
    selects: list[Any]  # the operations after the root: past the threshold or up to it, the sign
    shrinks: list[Known]  # u - shrinkage is y_0^n
    stationary: list[Known]  # y_0 is the largest stationary point
    scale: list[Known]  # the threshold as a power of the penalty's scale
    past: Known  # no y is below y_0
    up_to: Known  # no y is below 0


def whole(
    c: Minimiser,
    u: Any,
    root: Callable[[Minimiser, Any], Root],
    identity: Callable[[Minimiser, Any], Known],
    wells: bool = False,
) -> Minimiser:
    """The proof from its two cases: ``identity`` says that prox is z where lam = 0."""
    lam = c.parameters["lam"]
    with c.case(lam > 0):
        shrunk = theorem(c, u, root(c, u), wells)
    with c.case(lam == 0):
        free = c.prove("no point is below z", c.statement, identity(c, u), mutant=_strict(c))
    c.conclude(shrunk, free)
    return c


def theorem(c: Minimiser, u: Any, s: Root, wells: bool) -> Known:
    """From y_0 to the theorem. With ``wells``, z is kept at the threshold inside, and moved to +-1 outside."""
    x, y, z, r = c.x, c.y, c.z, c.run["abs"][0]
    dx, dy, (yx, *_), (yy, *_) = c.at_x["abs"][-1], c.at_y["abs"][-1], *(v["sqrt"] + v["cbrt"] for v in (c.at_x, c.at_y))
    point = s.power(s.y0)
    kept = z3.Or(u > s.threshold, z3.And(u >= s.threshold, r < 1)) if wells else u > s.threshold

    def past(goal: Any) -> Any:
        return z3.Implies(kept, goal)

    def up_to(goal: Any) -> Any:
        return z3.Implies(z3.Not(kept), goal)

    def at(distance: Any, root: Any) -> Any:
        return (distance - u) * (distance - u) + 2 * c.t * (c.parameters["lam"] * s.value(root))

    symmetry = c.prove(
        "the sign of z is the best sign",
        (x - z) * (x - z) >= (dx - u) * (dx - u),
        [c.at_x["abs"], c.run["abs"]],
        mutant=(x - z) * (x - z) == (dx - u) * (dx - u),
    )
    of_x = c.prove("the root of x", z3.And(yx >= 0, s.power(yx) == dx), [c.at_x["abs"], yx], mutant=yx == dx)
    of_y = c.prove("the root of prox", z3.And(yy >= 0, s.power(yy) == dy, dy >= 0), [c.at_y["abs"], yy], mutant=yy == dy)
    between = c.prove(
        "the least point is between 0 and u",
        z3.Implies(u >= s.threshold, z3.And(point <= u, point >= 0, s.safe == u)),
        [s.stationary, s.safe],
        mutant=z3.Implies(u >= s.threshold, point < u / 2),
    )
    seen = [c.run["abs"], s.selects, c.at_y["abs"]]
    found = c.prove(
        "past the threshold prox is the least point",
        past(z3.And(dy == point, (y - z) * (y - z) == (point - u) * (point - u))),
        [s.shrinks, between, seen],
        mutant=past(dy == u),
    )
    snapped = c.prove(
        "up to the threshold prox has value 0",
        up_to(z3.And(dy == 0, (y - z) * (y - z) == u * u)),
        seen,
        mutant=up_to(dy == u),
    )
    of_found = c.prove("y_0 is its root", past(yy == s.y0), [found, of_y, s.stationary], mutant=past(yy == 2 * s.y0))
    of_snapped = c.prove("0 is its root", up_to(yy == 0), [snapped, of_y], mutant=yy == 0)
    sized = c.prove("u >= 0", u >= 0, c.run["abs"], mutant=u > 0)
    above = c.prove(
        "past the threshold no y is below y_0",
        past(at(dx, yx) >= at(point, s.y0)),
        [s.past, of_x, between, s.stationary],
        mutant=past(at(dx, yx) > at(point, s.y0)),
    )
    above_0 = c.prove(
        "up to the threshold no y is below 0",
        up_to(at(dx, yx) >= u * u),
        [s.up_to, of_x, sized, s.scale],
        mutant=up_to(at(dx, yx) > u * u),
    )
    high = c.prove(
        "past the threshold no point is below prox",
        past(c.statement),
        [above, symmetry, found, of_found],
        mutant=past(_strict(c)),
    )
    low = c.prove(
        "up to the threshold no point is below prox",
        up_to(c.statement),
        [above_0, symmetry, snapped, of_snapped],
        mutant=up_to(_strict(c)),
    )
    return c.prove("no point is below prox", c.statement, high, low, mutant=_strict(c))


def _strict(c: Minimiser) -> Any:
    return c.objective(c.x, c.value_x) > c.objective(c.y, c.value_y)
