"""Assumption 2: the sparsity-promoting regularisers that it admits."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform, mostly, uniform


def count(x: Any, xp: Any) -> Any:
    return xp.sum(xp.where(x == 0, 0, 1), axis=-1)


def norm(x: Any, p: Any, xp: Any) -> Any:
    """(sum |x_i|^p)^(1/p), and the sum."""
    total = xp.sum(xp.power(xp.abs(x), p[..., None]), axis=-1)
    return xp.power(total, 1 / p), total


@claim(
    "SR2.A2.admits",
    place="after Assumption 2",
    expected="unrefuted",
    why="with twice the gradient it fails at x = 1; so does v = 0 for the norm and its power",
)
class Admitted:
    r"""Assumption 2 admits $\|x\|_0$, $\|x\|_p$ and $\|x\|_p^p$, $0 < p < 1$: with $v$ the gradient in the nonzero coordinates
    and 0 in the others, $R(x + h) - R(x) - \langle v, h\rangle \ge -c\, |h|^2$ for $|h| \le \frac12 \min_{x_i \ne 0} |x_i|$,
    $c$ half a bound on the second derivative, so $v \in \hat\partial R(x)$. (And the indicator of $\|x\|_0 \le k$, with $v =
    0$, as it is least at every point of its set.)"""

    vectors = ("x", "h")
    factor = 1

    def cases(self, rng: Any, size: int) -> Case:
        x = mostly(rng, np.round(rng.normal(size=(size, 3)) * 3, 1), 0.0, 0.3) * rng.choice([0.1, 1.0, 10.0], (size, 1))
        least = np.min(np.where(x == 0, np.inf, np.abs(x)), axis=1)
        h = mostly(rng, rng.normal(size=(size, 3)), 0.0, 0.2)
        length = np.where(np.isfinite(least), least, 1.0) / 2 * log_uniform(rng, 1e-4, 0.99, size)
        h = h / np.maximum(np.linalg.norm(h, axis=1), 1e-9)[:, None] * length[:, None]
        p = np.where(rng.random(size) < 0.5, 0.5, uniform(rng, 0.1, 0.9, size))
        return {"x": x, "h": h, "p": p, "kind": rng.integers(0, 3, size)}

    def least(self, case: Case, xp: Any) -> Any:
        """The smallest nonzero entry, 1 if there is none."""
        x = xp.abs(case["x"])
        other = xp.max(x, axis=-1) + xp.where(count(x, xp) == 0, 1, 0)
        return -xp.max(-xp.where(x == 0, other[..., None], x), axis=-1)

    def domain(self, case: Case, xp: Any) -> Any:
        inside = 2 * xp.norm(case["h"], axis=-1) <= self.least(case, xp)
        return xp.both(inside, xp.both(xp.both(case["p"] > 0, case["p"] < 1), case["kind"] < 3))

    def values(self, x: Any, case: Case, xp: Any) -> Any:
        """R(x): |x|_0, |x|_p or |x|_p^p."""
        root, total = norm(x, case["p"], xp)
        return xp.where(case["kind"] == 0, count(x, xp), xp.where(case["kind"] == 1, root, total))

    def margin(self, case: Case, xp: Any) -> Any:
        x, h, p, kind, low = case["x"], case["h"], case["p"], case["kind"], self.least(case, xp) / 2
        root, _ = norm(x, p, xp)
        size = xp.where(x == 0, 1, xp.abs(x))
        slope = xp.power(size, (p - 1)[..., None]) * xp.where(kind == 1, xp.power(root, 1 - p), p)[..., None]
        v = self.factor * xp.where(kind == 0, 0, 1)[..., None] * xp.sign(x) * slope
        largest = xp.power(norm(xp.abs(x) + xp.abs(h), p, xp)[0], 1 - p)
        bend = xp.where(kind == 1, largest, p) * (1 - p) * xp.power(low, p - 2)
        change = self.values(x + h, case, xp) - self.values(x, case, xp)
        return change - xp.dot(v, h) + xp.where(kind == 0, 0, bend) / 2 * xp.dot(h, h)

    def bound(self, case: Case, xp: Any) -> Any:
        return self.values(case["x"], case, xp) + self.values(case["x"] + case["h"], case, xp)
