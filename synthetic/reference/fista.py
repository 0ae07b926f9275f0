"""FISTA with restarts: the first-order method that finds the manifold."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.reference.flat import Flat

POWER_STEPS = 10
SAFETY = 1.5


class Fista:
    """Accelerated proximal gradient steps from x, restarted in each run where a step turns against the last move
    (O'Donoghue and Candes 2015). On a nonconvex loss it is used all the same, with no guarantee but the certificate.

    The steps t (R,) are 1/L. On a convex loss whose Hessian is smaller here than anywhere, :meth:`lengthen` raises them.
    """

    def __init__(self, flat: Flat, x: Any) -> None:
        self.flat = flat
        self.x = self.y = x
        self.theta = np.ones((len(x), 1))
        self.t = flat.t
        self.top = np.broadcast_to(np.random.default_rng(0).normal(size=x.shape[1]), x.shape)

    def move(self, runs: Any, x: Any) -> None:
        """Go on from x, without momentum, in the runs of the condition (R,)."""
        here = runs[:, None]
        self.x, self.y = np.where(here, x, self.x), np.where(here, x, self.y)
        self.theta = np.where(here, 1, self.theta)

    def lengthen(self) -> None:
        """Steps 1/(1.5 l), if that is longer than 1/L, with l the largest eigenvalue of the Hessian at x by power iteration."""
        for _ in range(POWER_STEPS):
            size = np.linalg.norm(self.top, axis=1, keepdims=True)
            self.top = self.flat.product(self.x, self.top / np.where(size > 0, size, 1))
        curvature = SAFETY * np.linalg.norm(self.top, axis=1)
        self.t = np.maximum(self.flat.t, 1 / np.maximum(curvature, 1e-3 / self.flat.t))

    def run(self, steps: int) -> Any:
        """The point after so many steps, (R, D). Where longer steps have not lowered the objective they are taken back."""
        flat, x, y, theta, t = self.flat, self.x, self.y, self.theta, self.t
        for _ in range(steps):
            new = flat.prox(y - t[:, None] * flat.gradient(y), t)
            turned = np.einsum("ri,ri->r", y - new, new - x)[:, None] > 0
            theta = np.where(turned, 1, theta)
            after = (1 + np.sqrt(1 + 4 * theta * theta)) / 2
            y = new + np.where(turned, 0, (theta - 1) / after) * (new - x)
            x, theta = new, after
        failed = (t > flat.t) & ~(flat.objective(x) <= flat.objective(self.x))
        start, self.x, self.y, self.theta = self.x, x, y, theta
        self.move(failed, start)
        self.t = np.where(failed, flat.t, t)
        return self.x
