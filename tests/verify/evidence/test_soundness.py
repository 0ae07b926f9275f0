"""Ways in which a search and a replay could mislead: each was a wrong verdict once."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Fact, Hypothesis, Lemma, claim
from verify.evidence.claim import CLAIMS
from verify.evidence.decide import decide


def verdict(cls: type) -> str:
    made = claim("Demo.soundness", place="-", expected="unrefuted", why="-")(cls)
    try:
        return decide(made).verdict
    finally:
        del CLAIMS["Demo.soundness"]


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


def test_facts_beside_cases_do_not_prove() -> None:
    class Sampled:
        r"""$x^2 \ge 0$, and a fact."""

        def facts(self) -> list[Fact]:
            return [Fact("1 = 1", holds=True)]

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.uniform(0, 1, size)}

        def margin(self, case: Any, xp: Any) -> Any:
            return case["x"] * case["x"]

    assert verdict(Sampled) == "unrefuted"


def test_facts_do_not_complete_a_proof() -> None:
    class Partly:
        r"""$x \ge 0$ for every $x > 0$, and a fact."""

        complete_proof = False

        def facts(self) -> list[Fact]:
            return [Fact("1 = 1", holds=True)]

        def proof(self) -> list[Lemma]:
            return [Lemma("positive", lambda p: p.positive("x") >= 0)]

    assert verdict(Partly) == "undecided"
    Partly.complete_proof = True
    assert verdict(Partly) == "proved"


def test_the_variables_of_a_lemma_have_the_signs_that_their_names_say() -> None:
    def signs(p: Any) -> Any:
        a, b, _ = p.reals("a> b>= c")
        return p.conj(a > 0, b >= 0)

    class Signs:
        r"""$a > 0$, $b \ge 0$, and no more."""

        def proof(self) -> list[Lemma]:
            return [Lemma("signs", signs)]

    assert verdict(Signs) == "proved"
    for more in (lambda a, b, c: b > 0, lambda a, b, c: c >= 0):
        Signs.proof = lambda self, more=more: [Lemma("more", lambda p: more(*p.reals("a> b>= c")))]  # type: ignore[method-assign]
        assert verdict(Signs) == "undecided"


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
