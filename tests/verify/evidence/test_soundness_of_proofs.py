"""Ways in which proofs and facts could mislead: each was a wrong verdict once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verify.evidence.demo import Root, made, verdict
from verify.evidence import Fact, Lemma
from verify.evidence.chain import Chain
from verify.evidence.decide import decide
from verify.evidence.proof import Prover


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


@pytest.mark.parametrize(("root", "gap"), [("sqrt", 0), ("cos_third", -1)])
def test_a_root_in_the_branch_that_is_not_taken_restricts_no_proof(root: str, gap: int) -> None:
    class Branch(Root):
        r"""The root where there is one, elsewhere $|x - g + 1/3| - 10^{-12}$: negative close to one point."""

        def domain(self, case: Any, xp: Any) -> Any:
            return case["x"] > -100

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": 10 * rng.normal(size=size)}

        def margin(self, case: Any, xp: Any) -> Any:
            x = case["x"] - gap
            elsewhere = xp.abs(x + 1 / xp.constant(3)) - xp.constant("0.000000000001")
            return xp.where(x >= 0, getattr(xp, root)(case["x"]), elsewhere)

    assert verdict(Branch) == "unrefuted"  # false, but no draw comes close


def test_nothing_is_proved_by_no_fact_and_by_an_empty_goal() -> None:
    class Empty:
        r"""Everything."""

        def facts(self) -> list[Fact]:
            return []

    class Goal(Root):
        r"""Everything."""

        def margin(self, case: Any, xp: Any) -> Any:
            return case["x"]

        def proof(self) -> list[Lemma]:
            return [Lemma("nothing", lambda p: [])]

    with pytest.raises(ValueError, match="facts"):
        verdict(Empty)
    assert verdict(Goal) == "unrefuted"


def test_a_proof_of_something_else_hides_no_counterexample_and_is_named_beside_it() -> None:
    class Other(Root):
        r"""$x \le 1$, with a proof of $0 \le 1$."""

        def margin(self, case: Any, xp: Any) -> Any:
            return 1 - case["x"]

        def proof(self) -> list[Lemma]:
            return [Lemma("another", lambda p: p.real("x") * 0 <= 1)]

    result = decide(made(Other))
    assert result.verdict == "refuted"
    assert "a proof stands beside it" in result.reason


def test_a_goal_that_is_no_formula_proves_nothing() -> None:
    import z3

    class Slip:
        r"""Python's own comparison of two numbers."""

        def proof(self) -> Any:
            return [Lemma("1 < 2", lambda p: True)]

    class SlipOfAChain(Slip):
        r"""The same in a chain."""

        def proof(self) -> Any:
            chain = Chain()
            chain.prove("1 < 2", True, mutant=z3.Real("x") > 0)
            return chain

    for slip in (Slip, SlipOfAChain):
        assert decide(made(slip)).evidence[0].lemmas[0]["result"] == "vacuous"
        assert verdict(slip) == "undecided"


def test_a_proof_names_the_functions_that_ran_in_it() -> None:
    from verify.penalties import L1

    class Runs:
        r"""$|\mathrm{prox}(z, t)| \le |z|$."""

        def lemma(self, p: Any) -> Any:
            z, lam, t = p.reals("z lam> t>")
            return p.xp.abs(L1(lam)._prox(z, t, p.xp)) <= p.xp.abs(z)

        def proof(self) -> list[Lemma]:
            return [Lemma("shrinks", self.lemma)]

    class Rewritten(Runs):
        r"""$|\mathrm{prox}(z, t)| \le |z|$, with a penalty that is made and not run."""

        def lemma(self, p: Any) -> Any:
            z, lam, t = p.reals("z lam> t>")
            L1(lam)
            soft = p.xp.where(z > lam * t, z - lam * t, p.xp.where(z < -lam * t, z + lam * t, 0 * z))
            return p.xp.abs(soft) <= p.xp.abs(z)

    runs, rewritten = decide(made(Runs)), decide(made(Rewritten))
    assert (runs.verdict, runs.reason, runs.evidence[0].ran) == ("proved", "by 1 lemma about L1", ["L1._prox"])
    assert (rewritten.verdict, rewritten.evidence[0].ran) == ("proved", [])
    assert "mathematics alone" in rewritten.reason


