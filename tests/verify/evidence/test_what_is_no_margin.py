"""Margins and hypotheses that could not fail, or that decide nothing: each was a wrong verdict once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.verify.evidence.demo import made, verdict
from verify.evidence import Hypothesis
from verify.evidence.decide import decide


def test_a_margin_or_a_hypothesis_that_joins_the_cases_of_a_batch_is_no_check() -> None:
    class Norms:
        r"""$|x|_1 \le |x|_2$: false for nearly every $x$."""

        positive = Hypothesis("$|x| > 0$", lambda c, xp: xp.norm(c["x"], axis=-1), strict=True)

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.normal(size=(size, 3))}

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.norm(case["x"], axis=-1) - xp.sum(xp.abs(case["x"]), axis=-1)

    class Joined(Norms):
        r"""The same with the norm of the batch."""

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.norm(case["x"]) - xp.sum(xp.abs(case["x"]), axis=-1)

    class Coordinates(Norms):
        r"""One number a coordinate."""

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.sum(case["x"] * case["x"], axis=0)

    class Condition(Norms):
        r"""A hypothesis about the batch."""

        positive = Hypothesis("$|x| > 0$", lambda c, xp: xp.norm(c["x"]), strict=True)

    class Largest(Norms):
        r"""The largest of the batch, which most cases are not."""

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.max(case["x"]) - case["x"][..., 0]

    class Bound(Norms):
        r"""The size of the whole batch."""

        def bound(self, case: Any, xp: Any) -> Any:
            return xp.norm(case["x"])

    class Domain(Norms):
        r"""A batch inside, not a case."""

        def domain(self, case: Any, xp: Any) -> Any:
            return xp.all(case["x"] * 0 == 0, axis=-1) & (xp.sum(case["x"]) ** 2 > 1)

    class Half(Norms):
        r"""A domain that half of the cases are in by themselves: six of them may be so all at once."""

        def domain(self, case: Any, xp: Any) -> Any:
            return xp.sum(case["x"]) > 0

    for seed in range(12):
        with pytest.raises(ValueError, match="domain of a case depends"):
            decide(made(Half), seed=seed)
    assert verdict(Norms) == "refuted"
    for wrong, said in (
        (Joined, "margin of a case depends"),
        (Largest, "margin of a case depends"),
        (Bound, "bound of a case depends"),
        (Domain, "domain of a case depends"),
        (Coordinates, "shape"),
        (Condition, "positive of a case depends"),
    ):
        with pytest.raises(ValueError, match=said):
            verdict(wrong)


def test_a_comparison_is_no_margin_as_it_is_never_below_0() -> None:
    class Triangle:
        r"""$|x + y| > |x| + |y|$: false."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.normal(size=size), "y": rng.normal(size=size)}

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.abs(case["x"] + case["y"]) > xp.abs(case["x"]) + xp.abs(case["y"])

    class Condition(Triangle):
        r"""$x \ge 0$ if $x \ge 0$."""

        positive = Hypothesis("$x \\ge 0$", lambda c, xp: c["x"] >= 0)

        def margin(self, case: Any, xp: Any) -> Any:
            return case["x"]

    class Objects(Triangle):
        r"""The comparison of Python's own numbers."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": np.array([Fraction(int(n), 7) for n in rng.integers(-9, 9, size)], dtype=object)}

        def margin(self, case: Any, xp: Any) -> Any:
            return np.array([x > 5 for x in case["x"]], dtype=object)

    for wrong, which in ((Triangle, "margin"), (Condition, "positive"), (Objects, "margin")):
        with pytest.raises(ValueError, match=f"{which} is true or false, which is never below 0"):
            verdict(wrong)


def test_margins_that_are_all_infinite_decide_nothing() -> None:
    class Infinite:
        r"""The conclusion is compared with nothing."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.normal(size=size)}

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.abs(case["x"]) + xp.inf

    assert verdict(Infinite) == "undecided"
