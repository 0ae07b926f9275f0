"""The W shape with q = 1/2 and 2/3: the lemmas of l1/2 and l2/3 at u = ||z| - 1|, with the ties of a well."""

from __future__ import annotations

from verify.claims.prox import l12, l23
from verify.claims.prox.roots import whole
from verify.claims.prox.theorem import Minimiser
from verify.penalties.binary_w import BinaryW


def binary_w_12() -> Minimiser:
    c = Minimiser(BinaryW, q=1 / 2)
    return whole(c, c.run["abs"][1], l12.square_root, l12.unshrunk, wells=True)


def binary_w_23() -> Minimiser:
    c = Minimiser(BinaryW, q=2 / 3)
    return whole(c, c.run["abs"][1], l23.cube_root, l23.unshrunk, wells=True)
