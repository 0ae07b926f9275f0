"""GroupL2 with one step a coordinate: which groups become exactly zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.prox.vectors import SIZE
from verify.evidence import Case, claim
from verify.penalties.group_l2 import GroupL2

ONE = 2**11  # z_i = d_i m_i/ONE with d_i = t_i lam w and whole m_i: whether N <= 1 is then known exactly
ON_THE_EDGE = np.array([[ONE, 0, 0, 0], [ONE // 2] * 4])  # N = 1


@claim(
    "PROX.GroupL2.diagonal.support",
    place="verify/penalties",
    expected="unrefuted",
    form="own",
    why="$<$ for $\\le$, or a bound that rounding has moved, leaves a group alive that is zero, or the reverse",
)
class SupportInAMetric:
    r"""GroupL2's prox with one step a coordinate is exactly 0 if and only if $N = |(z_i/d_i)_i| \le 1$, $d_i = t_i\lambda w$.

    Else $|x| \ge (N - 1) \min_i d_i$. Steps from $2^{-8}$ to $2^8$ in one group, at scales down to subnormal floats.
    """

    vectors = ("m", "a")

    def cases(self, rng: Any, size: int) -> Case:
        edge = rng.permuted(ON_THE_EDGE[rng.integers(0, 2, size)], axis=1)
        m = np.where(rng.random((size, 1)) < 0.7, edge, rng.integers(-ONE, ONE + 1, (size, SIZE)))
        m = np.where(m == 0, 0, m + rng.integers(-1, 2, (size, 1)) * rng.choice([0, 1, 8], (size, 1)))
        return {
            "m": m * rng.choice([-1, 1], (size, SIZE)),
            "a": rng.integers(-8, 9, (size, SIZE)) * rng.choice([0, 1], (size, 1)),
            "scale": rng.choice([0, 0, -100, -1040, 900], size),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.all(xp.abs(case["m"]) <= 2 * ONE, axis=-1), xp.all(xp.abs(case["a"]) <= 8, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        m, w = case["m"], 2  # w = sqrt(SIZE)
        d = xp.power(xp.constant(2), case["a"] + case["scale"][:, None])
        x = GroupL2(1.0, axes=(-1,))._prox(d * m / ONE, d / w, xp)
        squares = xp.sum(m * m, axis=-1)
        excess = xp.sqrt(squares * xp.constant(1)) / ONE - 1
        size, least = xp.norm(x, axis=-1), -xp.max(-d, axis=-1)
        alive = size - excess * least * (1 - xp.constant(2.0**-20))
        return xp.where(squares <= ONE * ONE, -size, alive) / least
