"""A stationary point with the numbers that certify it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from synthetic.problems.instance import Blocks, Instance
from synthetic.reference.flat import Flat
from synthetic.reference.promises import check_promises
from synthetic.reference.sharpness import margin, smallest
from synthetic.reference.solve import CLEARANCE, TOLERANCE, scaled_residual, solve


@dataclass(frozen=True)
class Reference:
    """A stationary point of R runs and what certifies it; arrays of (R,) unless said.

    ``kkt``: the distance of -grad f(w) to the subdifferential of the penalties at w, relative to the larger of |grad f| at w
    and at the instance's start, or to 1e6 times the least lam w_g if that is less; where the curvature vanishes it bounds no
    distance. ``margin``: how far the inactive part is from becoming active (:func:`synthetic.reference.sharpness.margin`).
    ``smallest``: the least norm of an active group or coordinate. ``bin``: "unsolved" where kkt exceeds 1e-12 (or is NaN, as it
    is where gradients are below 1e-142) or there is no minimum near (:func:`falls_on`), "degenerate" where margin, or smallest
    relative to the largest entry of w, is below 1e-6, else "clear". That there is no other optimum is not tested: where
    columns are alike there are many, one of which is certified; random data have one.
    """

    w: Blocks
    pattern: Blocks
    kkt: Any
    margin: Any
    smallest: Any
    objective: Any
    bin: Any

    def repeat(self, k: int) -> Reference:
        """That of an instance's ``repeat(k)``: each run k times in a row."""
        values = (getattr(self, field.name) for field in fields(self))
        return Reference(*(_repeated(value, k) for value in values))


def certify(instance: Instance) -> Reference:
    """The optimum of a convex instance; otherwise the stationary point reached from the planted parameters.

    Raises ValueError where the instance is not what it promises (:func:`synthetic.reference.promises.check_promises`).
    """
    single = replace(instance, copies=1)
    check_promises(single)
    guess = single.truth if single.truth is not None and not single.convex else single.begin
    return polish(single, guess).repeat(instance.copies)


def polish(instance: Instance, w: Blocks) -> Reference:
    """The stationary point that deterministic prox-gradient and Newton steps reach from w."""
    flat = Flat(instance)
    x = solve(flat, flat.pack(w))
    kkt, sharp, least = scaled_residual(flat, x), margin(flat, x), smallest(flat, x)
    bare = np.minimum(sharp, least / np.maximum(np.max(np.abs(x), axis=1), np.finfo(float).tiny))
    found = flat.unpack(x)
    solved = (kkt <= TOLERANCE) & ~falls_on(instance, found)  # NaN is no certificate
    return Reference(
        w=found,
        pattern=instance.pattern(found),
        kkt=kkt,
        margin=sharp,
        smallest=least,
        objective=instance.objective(found),
        bin=np.where(solved, np.where(bare >= CLEARANCE, "clear", "degenerate"), "unsolved"),
    )


def falls_on(instance: Instance, w: Blocks) -> Any:
    """The condition (R,) that a convex objective is clearly lower at 2w than at w: no minimum is near, however small the
    residual. So it is with the logistic loss of data that a plane separates, and no penalty."""
    twice = {name: 2 * value for name, value in w.items()}
    fall = instance.drop(w, twice) + instance.penalty(w) - instance.penalty(twice)
    return instance.convex & (fall > CLEARANCE * np.abs(instance.objective(w)))


def _repeated(value: Any, k: int) -> Any:
    return {n: v.repeat(k, axis=0) for n, v in value.items()} if isinstance(value, dict) else value.repeat(k, axis=0)