def test_a_penalty_of_the_users_own_is_named_too() -> None:
    from verify.penalties import L1, REGISTRY

    class Mine(L1):
        def _prox(self, z: Any, t: Any, xp: Any) -> Any:
            return z * 0

    class Runs:
        r"""$\mathrm{prox}(z, t) = 0$."""

        def proof(self) -> list[Lemma]:
            return [Lemma("is 0", lambda p: Mine(1)._prox(p.real("z"), 1, p.xp) == 0)]

    try:
        assert decide(made(Runs)).evidence[0].ran == ["Mine._prox"]
    finally:
        del REGISTRY["Mine"]


def test_margins_that_are_nan_are_not_passed_over_for_a_proof() -> None:
    class Everywhere(Root):
        r"""$|\sqrt x| \ge 0$ for every real $x$, of which the code makes NaN where $x < 0$."""

        def domain(self, case: Any, xp: Any) -> Any:
            return case["x"] == case["x"]

        def cases(self, rng: Any, size: int) -> dict[str, Any]:
            return {"x": rng.normal(size=size)}

        def margin(self, case: Any, xp: Any) -> Any:
            return xp.abs(xp.sqrt(case["x"]))

    result = decide(made(Everywhere))
    assert (result.verdict, result.evidence[0].holds) == ("undecided", True)
    assert "a proof stands beside them" in result.reason


@pytest.mark.parametrize(
    ("says", "goal"),
    [
        ("whether", lambda x, y, p: x * 0 == 0 and y > 5),
        ("whether", lambda x, y, p: y > 5 if x == y else x + 0 == x),
        ("whether", lambda x, y, p: y in (x, 5)),
        ("whether", lambda x, y, p: 0 < x < y),
        ("exponent", lambda x, y, p: p.implies(x == 0, x**-1 == 0)),
        ("exponent", lambda x, y, p: x**0.5 >= 0),
        ("exponent", lambda x, y, p: 2**x > 0),
        ("quotient", lambda x, y, p: p.z3.Int("n") / 2 * 2 <= p.z3.Int("n")),
    ],
)
def test_what_z3_would_answer_wrongly_in_silence_is_no_proof(says: str, goal: Any) -> None:
    class Trap:
        r"""Not so for every $x$ and $y$, or not defined for them."""

        def proof(self) -> list[Lemma]:
            return [Lemma("trap", lambda p: goal(p.real("x"), p.real("y"), p))]

    class Chained(Trap):
        r"""The same in a chain."""

        def proof(self) -> Any:
            import z3

            chain, p = Chain(), Prover()
            chain.prove("trap", goal(z3.Real("x"), z3.Real("y"), p), mutant=z3.Real("x") > 0)
            return chain

    for trap in (Trap, Chained):
        result = decide(made(trap))
        assert result.verdict == "undecided"
        (row,) = result.evidence[0].lemmas
        assert row["result"] == "unknown"
        assert says in row["name"]


def test_terms_are_as_z3_has_them_when_a_proof_is_built() -> None:
    import z3

    from verify.evidence.terms import refusing

    x = z3.Real("x")
    equation = x == z3.Real("x")
    with refusing(), pytest.raises(TypeError, match=r"xp\.where"), refusing():
        bool(equation)
    assert bool(equation)
    assert str(x**2.5 / 2) == "x**(5/2)/2"
    assert str(z3.Int("n") / 2) == "n/2"


def test_what_a_proof_may_write_is_not_refused() -> None:
    class Fine:
        r"""$x^2 / 2 + y^0 \ge 1$ and $n / 2 \ge 1/2$ for natural $n > 0$."""

        def proof(self) -> list[Lemma]:
            def lemma(p: Any) -> Any:
                x, y, n = p.real("x"), p.real("y"), p.z3.ToReal(p.z3.Int("n"))
                return p.conj(x**2 / 2 + y**0 >= 1, p.implies(n > 0, n / 2 >= p.xp.constant("0.5")))

            return [Lemma("fine", lemma)]

    assert verdict(Fine) == "proved"


def test_a_goal_that_is_the_literal_true_of_z3_asks_nothing() -> None:
    import z3

    chain = Chain()
    chain.prove("nothing", z3.BoolVal(True), mutant=z3.Real("x") > 0)

    class Nothing:
        r"""Anything."""

        def proof(self) -> Any:
            return [Lemma("nothing", lambda p: p.z3.BoolVal(True))]

    class Chained(Nothing):
        r"""Anything, in a chain."""

        def proof(self) -> Any:
            return chain

    for claim in (Nothing, Chained):
        result = decide(made(claim))
        assert (result.verdict, result.evidence[0].lemmas[0]["result"]) == ("undecided", "vacuous")
