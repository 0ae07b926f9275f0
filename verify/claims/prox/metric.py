"""MetricL1: prox(z, t) is a global minimiser of (x - z)'H(x - z)/(2t) + lam |x|_1, up to rounding."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.prox.vectors import SIZE, VectorArgmin
from verify.evidence import Case, claim
from verify.penalties.metric_l1 import MetricL1


@claim(
    "PROX.MetricL1",
    place="verify/penalties",
    expected="unrefuted",
    form="own",
    kind="costly",
    why="no proof: an active-set search in float64; a wrong sign or a missed entry leaves a rival with a lower objective",
)
class ProxMetricL1(VectorArgmin):
    r"""MetricL1: up to rounding no rival of prox is lower in $(x - z)^T H (x - z)/(2t) + \lambda |x|_1$, $H = AA^T + cI$.

    A search for each case, hence 1,000 cases. It runs in float64 alone; the replay takes its result and computes objectives.
    """

    floats_only = True

    def cases(self, rng: Any, size: int) -> Case:
        drawn = VectorArgmin.cases(self, rng, size)
        A = np.where(
            rng.random((size, 1, 1)) < 0.5, rng.integers(-2, 3, (size, SIZE, SIZE)), rng.normal(size=(size, SIZE, SIZE))
        )
        return drawn | {"A": A, "c": rng.choice([0.01, 0.5, 1.0, 10.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["t"] > 0, case["lam"] >= 0), case["c"] > 0)

    def _metric(self, case: Case, xp: Any) -> Any:
        A = case["A"]
        return xp.sum(A[:, :, None, :] * A[:, None, :, :], axis=-1) + case["c"][:, None, None] * np.eye(A.shape[1], dtype=int)

    def minimiser(self, case: Case, xp: Any) -> Any:
        H, x = self._metric(case, NUMPY), np.empty(case["z"].shape)
        for i, (z, t, lam) in enumerate(zip(case["z"], case["t"], case["lam"], strict=True)):
            x[i] = MetricL1(float(lam), H[i])._prox(z, float(t), NUMPY)
        return x

    def objective(self, x: Any, case: Case, spread: Any, xp: Any) -> Any:
        t, lam, H = case["t"], case["lam"], self._metric(case, xp)
        if x.ndim == 3:
            t, lam, H = t[:, None], lam[:, None], H[:, None]
        d = x - (case["z"] if x.ndim == 2 else case["z"][:, None])
        square = xp.sum(xp.sum(H * d[..., None], axis=-2) * d, axis=-1)
        return square / (2 * t) + xp.sum(MetricL1._unchecked(lam=lam[..., None], H=None)._value(x, xp), axis=-1)
