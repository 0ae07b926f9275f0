"""The power of check_prox, in short: samples of the wrong maps, of the mutants and of the right maps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from verify.audit import check_prox
from verify.audit.power.equivalent import ARGUMENTS, argument
from verify.audit.power.known import KNOWN
from verify.audit.power.mutants import MAPS, mutants
from verify.audit.power.page import _cell, page, summary_of_right, summary_of_wrong
from verify.audit.power.right import CHOSEN, OURS, right
from verify.audit.power.run import Outcome, outcomes, tasks_of_right, tasks_of_wrong
from verify.commands import main
from verify.penalties import REGISTRY as PENALTIES
from verify.power.places import every_mutant, seeded


def test_there_are_many_wrong_maps_and_no_two_are_named_alike():
    assert len(KNOWN) >= 100
    assert max(Counter((wrong.name, wrong.mistake) for wrong in KNOWN).values()) == 1


@pytest.mark.parametrize("number", range(0, len(KNOWN), 9))
def test_known_wrong_maps_are_found_wrong(number):
    (outcome,) = outcomes([tasks_of_wrong(0, 0)[number]], jobs=1)
    assert outcome.found, f"{outcome.name}: {outcome.mistake}"


def test_every_wrong_map_returns_something_for_its_value_to_judge():
    for wrong in KNOWN:
        parameters = {name: values[-1] for name, values in wrong.settings.get("parameters", {}).items()}
        z = np.random.default_rng(0).normal(size=wrong.settings.get("shape", (3,)))
        with np.errstate(all="ignore"):
            x = wrong.prox(z.copy(), 0.5, **parameters)
            assert np.shape(x) == np.shape(z)
            assert not np.isnan(wrong.value(z, **parameters)).all() or wrong.name == "-log x"


def test_mutants_are_drawn_by_the_seed_and_leave_the_value_right():
    first, again, other = ([str(mutant) for mutant, _ in mutants(30, seed)] for seed in (0, 0, 1))
    assert first == again != other
    x = np.array([0.3, -2.0, 5.0])
    for mutant, names in mutants(30, 0):
        _, value, settings = MAPS[names[0]]
        given = {name: values[0] for name, values in settings["parameters"].items()}
        before = value(x, **given)
        with seeded(mutant):
            assert np.array_equal(value(x, **given), before), str(mutant)


@pytest.mark.parametrize(
    ("function", "mistake", "before"),
    [
        ("L0._prox", "missing two", "2 * self.lam"),
        ("MCP._prox", "wrong branch", "xp.where(firm, t, 0)"),
        ("SCAD._prox", "off by one", "a - 1"),
        ("GroupL2._radius", "missing positive part", "xp.maximum(xp.subtract_product(norm, t, level), 0)"),
    ],
)
def test_a_mutant_is_found(function, mistake, before):
    mutant = next(m for m in every_mutant() if (m.function, m.mistake, m.before) == (function, mistake, before))
    name = function.partition(".")[0]
    prox, value, settings = MAPS[name]
    assert check_prox(prox, value, **settings, t=(0.5, 2.0), dtype="float64").ok
    with seeded(mutant):
        report = check_prox(prox, value, **settings, t=(0.5, 2.0), dtype="float64", raise_on_error=False)
    assert not report.ok


def test_each_argument_is_about_a_mutant_there_is_and_says_why():
    every = {(mutant.function, mutant.before): mutant for mutant in every_mutant()}
    for each in ARGUMENTS:
        assert (each.function, each.before) in every, each
        assert len(each.because) > 20
    texts = {(mutant.function, mutant.before, mutant.after) for mutant in every_mutant()}
    assert all((each.function, each.before, after) in texts for each in ARGUMENTS for after in each.after)


def test_mutants_at_ties_return_minimisers_and_are_argued():
    mutant = next(m for m in every_mutant() if m.function == "L0._prox" and m.mistake == "strictness")
    assert argument(mutant)
    z = np.array([np.sqrt(2.0)])
    right_one = PENALTIES["L0"](1.0).prox(z, 1.0)
    with seeded(mutant):
        assert PENALTIES["L0"](1.0).prox(z, 1.0) != right_one


def test_all_our_penalties_are_among_the_right_maps():
    metric_alone = {"MetricL1", "Zero"}
    assert set(PENALTIES) - metric_alone - {"SparseGroup"} <= {name.partition(",")[0] for name in OURS}
    assert all(len(names) == 8 for names in CHOSEN.values())


@pytest.mark.parametrize("library", [name for name in CHOSEN if name != "ours"])
def test_the_chosen_maps_of_other_libraries_are_right_by_their_own_file(library):
    pytest.importorskip(library)
    assert set(CHOSEN[library]) <= set(right(library))


def test_no_false_alarm_in_a_few_right_maps():
    for name in ("L0", "BinaryW", "CardinalityBall"):
        prox, value, settings = right("ours")[name]
        assert check_prox(prox, value, **settings, seed=49).ok
    assert len(tasks_of_right(50)) == 50 * 32


WRONG = [
    Outcome("l1", "|t| lost", ("objective",), 1.0),
    Outcome("l0", "tie", (), 1.0, reason="both"),
    Outcome("l0", "x", (), 2.0),
]


def test_the_page_says_what_was_found_and_what_was_not():
    assert summary_of_wrong(WRONG) == "1 of 2 wrong maps found wrong; 1 mutant more set aside, each with its reason"
    right_ones = [Outcome("ours L1", f"seed {seed}", ("objective",) if seed == 1 else (), 1.0) for seed in range(3)]
    assert summary_of_right(right_ones) == "1 false alarm in 3 checks of 1 right map"
    text = page(WRONG, right_ones, command="proxproof power --audit", seed=0, versions={"skglm": "0.5"})
    for part in ("| l1 | \\|t\\| lost | objective | 1.0 |", "**NOT FOUND**", "no mistake: both", "| ours L1 | 3 | 1 | 1.0 |"):
        assert part in text


def test_the_command_runs_the_audit(monkeypatch, tmp_path):
    from verify.commands import power_audit

    monkeypatch.setattr(power_audit, "tasks_of_wrong", lambda count, seed: [(lambda outcome: outcome, each) for each in WRONG])
    result = CliRunner().invoke(main, ["power", "--audit", "--jobs", "1", "--out", str(tmp_path / "page.md")])
    assert result.exit_code == 1
    assert "l0  |  x  |  NOT FOUND  |  2.0 s" in result.output
    assert "1 of 2 wrong maps" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_seeds_go_with_the_audit():
    result = CliRunner().invoke(main, ["power", "--seeds", "3"])
    assert result.exit_code == 2
    assert "--seeds goes with --audit" in result.output


def test_the_kept_page_is_about_every_known_wrong_map_and_all_are_found():
    text = (Path(__file__).parents[3] / "docs" / "audit-power.md").read_text(encoding="utf-8")
    assert "NOT FOUND" not in text
    for wrong in KNOWN:
        line = next(line for line in text.splitlines() if line.startswith(f"| {_cell(wrong.name)} | {_cell(wrong.mistake)} |"))
        assert "no mistake" not in line
    assert " 0 false alarms in 1,600 checks of 32 right maps" in text.replace("\n", " ")
