"""The class of a claim may derive from another: ``super()`` works in it, and a theorem is taken with constants of one's own."""

from __future__ import annotations

import numpy as np
import pytest

from verify.arrays import NUMPY
from verify.evidence import CLAIMS, Hypothesis, claim, decide

pytestmark = pytest.mark.usefixtures("registry")


def register(cls, id="TEST.claim", expected="unrefuted"):
    return claim(id, place="nowhere", expected=expected, why="a test")(cls)


class Scaled:
    """|a x| <= |x|"""

    contraction = Hypothesis("|a| <= 1", lambda case, xp: 1 - xp.abs(case["a"]))

    def cases(self, rng, size):
        return {"a": rng.uniform(-1, 1, size), "x": rng.normal(size=size)}

    def margin(self, case, xp):
        return xp.abs(case["x"]) - xp.abs(case["a"] * case["x"])


class Half(Scaled):
    """|x/2| <= |x|"""

    def cases(self, rng, size):
        return {**super().cases(rng, size), "a": np.full(size, 0.5)}


def test_super_is_the_class_that_the_claim_derives_from():
    made = register(Half)
    assert set(made.draw(np.random.default_rng(0), 5)["a"]) == {0.5}
    assert decide(made).verdict == "unrefuted"


def test_a_theorem_with_constants_of_ones_own_derives_from_the_class_of_its_claim():
    theorem = register(Scaled, "TEST.theorem")

    class Doubled(type(CLAIMS["TEST.theorem"])):
        """|2 x| <= |x|, which is false"""

        contraction = None

        def domain(self, case, xp):
            return case["a"] == 2

        def cases(self, rng, size):
            return {**super().cases(rng, size), "a": np.full(size, 2.0)}

    own = register(Doubled, "TEST.own", "refuted")
    assert decide(own).verdict == "refuted"
    assert (theorem.id, theorem.statement, set(theorem.hypotheses)) == ("TEST.theorem", "|a x| <= |x|", {"contraction"})
    assert (own.id, own.statement, set(own.hypotheses)) == ("TEST.own", "|2 x| <= |x|, which is false", set())


def test_a_claim_keeps_the_name_and_place_of_its_class_and_needs_a_docstring_of_its_own():
    made = register(Half)
    assert (type(made).__module__, type(made).__qualname__) == (__name__, "Half")
    assert made.margin({"a": np.array([0.5]), "x": np.array([4.0])}, NUMPY) == [2.0]

    class Silent(Scaled):
        pass

    with pytest.raises(ValueError, match="needs a docstring"):
        register(Silent, "TEST.silent")
