"""The engine: true claims survive rounding, false ones are refuted by small cases, hypotheses are dropped one at a time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from verify.evidence import Fact, Hypothesis, Lemma, claim, decide
from verify.evidence.draw import log_uniform, vectors

pytestmark = pytest.mark.usefixtures("registry")


class Pairs:
    vectors = ("x", "y")

    def cases(self, rng, size):
        return {"x": vectors(rng, size, 4), "y": vectors(rng, size, 4) * log_uniform(rng, 1e-9, 1e9, (size, 1))}


def register(cls, expected, **options):
    return claim("TEST.claim", place="nowhere", expected=expected, why="a test", **options)(cls)


def test_a_tight_inequality_is_not_refuted_by_rounding():
    class Triangle(Pairs):
        """|x + y| <= |x| + |y|"""

        def margin(self, case, xp):
            x, y = case["x"], case["y"]
            return xp.norm(x, axis=-1) + xp.norm(y, axis=-1) - xp.norm(x + y, axis=-1)

    result = decide(register(Triangle, "unrefuted"))
    assert result.verdict == "unrefuted"
    assert result.evidence[0].cases >= 10_000
    assert result.evidence[0].worst_margin >= 0


def test_a_false_claim_is_refuted_by_the_smallest_case():
    class Growth(Pairs):
        """|x + y| >= |x|"""

        def margin(self, case, xp):
            return xp.norm(case["x"] + case["y"], axis=-1) - xp.norm(case["x"], axis=-1)

    result = decide(register(Growth, "refuted"))
    assert result.verdict == "refuted"
    found = result.counterexample
    assert found["arithmetic"] == "exact"
    assert len(found["case"]["x"]) == 1
    assert {abs(found["case"]["x"][0]), abs(found["case"]["y"][0])} <= {0.5, 1.0, 2.0}


@pytest.mark.parametrize(("drawn", "fails"), [((1e3, 1e5), (2, 10)), ((1e-6, 1e-4), (0.01, 0.5))])
def test_a_counterexample_has_a_power_of_ten_near_1(drawn, fails):
    class Outside:
        """t <= 2, or t >= 1/2, of t > 0"""

        def domain(self, case, xp):
            return case["t"] > 0

        def cases(self, rng, size):
            return {"t": log_uniform(rng, *drawn, size)}

        def margin(self, case, xp):
            return 2 - case["t"] if drawn[0] > 1 else case["t"] - xp.constant("0.5")

    least, most = fails
    assert least < decide(register(Outside, "refuted")).counterexample["case"]["t"] < most


def test_a_violation_far_below_rounding_is_found_by_the_replay_only_if_it_is_real():
    class Tiny:
        """(1 + e) - 1 >= e, exactly true and false in float64"""

        def cases(self, rng, size):
            return {"e": log_uniform(rng, 1e-20, 1e-14, size)}

        def margin(self, case, xp):
            return ((1 + case["e"]) - 1) - case["e"]

    assert decide(register(Tiny, "unrefuted")).verdict == "unrefuted"


def test_each_hypothesis_is_dropped_and_said_to_be_needed_or_not():
    class Product:
        """a b^2 >= 0 needs a >= 0, and no bound on b"""

        positive = Hypothesis("a >= 0", lambda c, xp: c["a"])
        bounded = Hypothesis("b <= 2", lambda c, xp: 2 - c["b"])

        def cases(self, rng, size):
            return {"a": rng.normal(size=size), "b": np.abs(rng.normal(size=size)) * 2}

        def margin(self, case, xp):
            return case["a"] * case["b"] * case["b"]

    result = decide(register(Product, "unrefuted"))
    assert result.needed["positive"]["needed"] is True
    assert result.needed["positive"]["case"]["case"]["a"] == -1
    assert result.needed["bounded"]["needed"] is False
    assert result.needed["bounded"]["cases"] > 0


def test_a_hypothesis_of_a_run_is_needed_where_draws_alone_do_not_show_it():
    class Narrow:
        """|x - 1/3| >= 3e-5 for x <= 0; for x > 0 six draws in a hundred thousand fail"""

        left = Hypothesis("x <= 0", lambda c, xp: -c["x"])

        def cases(self, rng, size):
            return {"x": rng.uniform(-1, 1, size)}

        def margin(self, case, xp):
            return xp.abs(3 * case["x"] - 1) / 3 - xp.constant("3e-5")

    needed = decide(register(Narrow, "unrefuted", kind="run")).needed["left"]
    assert needed["needed"] is True
    assert needed["cases"] >= 1_000


def test_a_case_that_is_drawn_again_is_no_other_case():
    class Five:
        """x^2 >= 0 for five numbers"""

        def cases(self, rng, size):
            return {"x": rng.integers(0, 5, size)}

        def margin(self, case, xp):
            return case["x"] * case["x"]

    result = decide(register(Five, "undecided"))
    assert (result.verdict, result.reason) == ("undecided", "only 5 different cases that meet the hypotheses were found")


def test_a_trial_without_a_meaning_does_not_keep_others_from_being_smaller():
    class Raises:
        """|x| < 1, where x is no 0"""

        def cases(self, rng, size):
            return {"x": rng.uniform(0.5, 2, size)}

        def margin(self, case, xp):
            if np.any(case["x"] == 0):
                raise ValueError("no meaning")
            return xp.constant("0.99") - xp.abs(case["x"])

    assert decide(register(Raises, "refuted")).counterexample["case"] == {"x": 1}


@pytest.mark.parametrize(("kind", "least"), [("pointwise", 10_000), ("costly", 1_000), ("run", 1_000)])
def test_claims_that_are_slow_get_a_tenth_of_the_cases(kind, least):
    class Triangle(Pairs):
        """|x + y| <= |x| + |y|"""

        def margin(self, case, xp):
            x, y = case["x"], case["y"]
            return xp.norm(x, axis=-1) + xp.norm(y, axis=-1) - xp.norm(x + y, axis=-1)

    cases = decide(register(Triangle, "unrefuted", kind=kind)).evidence[0].cases
    assert least <= cases < 2 * least


def test_too_few_cases_leave_a_claim_undecided():
    class Rare:
        """x = 1 implies x >= 1, and no draw gives x = 1"""

        exact = Hypothesis("x = 1", lambda c, xp: -abs(c["x"] - 1))

        def cases(self, rng, size):
            return {"x": rng.normal(size=size)}

        def margin(self, case, xp):
            return case["x"] - 1

    result = decide(register(Rare, "undecided"))
    assert result.verdict == "undecided"
    assert "cases" in result.reason


@pytest.mark.parametrize(("limit", "verdict"), [(1 / 2, "unrefuted"), (1 / 4, "refuted")])
@pytest.mark.parametrize("exact", [True, False])
def test_cases_that_meet_an_equation_but_for_rounding_leave_a_claim_undecided(limit, verdict, exact):
    class Circle:
        """x y <= limit on the circle"""

        circle = Hypothesis(r"$x^2 + y^2 = 1$", lambda c, xp: -xp.abs(c["x"] ** 2 + c["y"] ** 2 - 1))

        def cases(self, rng, size):
            if not exact:
                x, y = rng.normal(size=(2, size))
                return {"x": x / np.hypot(x, y), "y": y / np.hypot(x, y)}
            a, b = (np.array([Fraction(int(n), 100) for n in draws], object) for draws in rng.integers(1, 300, (2, size)))
            return {"x": (a**2 - b**2) / (a**2 + b**2), "y": 2 * a * b / (a**2 + b**2)}

        def margin(self, case, xp):
            return limit - case["x"] * case["y"]

    result = decide(register(Circle, verdict))
    assert result.verdict == (verdict if exact else "undecided")
    assert exact or "none of 16 drawn cases meets the hypotheses exactly" in result.reason


def test_a_margin_that_no_exact_arithmetic_computes_is_searched_and_cannot_be_replayed():
    class Trace:
        """The largest eigenvalue of x x^T is at most ``most``"""

        large = Hypothesis(r"$|x_1| \le 5$", lambda c, xp: 5 - xp.abs(c["x"][:, 0]))

        def cases(self, rng, size):
            return {"x": rng.uniform(-5, 5, size=(size, 2))}

        def margin(self, case, xp):
            return self.most - np.linalg.eigvalsh(case["x"][:, :, None] * case["x"][:, None])[:, -1]

    Trace.most = 1000.0
    made = register(Trace, "unrefuted")
    assert decide(made, drop=False).verdict == "unrefuted"
    Trace.most = 1.0
    with pytest.raises(TypeError, match="eigvalsh"):
        decide(made, drop=False)


def test_a_chain_of_lemmas_proves_and_a_wrong_or_empty_one_does_not():
    def square(p):
        x = p.real("x")
        return x * x >= 0

    def wrong(p):
        x = p.real("x")
        return x * x >= 1

    def vacuous(p):
        x = p.positive("x")
        p.assume(x < 0)
        return x > 5

    class Chain:
        """squares"""

        links = (square,)

        def proof(self):
            return [Lemma(f.__name__, f) for f in self.links]

    made = register(Chain, "proved")
    assert decide(made).verdict == "proved"
    for bad, outcome in ((wrong, "refuted"), (vacuous, "vacuous")):
        made.links = (square, bad)
        result = decide(made)
        assert result.verdict == "undecided"
        assert result.evidence[0].lemmas[1]["result"] == outcome


def test_a_text_claim_is_proved_or_refuted_by_its_facts():
    class Table:
        """the larger number is in bold"""

        numbers = (2, 1)

        def facts(self):
            return [Fact("2 > 1", self.numbers[0] > self.numbers[1], "numbers of the table")]

    made = register(Table, "proved", kind="text")
    assert decide(made).verdict == "proved"
    made.numbers = (1, 2)
    assert decide(made).verdict == "refuted"


def test_the_same_seed_gives_the_same_result():
    class Noise(Pairs):
        """|x| >= 0"""

        def margin(self, case, xp):
            return xp.norm(case["x"], axis=-1)

    made = register(Noise, "unrefuted")
    first, second = decide(made, seed=7), decide(made, seed=7)
    assert first.evidence[0].margins == second.evidence[0].margins
    assert decide(made, seed=8).evidence[0].margins != first.evidence[0].margins


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"expected": "true"}, "expected"),
        ({"expected": "proved", "kind": "x"}, "kind"),
        ({"expected": "proved", "form": "x"}, "form"),
    ],
)
def test_a_badly_declared_claim_is_refused(options, named):
    with pytest.raises(ValueError, match=named):
        claim("TEST.bad", place="", why="", **options)(type("Bad", (), {"__doc__": "x"}))


def test_an_id_is_taken_once():
    register(type("One", (), {"__doc__": "x"}), "undecided")
    with pytest.raises(ValueError, match="twice"):
        register(type("Two", (), {"__doc__": "x"}), "undecided")


def test_a_margin_that_cannot_be_computed_leaves_a_claim_undecided():
    class Broken:
        """0/0 >= 0"""

        def cases(self, rng, size):
            return {"x": np.zeros(size)}

        def margin(self, case, xp):
            return case["x"] * xp.nan

    result = decide(register(Broken, "undecided"))
    assert result.verdict == "undecided"
    assert "could not be computed" in result.reason


def test_cases_outside_the_domain_are_no_cases():
    class Root:
        """sqrt(x) >= 0 for x >= 0"""

        def domain(self, case, xp):
            return case["x"] >= 0

        def cases(self, rng, size):
            return {"x": rng.normal(size=size)}

        def margin(self, case, xp):
            return xp.sqrt(case["x"])

    result = decide(register(Root, "unrefuted"))
    assert result.verdict == "unrefuted"
    assert result.evidence[0].worst_margin >= 0
