"""Numbers that a claim writes down are the decimals that they print, in every arithmetic of the replay."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.verify.evidence.demo import Root, made, verdict
from verify.evidence import Hypothesis
from verify.evidence.replay import replay


@pytest.mark.parametrize("tenth", [0.1, np.float64(0.1)])
def test_a_literal_is_the_decimal_that_it_prints(tenth: float) -> None:
    class Thrice(Root):
        r"""$0.1 x + 0.2 x = 0.3 x$, beside a root."""

        def margin(self, case: Any, xp: Any) -> Any:
            root = xp.sqrt(case["x"])
            return -xp.abs(root * tenth + root * (2 * tenth) - 0.3 * root)

    assert verdict(Thrice) == "proved"


def test_a_literal_is_the_decimal_that_is_printed_in_exact_arithmetic_too() -> None:
    class Tenths:
        r"""Of the tenths those above $1/5$ are at least $3/10$: true, and in binary $0.2 + 0.1 > 0.3$."""

        above = Hypothesis("$x + 1/10 > 3/10$", lambda c, xp: c["n"] / xp.constant(10) + 0.1 - 0.3, strict=True)

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"n": rng.integers(-30_000, 30_000, size)}

        def margin(self, case: Any, xp: Any) -> Any:
            return case["n"] - 3

    class Branch(Tenths):
        r"""The same in a branch."""

        above = Hypothesis("$0 \\ge 0$", lambda c, xp: 0 * c["n"])

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.where(case["n"] / xp.constant(10) + 0.1 > 0.3, case["n"] - 3, 1)

    for tenths in (Tenths, Branch):
        tie = replay(made(tenths), {"n": np.array([2])})
        assert (tie.arithmetic, tie.refutes) == ("exact", False)
        assert verdict(tenths) == "unrefuted"


class Literals:
    r"""$x \ge 1$ where a sum of literals is more than $3/10$, which it never is: in binary $0.1 + 0.2 > 0.3$."""

    more = Hypothesis("$x/10 + 1/10 > 3/10$", lambda c, xp: c["x"] * 0.1 + 0.1 - 0.3, strict=True)

    def cases(self, rng: Any, size: int) -> dict[str, Any]:
        return {"x": rng.choice([1.5, 2.0], size)}

    def margin(self, case: Any, xp: Any) -> Any:
        return -case["x"]


class OfBranches(Literals):
    __doc__ = Literals.__doc__
    more = Hypothesis("$3/10 > 3/10$", lambda c, xp: xp.where(c["x"] > 0, 0.2, 0.1) + 0.1 - 0.3, strict=True)


class OfIntegers(Literals):
    __doc__ = Literals.__doc__
    more = Hypothesis("$3/10 > 3/10$", lambda c, xp: xp.where(c["x"] > 0, 1, 2) * 0.1 + 0.2 - 0.3, strict=True)


class OfSigns(Literals):
    __doc__ = Literals.__doc__
    more = Hypothesis("$3/10 > 3/10$", lambda c, xp: xp.sign(c["x"]) * 0.1 + 0.2 - 0.3, strict=True)


@pytest.mark.parametrize("two", [2.0, Fraction(2), 2], ids=["float", "fraction", "integer"])
@pytest.mark.parametrize("root", [False, True], ids=["exact", "50 digits"])
@pytest.mark.parametrize("wrong", [Literals, OfBranches, OfIntegers, OfSigns])
def test_literals_are_decimals_before_a_number_of_the_case_is_met_and_beside_pythons_own(
    wrong: type, root: bool, two: Any
) -> None:
    class Rooted(wrong):  # type: ignore[misc]
        __doc__ = wrong.__doc__

        def margin(self, case: Any, xp: Any) -> Any:
            return -case["x"] * xp.sqrt(2 + 0 * case["x"])

    case = {"x": np.array([two], dtype=float if isinstance(two, float) else object)}
    replayed = replay(made(Rooted if root else wrong), case)
    assert (replayed.arithmetic, replayed.met) == ("50 digits" if root else "exact", False)
