"""Ways in which a search and a replay could mislead: each was a wrong verdict once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from tests.verify.evidence.demo import Root, made, verdict
from verify.arrays.exact import DecimalArrays
from verify.evidence import Hypothesis
from verify.evidence.decide import decide
from verify.evidence.replay import replay


def test_integers_neither_overflow_nor_become_floats_in_the_replay() -> None:
    class Equal:
        r"""$\pi x/n = \pi x (1/n)$."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"n": rng.integers(1, 50, size), "x": rng.uniform(1, 2, size)}

        def margin(self, case: Any, xp: Any) -> Any:
            return -xp.abs(xp.pi * case["x"] / case["n"] - xp.pi * case["x"] * (1 / case["n"]))

    class Square:
        r"""$n^2 \ge 0$."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"n": rng.integers(0, 2**40, size)}

        def margin(self, case: Any, xp: Any) -> Any:
            return case["n"] * case["n"]

    assert verdict(Equal) == "unrefuted"
    assert verdict(Square) == "undecided"  # float64's part of the search overflows all the same, and says so


def test_a_strict_hypothesis_is_not_met_at_equality_by_the_rounding_of_50_digits() -> None:
    class Strict:
        r"""$a/b < 1/\sqrt9$ excludes $b = 3a$."""

        strict = Hypothesis("a/b < 1/3", lambda c, xp: 1 / xp.sqrt(9 + 0 * c["a"]) - c["a"] / c["b"], strict=True)

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            a = np.round(rng.uniform(0.01, 3, size), 6)
            return {"a": a, "b": np.round(3 * a + rng.choice([0.0, 0.01], size), 6)}

        def domain(self, case: Any, xp: Any) -> Any:
            return xp.both(case["a"] > 0, case["b"] > 0)

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.pi * (xp.abs(case["b"] - 3 * case["a"]) - xp.constant("0.001"))

    assert verdict(Strict) == "unrefuted"


def test_rounding_does_not_crowd_out_a_counterexample() -> None:
    class Crowded:
        r"""False for $0.3 < x < 0.4$; elsewhere the margin is 0, and down to -1 in float64."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.uniform(0, 1, size)}

        def margin(self, case: Any, xp: Any) -> Any:
            x, large = case["x"], xp.constant("1e16")
            wrong = xp.both(x > xp.constant("0.3"), x < xp.constant("0.4"))
            return xp.where(wrong, xp.constant("-0.1") + 0 * x, (x + large) - large - x)

    assert verdict(Crowded) == "refuted"


def test_conditions_are_asked_inside_the_domain_only() -> None:
    def root(case: Any, xp: Any) -> Any:
        if np.any(np.asarray(case["x"], dtype=float) <= 0):
            raise ValueError("x must be positive")
        return xp.sqrt(case["x"])

    class Guarded:
        r"""$x < 1$ for $x > 0$, drawn close to 0 as well: the local search steps below it."""

        positive = Hypothesis("$\\sqrt x \\ge 0$", root)

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.choice([1e-9, 0.5], (size, 2)) * rng.uniform(1, 1.5, (size, 2))}

        def domain(self, case: Any, xp: Any) -> Any:
            return xp.all(case["x"] > 0, axis=-1)

        def margin(self, case: Any, xp: Any) -> Any:
            return case["x"][..., 0]

    Guarded.positive = Hypothesis("$\\sqrt x \\ge 0$", lambda c, xp: root({"x": c["x"]}, xp)[..., 0])  # type: ignore[misc]
    assert verdict(Guarded) == "unrefuted"


def test_rounding_refutes_no_identity_at_large_scales() -> None:
    class Needed(Root):
        r"""$\sqrt x^2 = x$, with a hypothesis too many."""

        small = Hypothesis(r"$x \le 10^5$", lambda c, xp: 100_000 - c["x"])

    assert verdict(Root) == "proved"
    assert decide(made(Needed)).needed["small"]["needed"] is False


def test_a_root_in_the_branch_that_is_not_taken_does_not_stop_a_replay() -> None:
    class Thrown(Root):
        r"""False for every $x < 0$, where the root is NaN and not taken."""

        def domain(self, case: Any, xp: Any) -> Any:
            return case["x"] == case["x"]

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.normal(size=size)}

        def margin(self, case: Any, xp: Any) -> Any:
            root, power = xp.sqrt(case["x"]), xp.power(case["x"], xp.constant("0.3"))
            return xp.where(case["x"] >= 0, xp.maximum(root, power), case["x"])

    assert verdict(Thrown) == "refuted"


