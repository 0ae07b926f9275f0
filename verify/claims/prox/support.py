"""Which groups are not zero, by their norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform, vectors
from verify.penalties.group_l2 import GroupL2

GROUPS, SIZE = 3, 4


@claim(
    "PROX.GroupL2.support",
    place="verify/penalties",
    expected="unrefuted",
    form="own",
    why="a sum of signs in place of their sizes loses the group (1, -1), and all that are negative with a test for > 0",
)
class GroupSupport:
    r"""After GroupL2's prox ``group_support`` holds exactly for the groups with $|z_g| > t\lambda\sqrt n$, whatever their
    signs; ``support`` says the same of each coordinate. Norms within $10^{-9}$ of the threshold say nothing."""

    def cases(self, rng: Any, size: int) -> Case:
        z = vectors(rng, size * GROUPS, SIZE).reshape(size, GROUPS, SIZE) * rng.choice([0.0, 1.0, -1.0], (size, GROUPS, 1))
        pairs = rng.integers(0, 2, (size, GROUPS, 1)) * np.array([1.0, -1.0, 0.0, 0.0])
        z = np.where(rng.random((size, 1, 1)) < 0.2, pairs, z)
        return {"z": z, "t": log_uniform(rng, 0.1, 4.0, size), "lam": log_uniform(rng, 0.05, 2.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["t"] > 0, case["lam"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        z, t, lam = (np.asarray(case[name], dtype=np.float64) for name in ("z", "t", "lam"))  # support reads floats alone
        penalty = GroupL2(lam[:, None, None], axes=(-1,))
        x = penalty.prox(z, t[:, None, None])
        excess = np.array([[np.sqrt(sum(v * v for v in group)) for group in row] for row in z]) - (2 * t * lam)[:, None]
        wrong = (np.squeeze(penalty.group_support(x)).reshape(excess.shape) != (excess > 0)) & (np.abs(excess) > 1e-9)
        each = penalty.support(x) != (excess > 0)[:, :, None]
        wrong |= np.any(each, axis=-1) & (np.abs(excess) > 1e-9)
        return np.array([xp.constant(1 - 2 * int(row.any())) for row in wrong])
