"""What exact arithmetic makes of literals, NaN, divisions by 0 and numbers that grow without end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.verify.evidence.demo import made
from verify.arrays.exact import DecimalArrays, RationalArrays
from verify.evidence import Hypothesis
from verify.evidence.replay import replay


def replayed(margin: Callable[[Any, Any], Any], hypotheses: dict[str, Hypothesis] | None = None, **case: float) -> Any:
    """The replay of one case of a claim with this margin, in rationals where it stays in them."""

    class Claimed:
        r"""The margin is $\ge 0$."""

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {n: np.full(size, v) for n, v in case.items()}

        def margin(self, c: Any, xp: Any) -> Any:
            return margin(c, xp)

    for name, hypothesis in (hypotheses or {}).items():
        setattr(Claimed, name, hypothesis)
    return replay(made(Claimed), {n: np.array([v]) for n, v in case.items()})


@pytest.mark.parametrize("irrational", [False, True])
@pytest.mark.parametrize(
    "margin",
    [
        lambda c, xp: xp.constant("0.3") - (xp.maximum(c["x"], 0.1) + 0.2),
        lambda c, xp: xp.constant("0.3") - (xp.minimum(c["x"] + 1, 0.1) + 0.2),
        lambda c, xp: xp.constant("0.3") - (xp.copysign(0.1, c["x"]) + 0.2),
        lambda c, xp: -3 * xp.abs(xp.minimum(-1, c["x"]) / 3 + xp.constant("1") / 3),
    ],
)
def test_literals_beside_numbers_of_the_case_are_decimals(margin: Callable[[Any, Any], Any], irrational: bool) -> None:
    def as_told(c: Any, xp: Any) -> Any:
        return margin(c, xp) + (xp.sqrt(c["x"] + 2) - xp.sqrt(c["x"] + 2) if irrational else 0)

    assert not replayed(as_told, x=0.0).refutes


@pytest.mark.parametrize("xp", [RationalArrays(), DecimalArrays(50)], ids=["rational", "decimal"])
def test_nan_wins(xp: Any) -> None:
    two, nan = xp.convert(np.array([2.0])), np.array([xp.nan], dtype=object)
    with np.errstate(invalid="ignore"):  # as in a replay
        pairs = [f(*each)[0] for f in (xp.minimum, xp.maximum) for each in ((nan, two), (two, nan))]
        alone = [xp.sign(nan)[0], xp.copysign(two, nan)[0]]
    assert all(np.not_equal(value, value) for value in [*pairs, *alone])


def test_a_division_by_0_in_the_branch_that_is_not_taken_does_not_stop_a_replay() -> None:
    found = replayed(lambda c, xp: xp.where(c["x"] == 0, -xp.sqrt(c["x"] + 2), 1 / xp.sqrt(c["x"]) ** 2), x=0.0)
    assert found.refutes


def test_a_hypothesis_that_50_digits_round_to_0_is_looked_at_again() -> None:
    below = Hypothesis("$|(x, y)| <= 1$", lambda c, xp: 1 - xp.sqrt(c["x"] ** 2 + c["y"] ** 2))
    assert not replayed(lambda c, xp: -c["y"], {"below": below}, x=1.0, y=5e-26).refutes
    assert replayed(lambda c, xp: -c["y"], {"below": below}, x=0.5, y=5e-26).refutes


def test_a_margin_computed_in_floats_refutes_nothing() -> None:
    found = replayed(lambda c, xp: np.asarray(c["y"], float) - (np.asarray(c["x"], float) + 0.2), x=0.1, y=0.3)
    assert not found.refutes


def test_rationals_that_grow_without_end_go_on_in_decimals() -> None:
    def endless(c: Any, xp: Any) -> Any:
        x = c["x"]
        for _ in range(60):
            x = x - x * x * x / 2
        return -x

    assert replayed(endless, x=0.3).refutes
