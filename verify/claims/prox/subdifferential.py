"""subgradient_distance(x, g) is the distance of -g to the limiting subdifferential: one-sided slopes of the value tell."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from verify.claims.prox.scalars import Scalar, scalar_penalties
from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform, mostly, uniform

TOLERANCE = "0.001"
ROOM = 0.03


STATEMENT = """the subgradient distance at $x$ is the distance of $-g$ to the limiting subdifferential: to the interval
between the one-sided slopes of the value where it bends up, to the nearer of the two where it bends down. Slopes by differences
over $10^{-6}$, compared to a relative $10^{-3}$."""


class Slopes(Scalar):
    """Shared by all of them."""

    def cases(self, rng: Any, size: int) -> Case:
        drawn = {}
        for name, allowed in self.spans().items():
            low, high = (max(allowed.low, 0.0) + 0.2, min(allowed.high, 9.0) - 0.1) if allowed.low >= 0 else (-2.0, 2.0)
            drawn[name] = uniform(rng, low, 0.6 if name == "q" else high, size)
            if name == "lam":
                drawn[name] = mostly(rng, drawn[name], 0.0, 0.03)
        first, last = next(iter(drawn.values()), np.ones(size)), list(drawn.values())[-1:]
        corners = np.stack([np.zeros(size), np.ones(size), first, first * (last[0] if last else 1.0), *last])
        x = corners[rng.integers(0, len(corners), size), np.arange(size)]
        x = np.where(rng.random(size) < 0.5, x, log_uniform(rng, 1e-2, 20.0, size)) * rng.choice([-1.0, 1.0], size)
        return {**drawn, "x": x, "g": mostly(rng, np.clip(rng.normal(size=size) * 4, -9, 9), 0.0, 0.05)}

    def domain(self, case: Case, xp: Any) -> Any:
        met = xp.abs(self.made(case)._value(case["x"], xp)) < xp.inf
        met = xp.both(xp.both(met, self._room(case, xp) > ROOM), xp.abs(case["g"]) < 10)
        if "lam" in case:  # over the step an infinite slope is to be steeper than any g
            met = xp.both(met, xp.either(case["lam"] == 0, case["lam"] > 1 / 5))
        if "q" in case:
            met = xp.both(met, case["q"] < 3 / 5)
        return self.in_range(case, xp, met)

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, x, g = self.made(case), case["x"], case["g"]
        value = penalty._value(x, xp)
        h = xp.constant("1e-6")
        left = (value - penalty._value(x - h, xp)) / h
        right = (penalty._value(x + h, xp) - value) / h
        interval = xp.maximum(xp.maximum(left + g, -g - right), 0)
        either_end = xp.minimum(xp.abs(g + left), xp.abs(g + right))
        expected = xp.where(left <= right, interval, either_end)
        return xp.constant(TOLERANCE) * self.bound(case, xp) - xp.abs(penalty._subgradient_gap(x, g, xp) - expected)

    def bound(self, case: Case, xp: Any) -> Any:
        sizes = [xp.abs(case[n]) for n in self.spans()]
        return 1 + xp.abs(case["g"]) + sum(sizes, xp.abs(case["x"]))

    def _room(self, case: Case, xp: Any) -> Any:
        """How far x is from a kink or a pole that it does not sit on: slopes over the step must not straddle one."""
        kinks = [0 * case["x"], 1 + 0 * case["x"]]
        names = list(self.spans())
        kinks += [xp.abs(case[n]) for n in names]
        kinks += [xp.abs(case[a] * case[b]) for a, b in product(names, names) if a < b]
        nearest = xp.inf + 0 * case["x"]
        for kink in kinks:
            apart = xp.abs(xp.abs(case["x"]) - kink)
            nearest = xp.minimum(nearest, xp.where(apart == 0, xp.inf, apart))
        return nearest


for _name, _penalty, _fixed in scalar_penalties():
    claim(
        f"PROX.{_name}.subdifferential",
        place="verify/penalties",
        expected="unrefuted",
        form="own",
        why="a wrong slope, end of the interval at a kink, or the interval for its two ends is off by more than the tolerance",
    )(
        type(
            f"Slopes{_name.replace('.', '_')}",
            (Slopes,),
            {"__doc__": f"For {_name}: {STATEMENT}", "penalty": _penalty, "fixed": _fixed},
        )
    )
