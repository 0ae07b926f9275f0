"""Ulps in float64: the roundings that a map carries in two pieces are carried right."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.arrays.exact import DecimalArrays
from verify.claims.prox.scalars import Scalar, scalar_penalties
from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform

EXACT = DecimalArrays()
ULP = {"L1": "1.1", "L12": "2", "L23": "1.1", "ElasticNet": "2"}  # maps that keep their digits wherever they are continuous
RANGE = r"""50 digits, for parameters from 0.05 to 20, $10^{-3} \le t \le 10^3$ and $10^{-5} \le z \le 10^8$, where $z$ is not
within a relative $10^{-6}$ of $\lambda t$, $\frac32 (\lambda t)^{2/3}$ or $2 (\frac23 \lambda t)^{3/4}$: at a threshold a
rounding decides between two points."""


class Ulps(Scalar):
    """Shared by all of them. A case is a number that float64 holds; the 50-digit map is run on exactly that number."""

    allowed: str

    def cases(self, rng: Any, size: int) -> Case:
        drawn = {name: log_uniform(rng, 0.05, 20, size) for name in self.spans()}
        t = log_uniform(rng, 1e-3, 1e3, size)
        mu = drawn["lam"] * t
        threshold = np.stack([mu, 1.5 * mu ** (2 / 3), 2 * (2 * mu / 3) ** 0.75])[rng.integers(0, 3, size), np.arange(size)]
        return {**drawn, "t": t, "z": threshold * (1 + log_uniform(rng, 1e-4, 1e3, size))}

    def domain(self, case: Case, xp: Any) -> Any:
        """What the statement says of parameters, t and z."""
        ends = {"t": ("1e-3", "1e3"), "z": ("1e-5", "1e8")}
        clear: Any = True
        for name in ("t", "z", *self.spans()):
            low, high = map(xp.constant, ends.get(name, ("0.05", "20")))
            clear = xp.both(clear, xp.both(low <= case[name], case[name] <= high))
        mu = np.asarray(case["lam"] * case["t"], dtype=np.float64)
        for threshold in (mu, 1.5 * mu ** (2 / 3), 2 * (2 * mu / 3) ** 0.75):
            clear = xp.both(clear, abs(np.asarray(case["z"], dtype=np.float64) / threshold - 1) > 1e-6)
        return clear

    def margin(self, case: Case, xp: Any) -> Any:
        """What is allowed less the error in ulp; in the replay too the float64 map is what is looked at."""
        floats = {name: np.asarray(value, dtype=np.float64) for name, value in case.items()}
        found = self.made(floats)._prox(floats["z"], floats["t"], NUMPY)
        exact = {name: EXACT.held(value) for name, value in floats.items()}
        right = self.made(exact)._prox(exact["z"], exact["t"], EXACT)
        unit = np.spacing(np.maximum(np.abs(right.astype(np.float64)), 1e-290))
        errors = np.abs(EXACT.held(found) - right) / unit
        return xp.constant(self.allowed) - (errors.astype(np.float64) if xp is NUMPY else errors)


for _name, _penalty, _fixed in scalar_penalties():
    if _name in ULP:
        claim(
            f"PROX.{_name}.accuracy",
            place="verify/penalties",
            expected="unrefuted",
            form="own",
            why="without the low pieces of the product or of the quotient the error is 3 ulp and more",
        )(
            type(
                f"Ulps{_name}",
                (Ulps,),
                {
                    "__doc__": f"In float64 the prox of {_name} is within {ULP[_name]} ulp of the same function in\n{RANGE}",
                    "penalty": _penalty,
                    "fixed": _fixed,
                    "allowed": ULP[_name],
                },
            )
        )
