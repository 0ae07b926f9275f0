"""With benchopt, where it is installed: its viewer opens our table, and its runner runs our problems and methods."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import product

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from synthetic import table as tables
from synthetic.job import Job
from synthetic.run import run
from synthetic.version import ROOT
from verify.commands import main

pytest.importorskip("benchopt")
SHOWN = ["objective_value", "objective_correct"]


@pytest.fixture
def folder(tmp_path):
    """A copy of the benchmark, since benchopt writes beside it."""
    return shutil.copytree(
        ROOT / "synthetic" / "benchopt", tmp_path / "structure", ignore=shutil.ignore_patterns("__*", "outputs")
    )


def benchopt(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "benchopt", *map(str, arguments)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_viewer_draws_the_curves_of_our_table(folder, tmp_path):
    quick = ["--methods", "RMDA", "--seeds", "2", "--epochs", "3", "--jobs", "1"]
    done = CliRunner().invoke(main, ["bench", "Lasso", *quick, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    table = pq.read_table(tmp_path / "out" / "results.parquet")
    few = [name for name in table.column_names if not name.startswith("objective_") or name in ("objective_name", *SHOWN)]
    (folder / "outputs").mkdir()
    tables.write(table.select(few), folder / "outputs" / "results.parquet")  # its viewer takes seconds for each objective
    benchopt("plot", folder, "-f", folder / "outputs" / "results.parquet", "--html", "--no-display")
    page = (folder / "outputs" / "structure_results.html").read_text()
    for solver in set(table["solver_name"].to_pylist()):
        assert solver in page
    curve = tables.rows(table, point="prox", kind="curve", stop_val=1)
    assert str(np.median(tables.numbers(curve, "objective_value"))) in page


def test_its_runner_gets_from_our_methods_what_ours_gets(folder, tmp_path):
    from benchopt.utils.run_context import RunContext

    out, methods = tmp_path / "run.parquet", ("RMDA", "ProxSGD")
    options = ["-d", "planted[problem=Lasso]", "-s", f"proxproof[method=[{','.join(methods)}],epochs=4]", "-r", 2]
    benchopt("run", folder, *options, "--no-cache", "--no-plot", "--output", out)
    rows = pq.read_table(out).to_pylist()
    for method, repetition in product(methods, (0, 1)):
        theirs = [row for row in rows if row["p_solver_method"] == method and row["idx_rep"] == repetition]
        seed = RunContext(base_seed="0", repetition=repetition).get_seed("Dataset", use_repetition=True)
        ours = [row for row in run(Job("Lasso", method, 32, 4, data_seeds=(seed,))) if row["point"] == "iterate"]
        (final,) = (row for row in ours if row["kind"] == "final")
        assert theirs[-1]["objective_gap"] == final["objective_gap"]
        assert theirs[-1]["objective_correct"] == final["objective_correct"]
        assert theirs[0]["objective_gap"] > theirs[-1]["objective_gap"] > 0
