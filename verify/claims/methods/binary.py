"""BinaryConnect, one coordinate after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.methods.setting import STEPS, Steps, agree, at, iterates, slopes
from verify.evidence import Case, claim
from verify.methods.binary_connect import BinaryConnect, Rate
from verify.penalties import Zero


@claim(
    "METHOD.BinaryConnect",
    place="verify/methods/binary_connect.py",
    expected="unrefuted",
    form="own",
    why="sign(0) = -1, a sum over what was clipped, signs of the old weights or no clip at one end disagrees",
)
class Signs(Steps):
    r"""BinaryConnect returns $1$ where $r_t \ge 0$ and $-1$ elsewhere, and $r_t - r_{t-1} + \alpha_t g_t$ is zero unless $r_t$
    is at an end of $[-1, 1]$ and the sum is beyond it. Half of the cases are in halves, so that $r_t = 0$ and $|r_t| = 1$
    occur."""

    positive = ("alpha",)

    def cases(self, rng: Any, size: int) -> Case:
        case, coarse = Steps.cases(self, rng, size), rng.random(size) < 0.5
        case["w"] = np.where(coarse[:, None], rng.choice([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0], case["w"].shape), case["w"])
        case["g"] = np.where(coarse[:, None, None], rng.choice([-2.0, -0.5, 0.0, 0.5, 1.0], case["g"].shape), case["g"])
        return case | {"alpha": np.where(coarse[:, None], rng.choice([0.5, 1.0], (size, STEPS)), case["alpha"])}

    def margin(self, case: Case, xp: Any) -> Any:
        pairs, real = [], case["w"]
        for t, (state, w) in enumerate(iterates(BinaryConnect(), lambda t: Rate(at(case, "alpha", t)), Zero(), case, xp)):
            moved = real - at(case, "alpha", t) * slopes(case)[t]
            real = xp.where(xp.abs(moved) <= 1, moved, xp.where(moved > 0, 1 + 0 * moved, 0 * moved - 1))
            pairs += [(state.real, real), (w, xp.where(real >= 0, 1 + 0 * real, 0 * real - 1))]
        return agree(xp, *pairs)
