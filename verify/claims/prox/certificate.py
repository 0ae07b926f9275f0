"""The certificate of MetricL1, recomputed number by number."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence import Case, claim
from verify.evidence.draw import mostly
from verify.penalties.metric_l1 import MetricL1

SIZE = 3


@claim(
    "PROX.MetricL1.certificate",
    place="verify/penalties",
    expected="unrefuted",
    form="own",
    kind="costly",
    why="x + z for x - z, lambda without t, or a violation that is not taken at zero entries disagrees",
)
class Certificate:
    r"""At any $x$ the certificate is the largest distance of $-(H(x - z))_i$ to $t\lambda\,\partial|x_i|$, each over
    $\sum_j |H_{ij}||x_j - z_j| + t\lambda$; at prox$(z, t)$ it is at most $10^{-13}$, times what $x - z$ loses by cancelling.
    In float64 alone."""

    def cases(self, rng: Any, size: int) -> Case:
        A = np.where(rng.random((size, 1, 1)) < 0.5, 1.0, 0.5) * rng.integers(-2, 3, (size, SIZE, SIZE))
        case = {name: mostly(rng, np.round(rng.normal(size=(size, SIZE)) * 2, 1), 0.0, 0.3) for name in ("x", "z")}
        return case | {"A": A, "t": rng.choice([0.25, 0.5, 1, 3], size), "lam": rng.choice([0.1, 0.5, 1, 2], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["t"] > 0, case["lam"] > 0), xp.both(case["t"] < 100, case["lam"] < 100))

    def each(self, A: Any, x: Any, z: Any, t: float, lam: float) -> float:
        H = A @ A.T + np.eye(SIZE)
        penalty = MetricL1(lam, H)
        best = penalty._prox(z, t, NUMPY)
        error = abs(penalty.certificate(x, z, t) - max(violation(H, x, z, t * lam)))
        lost = max(np.abs(H) @ np.abs(z)) / (t * lam)
        spare = np.min([1e-12 - error, 1e-13 * (1 + lost) - penalty.certificate(best, z, t)])
        return -np.inf if np.isnan(spare) else float(spare)

    def margin(self, case: Case, xp: Any) -> Any:
        plain = {name: np.asarray(value, dtype=np.float64) for name, value in case.items()}
        rows = zip(plain["A"], plain["x"], plain["z"], plain["t"], plain["lam"], strict=True)
        return np.array([xp.constant(self.each(A, x, z, float(t), float(lam))) for A, x, z, t, lam in rows])


def violation(H: Any, x: Any, z: Any, c: float) -> list[float]:
    """One relative distance a coordinate, from the interval c d|x_i|."""
    found = []
    for row, entry in zip(H.tolist(), x.tolist(), strict=True):
        force = -sum(h * (a - b) for h, a, b in zip(row, x.tolist(), z.tolist(), strict=True))
        low, high = (c, c) if entry > 0 else (-c, -c) if entry < 0 else (-c, c)
        size = sum(abs(h) * abs(a - b) for h, a, b in zip(row, x.tolist(), z.tolist(), strict=True)) + c
        found.append(max(low - force, force - high, 0.0) / size)
    return found
