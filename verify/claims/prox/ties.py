"""Where two minimisers tie, prox returns the one its documentation names: the smaller one, the positive one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from verify.claims.prox.argmin import objective
from verify.claims.prox.scalars import Scalar, scalar_penalties
from verify.evidence import Case, claim

# From a whole number m <= LARGEST and a power of two n: parameters, z, t, the minimiser to be returned and the other one, of a
# tie that is exact in float64. One row a kind of tie.
Tie = Callable[[Any, Any], dict[str, Any]]
LARGEST, FINE, POWERS = 512, 1024, 20


def opposite(m: Any, n: Any) -> dict[str, Any]:
    return {"lam": m / n, "t": n, "z": 0 * m, "taken": 1 + 0 * m, "other": 0 * m - 1}


def below_one(rule: Callable[[Any], tuple[Any, Any, Any]]) -> Tie:
    """The tie of 1 with a point below it: lam t and the distances of that point and of z from 1, by ``rule`` from m / FINE."""

    def row(m: Any, n: Any) -> dict[str, Any]:
        mu, far, there = rule(m / FINE)
        return {"lam": mu / n, "t": n, "z": 1 - there, "taken": 1 - far, "other": 1 + 0 * m}

    return row


TIES: dict[str, tuple[Tie, ...]] = {
    "L0": (lambda m, n: {"lam": 2 * m * m / n, "t": n, "z": 2 * m, "taken": 0 * m, "other": 2 * m},),
    "L12": (lambda m, n: {"lam": 8 * m**3 / n, "t": n, "z": 6 * m * m, "taken": 0 * m, "other": 4 * m * m},),
    "L23": (lambda m, n: {"lam": 3 * m**4 / (2 * n), "t": n, "z": 2 * m**3, "taken": 0 * m, "other": m**3},),
    "TransformedL1": (
        lambda m, n: {"lam": m**2 / n, "a": 1 + 0 * m, "t": n, "z": (4 * m - 1) / 2, "taken": 0 * m, "other": 2 * m - 1},
    ),
    "MCP": (lambda m, n: {"lam": m, "gamma": n, "t": n * m * m, "z": n * m * m, "taken": 0 * m, "other": n * m * m},),
    "SCAD": (
        lambda m, n: {
            "lam": m,
            "a": 3 + 0 * n,
            "t": 4 * (n + 1) ** 2,
            "z": 4 * m * (n + 1),
            "taken": 0 * m,
            "other": 4 * m * (n + 1),
        },
        lambda m, n: {
            "lam": m * n,
            "a": 3 + 0 * n,
            "t": 3 + 0 * n,
            "z": 7 * m * n / 2,
            "taken": m * n / 2,
            "other": 7 * m * n / 2,
        },
    ),
    "BinaryW.q0": (
        lambda m, n: {"lam": 2 * m * m / n, "t": n, "z": 1 + 2 * m, "taken": 1 + 0 * m, "other": 1 + 2 * m},
        below_one(lambda f: (f * f / 2, f, f)),
        opposite,
    ),
    "BinaryW.q0.5": (
        lambda m, n: {"lam": 8 * m**3 / n, "t": n, "z": 1 + 6 * m * m, "taken": 1 + 0 * m, "other": 1 + 4 * m * m},
        below_one(lambda f: (f**3, f * f, 3 * f * f / 2)),
        opposite,
    ),
    "BinaryW.q0.667": (
        lambda m, n: {"lam": 3 * m**4 / (2 * n), "t": n, "z": 1 + 2 * m**3, "taken": 1 + 0 * m, "other": 1 + m**3},
        below_one(lambda f: (3 * f**4 / 2, f**3, 2 * f**3)),
        opposite,
    ),
    "NegativeAbs": (lambda m, n: {"lam": m, "t": n, "z": 0 * m, "taken": m * n, "other": -m * n},),
    "BinaryW.q1": (lambda m, n: {"lam": m / (FINE * n), "t": n, "z": 0 * m, "taken": m / FINE, "other": -m / FINE},),
}
SMALLER = "at $|z|$ equal to the threshold the smaller in magnitude"
POSITIVE = "at $z = 0$, where the two differ in sign alone, the positive one"
RETURNED = {
    "SCAD": "at either jump, for $a - 1 \\le t \\le a + 1$ and for $t > a + 1$, the smaller in magnitude",
    "NegativeAbs": POSITIVE,
    "BinaryW.q1": POSITIVE,
    **dict.fromkeys(
        ("BinaryW.q0", "BinaryW.q0.5", "BinaryW.q0.667"),
        f"at a jump $\\pm 1$ for $|z| > 1$ and the point nearer to $z$ for $|z| < 1$; {POSITIVE}",
    ),
}


def whole_and_power(rng: Any, size: int) -> Case:
    return {"m": rng.integers(1, LARGEST + 1, size), "power": rng.integers(-POWERS, POWERS + 1, size)}


def two_to(power: Any, xp: Any) -> Any:
    return xp.constant("2") ** power


class Ties(Scalar):
    """Shared by all of them."""

    rows: ClassVar[tuple[Tie, ...]]

    def cases(self, rng: Any, size: int) -> Case:
        return whole_and_power(rng, size) | {"row": rng.integers(0, len(self.rows), size)}

    def drawn(self, case: Case, xp: Any) -> dict[str, Any]:
        found, *rest = (row(case["m"], two_to(case["power"], xp)) for row in self.rows)
        for number, row in enumerate(rest, 1):
            found = {name: xp.where(case["row"] == number, row[name], value) for name, value in found.items()}
        return found

    def domain(self, case: Case, xp: Any) -> Any:
        """A tie: the two objectives are equal, which float64 and the replay both say exactly."""
        drawn = self.drawn(case, xp)
        one, two = (objective(self.made(drawn), drawn[x], drawn["z"], drawn["t"], xp) for x in ("taken", "other"))
        return xp.both(case["m"] >= 1, one == two)

    def margin(self, case: Case, xp: Any) -> Any:
        drawn = self.drawn(case, xp)
        returned = self.made(drawn)._prox(drawn["z"], drawn["t"], xp)
        return xp.abs(returned - drawn["other"]) - xp.abs(returned - drawn["taken"])


for _name, _penalty, _fixed in scalar_penalties():
    if _name in TIES:
        _statement = f"Where two points tie as minimisers, the prox of {_name} returns {RETURNED.get(_name, SMALLER)}."
        claim(
            f"PROX.{_name}.ties",
            place="verify/penalties",
            expected="unrefuted",
            form="own",
            why="$<$ for $\\le$, $\\le$ for $<$ or $z \\le 0$ for $z < 0$ returns the other of the two",
        )(
            type(
                f"Ties{_name.replace('.', '_')}",
                (Ties,),
                {
                    "__doc__": f"{_statement} The ties drawn are exact in float64.",
                    "penalty": _penalty,
                    "fixed": _fixed,
                    "rows": TIES[_name],
                },
            )
        )