def test_a_special_case_in_every_batch_does_not_end_the_search() -> None:
    class Rare:
        r"""$x \le 3/2$ where $y = 1$, which one draw in eighty thousand is, and the first of each batch."""

        tie = Hypothesis("$y = 1$", lambda c, xp: -xp.abs(c["y"] - 1))

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            x, y = rng.uniform(1, 2, size), rng.integers(0, 80_000, size).astype(float)
            x[0], y[0] = 1.0, 1.0
            return {"x": x, "y": y}

        def margin(self, case: Any, xp: Any) -> Any:
            return 1.5 - case["x"]

    rare = made(Rare)
    assert [decide(rare, seed=seed).verdict for seed in range(4)] == 4 * ["refuted"]


def test_a_hypothesis_that_few_draws_violate_is_tried_with_the_whole_budget() -> None:
    class Hard:
        r"""$x \le 1$ if $x \le 1$, which one draw in five thousand violates."""

        small = Hypothesis("$x \\le 1$", lambda c, xp: 1 - c["x"])

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.uniform(0, 1, size) + 2 * (rng.random(size) < 1 / 5000)}

        def margin(self, case: Any, xp: Any) -> Any:
            return 1 - case["x"]

    rare = made(Hard)
    assert [decide(rare, seed=seed).needed["small"]["needed"] for seed in range(8)] == 8 * [True]


def test_cases_may_be_fractions() -> None:
    class Exact:
        r"""$x^2 \ge 0$ for fractions."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": np.array([Fraction(int(n), 7) for n in rng.integers(-10_000, 10_000, size)], dtype=object)}

        def margin(self, case: Any, xp: Any) -> Any:
            return case["x"] * case["x"]

    assert verdict(Exact) == "unrefuted"


def test_numbers_of_one_hash_are_different_cases() -> None:
    class Negative:
        r"""$x \ne -1$: of Fractions, $-1$ and $-2$ have one hash."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            x = np.empty(size, dtype=object)
            x[:] = [Fraction(-1), Fraction(-2), *(Fraction(int(n)) for n in rng.integers(-20_000, -2, size - 2))]
            return {"x": x}

        def margin(self, case: Any, xp: Any) -> Any:
            return abs(case["x"] + 1) - Fraction(1, 2)

    result = decide(made(Negative))
    assert (result.verdict, result.counterexample["case"]) == ("refuted", {"x": -1})  # type: ignore[index]


def test_a_margin_within_1e_30_of_its_bound_is_no_counterexample() -> None:
    class Tiny:
        r"""$-10^{-101} x \sqrt 2 \ge 0$, by less than 50 digits tell."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.uniform(1, 2, size)}

        def margin(self, case: Any, xp: Any) -> Any:
            return -xp.sqrt(2 * case["x"] * case["x"]) * xp.constant("1e-101")

    class Larger(Tiny):
        r"""$-10^{-29} x \sqrt 2 \ge 0$."""

        def margin(self, case: Any, xp: Any) -> Any:
            return -xp.sqrt(2 * case["x"] * case["x"]) * xp.constant("1e-29")

    case = {"x": np.array([1.5])}
    assert not replay(made(Tiny), case).refutes
    assert replay(made(Larger), case).refutes


def test_what_digits_decide_either_way_is_no_counterexample() -> None:
    class Branch:
        r"""A step that is taken where $x\sqrt3\sqrt3 \ge 3x$, which is a tie; what is below is false where it is not taken."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.uniform(1, 2, size)}

        def margin(self, case: Any, xp: Any) -> Any:
            x = case["x"]
            return xp.where(xp.sqrt(3 * x) * xp.sqrt(3 * x) >= 3 * x, 0.2, -0.6)

    claimed = made(Branch)

    def sign(x: float, digits: int) -> bool:
        xp = DecimalArrays(digits)
        return bool(claimed.margin({"x": xp.convert(np.array([x]))}, xp)[0] < 0)

    undecided = [x for n in range(1, 60) if sign(x := n / 7, 50) != sign(x, 100)]
    assert undecided
    assert not any(replay(claimed, {"x": np.array([x])}).refutes for x in undecided)


def test_cases_that_cannot_be_computed_are_not_crowded_out_by_those_that_only_overflow() -> None:
    class Crowded:
        r"""$\sqrt x \ge 0$, of which five drawn cases have no root, and a hundred before them overflow in float64."""

        def domain(self, case: Any, xp: Any) -> Any:
            return case["x"] == case["x"]

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            x = rng.uniform(1, 2, size)
            x[:100], x[100:105] = 1e200 + 1e198 * np.arange(100), -np.arange(1, 6)
            return {"x": x}

        def margin(self, case: Any, xp: Any) -> Any:
            square = case["x"] * case["x"]
            return xp.sqrt(case["x"]) + (square - square)

    assert verdict(Crowded) == "undecided"
