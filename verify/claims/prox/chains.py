"""Chains of lemmas that prove prox maps global minimisers; each ends at the function that NumPy runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from verify.penalties import L1

Chain = list[tuple[str, Callable[[Any], Any]]]


def l1(p: Any) -> Any:
    z, x = p.reals("z x")
    t, lam = p.positive("t"), p.nonnegative("lam")
    R = L1(lam)
    y = R._prox(z, t, p.xp)
    return (y - z) ** 2 + 2 * t * R._value(y, p.xp) <= (x - z) ** 2 + 2 * t * R._value(x, p.xp)


CHAINS: dict[str, Chain] = {"L1": [("the returned point is a global minimiser", l1)]}
