"""Where two minimisers tie, prox returns the one its documentation names: the smaller one, the positive one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from verify.claims.prox.argmin import objective
from verify.claims.prox.scalars import Scalar, scalar_penalties
from verify.evidence import Case, claim

# From whole numbers m and n (n a power of two): parameters, z, t and both minimisers of a tie that is exact in float64.
Tie = Callable[[Any, Any], dict[str, Any]]
TIES: dict[str, Tie] = {
    "L0": lambda m, n: {"lam": 2 * m * m / n, "t": n, "z": 2 * m, "small": 0 * m, "large": 2 * m},
    "L12": lambda m, n: {"lam": 8 * m**3 / n, "t": n, "z": 6 * m, "small": 0 * m, "large": 4 * m},
    "L23": lambda m, n: {"lam": 3 * m**4 / (2 * n), "t": n, "z": 2 * m**3, "small": 0 * m, "large": m**3},
    "TransformedL1": lambda m, n: {
        "lam": m**2 / n,
        "a": 1 + 0 * m,
        "t": n,
        "z": (4 * m - 1) / 2,
        "small": 0 * m,
        "large": 2 * m - 1,
    },
    "MCP": lambda m, n: {"lam": m, "gamma": n, "t": n * m * m, "z": n * m * m, "small": 0 * m, "large": n * m * m},
    "SCAD": lambda m, n: {
        "lam": m,
        "a": 3 + 0 * n,
        "t": 4 * (n + 1) ** 2,
        "z": 4 * m * (n + 1),
        "small": 0 * m,
        "large": 4 * m * (n + 1),
    },
    "BinaryW.q0": lambda m, n: {"lam": 2 * m * m / n, "t": n, "z": 1 + 2 * m, "small": 1 + 0 * m, "large": 1 + 2 * m},
    "BinaryW.q0.5": lambda m, n: {"lam": 8 * m**3 / n, "t": n, "z": 1 + 6 * m, "small": 1 + 0 * m, "large": 1 + 4 * m},
    "BinaryW.q0.667": lambda m, n: {
        "lam": 3 * m**4 / (2 * n),
        "t": n,
        "z": 1 + 2 * m**3,
        "small": 1 + 0 * m,
        "large": 1 + m**3,
    },
    "NegativeAbs": lambda m, n: {"lam": m, "t": n, "z": 0 * m, "small": m * n, "large": -m * n},
    "BinaryW.q1": lambda m, n: {"lam": m / (16 * n), "t": n, "z": 0 * m, "small": m / 16, "large": -m / 16},
}


class SmallerAtTies(Scalar):
    """Shared by all of them."""

    tie: Tie

    def cases(self, rng: Any, size: int) -> Case:
        return {"m": rng.integers(1, 9, size), "n": 2 ** rng.integers(0, 6, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        """A tie: the two objectives are equal, which float64 and the replay both say exactly."""
        drawn = type(self).tie(case["m"], case["n"])
        small, large = (objective(self.made(drawn), drawn[x], drawn["z"], drawn["t"], xp) for x in ("small", "large"))
        return xp.both(xp.both(case["m"] >= 1, case["n"] >= 1), small == large)

    def margin(self, case: Case, xp: Any) -> Any:
        drawn = type(self).tie(case["m"], case["n"])
        returned = self.made(drawn)._prox(drawn["z"], drawn["t"], xp)
        return xp.abs(returned - drawn["large"]) - xp.abs(returned - drawn["small"])


for _name, _penalty, _fixed in scalar_penalties():
    if _name in TIES:
        _statement = (
            f"Where two points tie as minimisers, the prox of {_name} returns the smaller in magnitude: at $|z|$ equal to the "
        )
        _statement += "threshold the small one, not the large. The ties drawn are exact in float64."
        claim(
            f"PROX.{_name}.ties",
            place="verify/penalties",
            expected="unrefuted",
            form="own",
            why="$<$ for $\\le$ at the threshold returns the larger of the two",
        )(
            type(
                f"Ties{_name.replace('.', '_')}",
                (SmallerAtTies,),
                {"__doc__": _statement, "penalty": _penalty, "fixed": _fixed, "tie": staticmethod(TIES[_name])},
            )
        )
