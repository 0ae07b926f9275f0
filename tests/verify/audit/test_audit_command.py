"""``proxproof audit`` and ``proxproof speed peers`` on the command line."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from click.testing import CliRunner

from verify.commands import main
from verify.speed import peers as speed

MINE = """
import numpy as np
def value(x, weight=1.0): return weight * np.abs(x).sum()
def prox(z, t, weight=1.0): return np.sign(z) * np.maximum(np.abs(z) - weight * t, 0)
def wrong(z, t, weight=1.0): return np.sign(z) * np.maximum(np.abs(z) - 2 * weight * t, 0)
def exits(z, t): raise SystemExit(0)
def two_is_wrong(z, t, weight): return prox(z, t, weight if weight < 2 else 3)
class Penalty:
    prox = staticmethod(prox)
    value = staticmethod(value)
both = Penalty()
number = 3
"""
QUICK = ("--scalar", "--step", 1, "--parameter", "weight=0.5")


@pytest.fixture
def mine(tmp_path, monkeypatch):
    (tmp_path / "my_prox_maps.py").write_text(MINE)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "report"


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def refused(*arguments):
    """The one line with which a call is refused."""
    done = call("audit", *arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_a_right_map_of_ones_own_is_status_0(mine):
    done = call("audit", "my_prox_maps:prox", "--value", "my_prox_maps:value", *QUICK, "--out", mine)
    assert done.exit_code == 0, done.output
    assert "1 of 1 map right" in done.stdout
    assert sorted(path.name for path in mine.iterdir()) == ["audit.html", "audit.json", "audit.md"]


def test_a_map_in_a_file_needs_no_module_path(mine):
    file = mine.parent / "my_prox_maps.py"
    assert call("audit", f"{file}:wrong", "--value", f"{file}:value", *QUICK, "--out", mine).exit_code == 1
    assert f"<code>{file}:value</code>" in (mine / "audit.html").read_text()
    assert "no such file: gone.py" in refused("gone.py:prox", "--scalar")


def test_a_value_that_was_given_is_not_called_the_maps_own(mine):
    call("audit", "my_prox_maps:prox", "--value", "my_prox_maps:value", *QUICK, "--out", mine)
    assert "| my_prox_maps:prox | my_prox_maps:value |" in (mine / "audit.md").read_text()


def test_an_object_brings_its_own_value(mine):
    assert call("audit", "my_prox_maps:both", "--shape", "2,2", "--step", 1, "--out", mine).exit_code == 0


def test_a_wrong_map_is_status_1_with_its_counterexample(mine):
    done = call("audit", "my_prox_maps:wrong", "--value", "my_prox_maps:value", *QUICK, "--out", mine)
    assert done.exit_code == 1, done.output
    assert "0 of 1 map right" in done.stdout
    (target,) = json.loads((mine / "audit.json").read_text())["targets"]
    (found,) = target["maps"]
    assert found["verdict"] == "wrong"
    assert found["findings"][0]["parameters"] == {"weight": 0.5}
    assert ", weight = 0.5: returns " in found["words"]
    assert found["findings"][0]["better_objective"] < found["findings"][0]["objective"]


def test_a_map_that_exits_is_status_1_with_a_report(mine):
    done = call("audit", "my_prox_maps:exits", "--value", "my_prox_maps:value", "--scalar", "--step", 1, "--out", mine)
    assert done.exit_code == 1, done.output
    assert "0 of 1 map right" in done.stdout
    assert "SystemExit: 0" in (mine / "audit.md").read_text()


@pytest.mark.parametrize("values", [("1", "2"), ("2", "1"), ("1,2",)])
def test_every_value_of_a_repeated_parameter_is_tried(mine, values):
    given = [part for each in values for part in ("--parameter", f"weight={each}")]
    done = call(
        "audit", "my_prox_maps:two_is_wrong", "--value", "my_prox_maps:value", "--scalar", "--step", 1, *given, "--out", mine
    )
    assert done.exit_code == 1, done.output
    (found,) = json.loads((mine / "audit.json").read_text())["targets"][0]["maps"]
    assert found["findings"][0]["parameters"] == {"weight": 2.0}


def test_an_audit_that_runs_out_of_memory_is_one_line(mine, monkeypatch):
    def no_memory(*arguments):
        raise MemoryError

    monkeypatch.setattr("verify.commands.audit_target.of_functions", no_memory)
    assert "memory is short; try a smaller --shape" in refused("my_prox_maps:both", "--shape", 3, "--out", mine)


def test_bad_usage_is_one_line(mine):
    assert "unknown target 'nothing': a library (pyproximal, skglm, torchao)" in refused("nothing")
    assert "'my_prox_maps:' is not of the form MODULE:NAME or FILE.py:NAME" in refused("my_prox_maps:", "--scalar")
    no_module = "cannot import no_such_module:f: ModuleNotFoundError: No module named 'no_such_module'"
    assert refused("no_such_module:f", "--scalar").endswith(f"{no_module}\n")
    gone = refused("my_prox_maps:gone", "--scalar")
    assert gone.endswith("cannot import my_prox_maps:gone: my_prox_maps has no attribute 'gone'\n")
    assert "has no .value; name the function" in refused("my_prox_maps:prox", "--scalar")
    assert "give either --scalar" in refused("my_prox_maps:both")
    assert "give either --scalar" in refused("my_prox_maps:both", "--scalar", "--shape", "3")
    assert "--shape takes integers such as 3,4; got 'x'" in refused("my_prox_maps:both", "--shape", "x")
    assert "--shape takes integers such as 3,4; got ','" in refused("my_prox_maps:both", "--shape", ",")
    assert "at most 1,000,000 elements; got [(100000000000,)]" in refused("my_prox_maps:both", "--shape", 10**11, "--out", mine)
    assert "--parameter takes a name and numbers" in refused("my_prox_maps:both", "--scalar", "--parameter", "weight")
    assert "prox must be a function" in refused(
        "my_prox_maps:number", "--value", "my_prox_maps:value", "--scalar", "--out", mine
    )
    assert "one map of your own at a time" in refused("my_prox_maps:both", "skglm", "--scalar")
    assert "must be one or more finite steps > 0" in refused("my_prox_maps:both", "--scalar", "--step", -1, "--out", mine)
    (mine.parent / "file").touch()
    assert "cannot write to the output folder" in refused("my_prox_maps:both", "--scalar", "--out", mine.parent / "file" / "x")


@pytest.mark.parametrize("target", ["broken_maps:prox", "broken_maps.py:prox"])
def test_an_error_of_the_users_own_file_has_its_place_there(mine, target, monkeypatch):
    monkeypatch.chdir(mine.parent)
    Path("broken_maps.py").write_text("import numpy\nnumpy.no_such_function\n")
    assert refused(target, "--scalar").endswith("has no attribute 'no_such_function' (in <module>, broken_maps.py line 2)\n")


@pytest.fixture
def nothing_installed(monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("verify.audit.survey.peer.version", missing)


def test_a_missing_library_is_one_line_with_the_pip_command(nothing_installed):
    assert "torchao is not installed; try: pip install torchao torch" in refused("torchao")
    assert "pyproximal is not installed" in refused("all")


def test_options_of_ones_own_map_do_not_go_with_a_library(monkeypatch):
    monkeypatch.setattr("verify.audit.survey.peer.version", lambda name: "1")
    assert "--shape goes with a map of your own" in refused("skglm", "--shape", "3")


def test_the_speed_table_has_dashes_and_a_line_for_what_is_missing(nothing_installed, monkeypatch):
    monkeypatch.setattr(speed, "SIZE", 800)
    done = call("speed", "peers", "--rounds", 1)
    assert done.exit_code == 0, done.output
    assert "skglm is not installed; try: pip install skglm numba numpy" in done.stdout
    row = next(line for line in done.stdout.splitlines() if "l1/2" in line)
    assert row.count("–") == 3
