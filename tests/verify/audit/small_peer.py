"""A library made up for the tests: its distribution is NumPy's, so that it is always installed."""

from __future__ import annotations

import numpy as np

from verify.audit.survey.peer import Map, Peer


class Soft:
    """weight |x|_1; the keyword arguments choose one mistake."""

    def __init__(self, weight, *, twice=False, in_place=False):
        self.weight, self.twice, self.in_place = weight, twice, in_place

    def __call__(self, x):
        return self.weight * np.abs(x).sum()

    def prox(self, z, t):
        level = self.weight * t * (2 if self.twice else 1)
        x = np.sign(z) * np.maximum(np.abs(z) - level, 0)
        if self.in_place:
            z[...] = x
        return x


def broken(z, t):
    raise RuntimeError("no prox today")


QUICK = {"parameters": {"weight": (0.5,)}, "t": (1.0,)}
MAPS = (
    Map("right", "Soft(weight)", **QUICK, why="never shown", note="a note"),
    Map("wrong", "Soft(weight, twice=True)", **QUICK, why="the threshold is twice what it should be"),
    Map("in place", "Soft(weight, in_place=True)", **QUICK),
    Map("raises", "Soft(weight)", **QUICK, prox="x = broken(z, t)"),
    Map("gone", "Gone(weight)", **QUICK),
    Map("vector", "Soft(weight, twice=True)", **QUICK, shape=(2,), value="weight * np.abs(x).sum()", documented=True),
)
PEER = Peer(
    package="numpy",
    imports="import numpy as np; from tests.verify.audit.small_peer import Soft, broken",
    maps=MAPS,
    left_out={"Hard": "it is left out here"},
)
