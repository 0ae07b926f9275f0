"""Claims at the prompt and in notebooks."""

from __future__ import annotations

import pytest

from verify.evidence import claim
from verify.interactive import check


def test_a_refuted_claim_shows_its_counterexample_and_its_correction():
    card = check("PG.E3")
    said = card._repr_markdown_()
    assert card.result.verdict == "refuted"
    assert said.startswith("**✗ refuted** · `PG.E3`")
    assert all(f"`{name} = " in said for name in card.case)
    assert "Corrected as `PG.E3.fix`" in said
    assert "erratum" in said
    assert "erratum" not in str(check("PG.mcp.naive"))  # a claim of our own: the paper does not make it


def test_a_proved_claim_names_its_lemmas():
    card = check("PG.E3.fix")
    assert card.case is None
    assert "Proved by z3" in str(card)


def test_what_is_no_claim_or_budget_is_named():
    with pytest.raises(ValueError, match="budget must be one of quick, standard, deep; got 'huge'"):
        check("PG.E3", "huge")
    with pytest.raises(TypeError, match="a claim or its id"):
        check(None)


def test_a_replay_is_that_of_the_command(capsys):
    check("RVSM.S52.grow").replay()
    said = capsys.readouterr().out
    assert said.startswith("RVSM.S52.grow: refuted")
    assert "steps: float64, then 50 digits" in said


def test_an_unknown_id_raises_with_the_near_ones():
    with pytest.raises(ValueError, match=r"unknown claim 'SR2\.T1\.sigmamx'; did you mean SR2\.T1\.sigmamax"):
        check("SR2.T1.sigmamx")


def test_a_verdict_that_is_not_the_pinned_one_is_said():
    @claim("MY.positive", place="here", expected="unrefuted", why="a guess")
    class Positive:
        """x >= 0."""

        def cases(self, rng, size):
            return {"x": rng.normal(size=size)}

        def margin(self, case, xp):
            return case["x"]

    assert "**pinned as unrefuted**" in str(check(Positive))


def test_a_cell_that_is_run_again_defines_its_claim_anew():
    def define(module, value):
        body = {"__doc__": "A statement.", "__module__": module, "value": value}
        return claim("MY.again", place="here", expected="proved", why="a test")(type("Again", (), body))

    define("__main__", 1)
    assert define("__main__", 2).value == 2
    with pytest.raises(ValueError, match=r"MY\.again is defined twice"):
        define("my_module", 3)
