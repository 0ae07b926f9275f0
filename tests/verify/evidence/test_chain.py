"""Chains of lemmas: what a lemma may use, what is found out about it, and that records say what operations compute."""

from __future__ import annotations

import pytest
import z3

from verify.arrays.recorded import RecordedArrays, Vector, inner
from verify.evidence.chain import Chain
from verify.evidence.proof import Prover

x, y = z3.Reals("x y")


def results(chain):
    return [row["result"] for row in chain.attempt()]


def test_a_lemma_rests_on_the_facts_that_it_names_and_on_no_others():
    c = Chain()
    c.assume(x > 1)
    square = c.prove("square", x * x > x, mutant=x * x > 2 * x)
    c.prove("with it", x * x * x > x, square, mutant=x * x * x > 4 * x)
    c.define({"y": y == x})
    c.prove("with its definition", y > 1, y, mutant=y > 2)
    c.prove("without its definition", y > 1, mutant=y > 2)
    assert results(c) == ["proved", "proved", "proved", "refuted"]
    assert all(link.refutes_mutant() for link in c.links)


def test_facts_of_another_chain_and_unknown_variables_are_refused():
    other, c = Chain(), Chain()
    fact = other.prove("fact", x * x >= 0, mutant=x > 0)
    with pytest.raises(ValueError, match="not a fact of this chain"):
        c.prove("uses it", x * x >= 0, fact, mutant=x > 0)
    with pytest.raises(ValueError, match="neither a fact"):
        c.prove("uses y", x * x >= 0, y, mutant=x > 0)


def test_assumptions_that_contradict_each_other_prove_nothing():
    c = Chain()
    c.assume(x > 0)
    with c.case(x < -1):
        c.prove("anything", x == 5, mutant=x == 6)
    c.for_all("anything", [y > 0, y < 0], y == 5, mutant=y == 6)
    assert results(c) == ["vacuous", "vacuous"]


def test_a_fact_of_a_case_holds_in_that_case_alone():
    c = Chain()
    with c.case(x >= 0):
        high = c.prove("high", x * x >= 0, mutant=x * x > 0)
        inside = c.prove("inside", x + 1 > 0, mutant=x > 0)
    c.prove("outside", x + 1 > 0, inside, mutant=x > 0)
    with c.case(x < 0):
        low = c.prove("low", x * x >= 0, mutant=x * x > 1)
    c.prove("both", x * x >= 0, high, low, mutant=x * x > 0)
    assert results(c) == ["proved", "proved", "refuted", "proved", "proved"]
    with pytest.raises(ValueError, match="before a case"), c.case(x > 0):
        c.assume(x > 1)


def test_a_lemma_for_all_values_is_used_at_terms():
    c = Chain()
    positive = c.for_all("squares", [x > 0], x * x > 0, mutant=x * x > 1)
    c.prove("at y + 1", z3.Implies(y > -1, (y + 1) * (y + 1) > 0), positive(x=y + 1), mutant=y > 0)
    assert results(c) == ["proved", "proved"]


def test_a_theorem_is_used_at_terms_with_its_definitions_as_conditions():
    inner_chain, c = Chain(), Chain()
    inner_chain.define({"y": y == x * x})
    inner_chain.prove("y >= 0", y >= 0, y, mutant=y > 0)
    v = z3.Real("v")
    at = c.theorem(inner_chain)
    c.prove("too little is known of v", v >= 0, at({"x": x, "y": v}), mutant=v > 0)
    c.define({"v": v == x * x})
    c.prove("now enough", v >= 0, at({"x": x, "y": v}), v, mutant=v > 0)
    assert results(c) == ["proved", "refuted", "proved"]


def test_a_theorem_that_rests_on_facts_from_outside_is_not_moved_to_other_terms():
    outside = Chain()
    fact = outside.given("x is large", x > 5)
    outside.prove("x > 4", x > 4, fact, mutant=x > 6)
    assert outside.taken == ["x is large"]
    with pytest.raises(ValueError, match="taken from outside"):
        Chain().theorem(outside)


@pytest.mark.parametrize(
    "operation",
    [
        lambda xp: xp.where(x > y, x * y, y),
        lambda xp: xp.abs(x - y),
        lambda xp: xp.minimum(x, y * y),
        lambda xp: xp.maximum(x, 1),
        lambda xp: xp.copysign(x, y),
        lambda xp: xp.where(x >= 0, xp.sqrt(xp.maximum(x, 0)), 0),
        lambda xp: xp.where(xp.where(x > 0, x > y, x < y), 1, 2),
        lambda xp: xp.cbrt(x),
    ],
)
def test_a_record_defines_what_the_symbolic_namespace_computes(operation):
    p, record = Prover(), RecordedArrays()
    recorded = record.named(operation(record))
    plain = operation(p.xp)
    p.assume(*record.definitions.values())
    assert p.solve(recorded == plain) == "proved"


def test_quotients_are_recorded_once_and_say_nothing_by_zero():
    record = RecordedArrays()
    term = record.named(x / y + (x / y) / 2)
    assert record["quotient"] == [z3.Real("quotient0")]
    p = Prover()
    p.assume(*record.definitions.values())
    assert p.solve(term * y == 3 * x / 2) == "refuted"
    p.assume(y != 0)
    assert p.solve(term * y == 3 * x / 2) == "proved"


def test_a_record_contradicts_nothing_outside_the_domain_of_an_operation():
    p, record = Prover(), RecordedArrays()
    record.sqrt(x)
    record.cos_third(x)
    record.named(1 / y)
    p.assume(*record.definitions.values(), x < -2, y == 0)
    assert p.solve(z3.BoolVal(False)) == "refuted"


def test_vectors_know_their_inner_products_alone():
    a, b = Vector.variable("a"), Vector.variable("b")
    difference = a * x - b
    p = Prover()
    square = x * x * inner("a", "a") - 2 * x * inner("b", "a") + inner("b", "b")
    assert p.solve(difference.dot(difference) == square) == "proved"
    assert p.solve(difference.dot(difference) >= 0) == "refuted"
