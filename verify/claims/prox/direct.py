"""Maps that the solver settles in one piece: everything that they compute, at once, and no lemma before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from verify.claims.prox.theorem import Minimiser
from verify.penalties.base import Penalty
from verify.penalties.binary_w import BinaryW
from verify.penalties.box import Box
from verify.penalties.elastic_net import ElasticNet
from verify.penalties.l0 import L0
from verify.penalties.l1 import L1
from verify.penalties.l2_squared import L2Squared
from verify.penalties.negative_abs import NegativeAbs
from verify.penalties.negative_square import NegativeSquare
from verify.penalties.zero import Zero


def at_once(penalty: type[Penalty], wrong: Callable[..., Penalty], **fixed: Any) -> Minimiser:
    """``wrong`` makes, of the parameters, the penalty whose prox is the mutant's."""
    c = Minimiser(penalty, **fixed)
    c.conclude(c.definitions, mutant=c.claimed_of(wrong(**c.parameters)))
    return c


def zero() -> Minimiser:
    return at_once(Zero, lambda: L2Squared(1.0))


def l1() -> Minimiser:
    return at_once(L1, lambda lam: L1(lam / 2))


def l2_squared() -> Minimiser:
    return at_once(L2Squared, lambda lam: L2Squared(2 * lam))


def elastic_net() -> Minimiser:
    return at_once(ElasticNet, lambda lam, mu: L1(lam))


def l0() -> Minimiser:
    return at_once(L0, lambda lam: L0(lam / 2))


def negative_abs() -> Minimiser:
    return at_once(NegativeAbs, lambda lam: NegativeAbs(lam / 2))


def negative_square() -> Minimiser:
    return at_once(NegativeSquare, lambda lam: NegativeSquare(lam / 2))


def binary_w_0() -> Minimiser:
    return at_once(BinaryW, lambda lam: BinaryW(lam / 2, q=0.0), q=0.0)


def binary_w_1() -> Minimiser:
    return at_once(BinaryW, lambda lam: BinaryW(lam / 2, q=1.0), q=1.0)


def box() -> Minimiser:
    """The value inf is any number large enough: an outside point that is above all inside, whatever they have, is never best.

    Only real bounds are covered. An infinite one acts like a real one beyond z and x.
    """
    c = Minimiser(Box)
    large = 2 * c.t * c.at_x.inf
    c.assume(c.at_x.inf == c.at_y.inf, large > (c.y - c.z) * (c.y - c.z), large > (c.x - c.z) * (c.x - c.z))
    c.conclude(c.definitions)
    return c
