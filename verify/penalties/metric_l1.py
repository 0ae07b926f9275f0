from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from verify.arrays import NUMPY
from verify.penalties.base import Penalty
from verify.penalties.group_kinds import Shape
from verify.penalties.l1 import L1
from verify.penalties.metric_solver import kkt_gap, l1_in_metric
from verify.penalties.parameters import NonNegative, as_array


@dataclass(frozen=True, eq=False)
class MetricL1(Penalty):
    """lam |x|_1 with its prox in the metric of a full symmetric positive-definite H (ProxGEN's non-diagonal case):

        prox(z, t) = argmin over x of (x - z)'H(x - z)/(2t) + lam |x|_1,    over the last axis of z.

    ``lam`` is a number or one a coordinate. The result satisfies the optimality conditions to rounding, which is checked each
    time (:meth:`certificate`); ArithmeticError if they are not met. NumPy alone, float64 inside; t is a number or one a vector.
    ValueError where H is not square, finite, symmetric and positive definite, or its size is not that of z. Convex.
    """

    lam: NonNegative
    H: Any
    trailing_axes: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        H = np.asarray(self.H, dtype=np.float64)
        if H.ndim != 2 or H.shape[0] != H.shape[1]:
            raise ValueError(f"MetricL1: H must be a square matrix; got shape {H.shape}")
        if not np.isfinite(H).all():
            raise ValueError("MetricL1: H must be finite; it has NaN or infinite entries")
        skew = np.max(np.abs(H - H.T), initial=0.0)
        if skew > 1e-12 * np.max(np.abs(H), initial=0.0):
            raise ValueError(f"MetricL1: H must be symmetric; |H - H'| is up to {skew:.3g}")
        H = 0.5 * (H + H.T)
        root = np.sqrt(np.abs(np.diag(H)))
        try:
            np.linalg.cholesky(H / np.outer(root, root) if (root > 0).all() else H)
        except np.linalg.LinAlgError:
            least = np.linalg.eigvalsh(H)[0]
            raise ValueError(f"MetricL1: H must be positive definite; its least eigenvalue is {least:.3g}") from None
        if np.ndim(self.lam) and np.shape(self.lam) != H.shape[:1]:
            raise ValueError(f"MetricL1: lam of shape {np.shape(self.lam)} is not one a coordinate; H is of size {len(H)}")
        object.__setattr__(self, "H", H)

    def certificate(self, x: Any, z: Any, t: float) -> float:
        """How far one vector x is from optimal: the largest violation of -H(x - z) in t lam d|x|_1, relative to the size of
        what is subtracted in each coordinate, |H||x - z| + t lam. About n times 1e-16 at a solution rounded to float64."""
        lam = np.broadcast_to(as_array(self.lam), len(self.H))
        x = np.asarray(x, dtype=np.float64)
        gap, _ = kkt_gap(self.H, x, x - np.asarray(z, dtype=np.float64), t * lam)
        return float(gap.max(initial=0.0))

    def _value(self, x: Any, xp: Any) -> Any:
        return self.lam * xp.abs(x)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        if xp is not NUMPY:
            raise TypeError(f"MetricL1: the prox runs with NumPy alone, not with {xp.name}")
        lam = np.broadcast_to(as_array(self.lam), len(self.H))
        x = np.empty(z.shape)
        for index in np.ndindex(z.shape[:-1]):
            step = float(t) if np.ndim(t) == 0 else float(np.broadcast_to(t, (*z.shape[:-1], 1))[index][0])
            x[index] = l1_in_metric(self.H, z[index].astype(np.float64), step * lam)
        return x

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        return L1(self.lam)._subgradient_gap(x, g, xp)

    def _check_parameters(self, shape: Shape) -> None:
        if tuple(shape[-1:]) != self.H.shape[:1]:
            raise ValueError(f"MetricL1: H is of size {len(self.H)}, the last axis of z is not: shape {tuple(shape)}")

    def _check_step_shape(self, t_shape: Shape, z_shape: Shape) -> None:
        super()._check_step_shape(t_shape, z_shape)
        if t_shape[-1] != 1:
            raise ValueError(f"MetricL1.prox: t is a number or one a vector, of shape (..., 1); got shape {t_shape}")
