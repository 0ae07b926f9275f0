"""Every experiment names its claims, asks for jobs that can be run, draws them and says what they show."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from synthetic.choose import jobs_of
from synthetic.experiments import REGISTRY
from synthetic.experiments.cases import _Cases
from synthetic.experiments.data_sets import _points
from synthetic.job import Job
from synthetic.solvers import REGISTRY as SOLVERS
from synthetic.solvers.splitting import ADMM
from tests.synthetic.experiments.fabricate import of_jobs, table
from verify.claims import load
from verify.evidence.claim import CLAIMS

NAMES = sorted(REGISTRY)


def test_experiments_and_claims_name_each_other():
    load()
    from_claims = {(name, claim.id) for claim in CLAIMS.values() for name in claim.experiments}
    from_experiments = {(name, claim) for name, experiment in REGISTRY.items() for claim in experiment.claims}
    assert from_experiments == from_claims


@pytest.mark.parametrize("name", NAMES)
def test_each_job_is_asked_for_once_under_the_experiments_name(name):
    jobs = jobs_of([REGISTRY[name]()], 3, None)
    assert len({str(job.as_dict()) for job in jobs}) == len(jobs)
    assert {job.experiment for job in jobs} == {name}
    assert {len(job.data_seeds) * len(job.run_seeds) for job in jobs} == {3}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "MNIST"])
def test_an_experiment_has_at_least_20_seeds_of_its_own(name):
    assert min(len(job.data_seeds) * len(job.run_seeds) for job in REGISTRY[name]().jobs(None, None)) >= 20


def test_tuning_has_seeds_of_its_own():
    seeds = {name: {s for job in REGISTRY[name]().jobs(None, None) for s in job.data_seeds} for name in NAMES}
    assert not seeds.pop("Tuning") & set.union(*seeds.values())


def test_tuning_names_a_method_of_which_another_size_is_clearly_better():
    jobs = REGISTRY["Tuning"]().jobs(10, ["ADMM", "RVSM"])
    better = [job for job in jobs if job.method == "ADMM" and job.settings["relaxation"] < 0.9 * ADMM().relaxation]
    good, bad = of_jobs(better), of_jobs([job for job in jobs if job not in better], objective_stays=0.0)
    said = REGISTRY["Tuning"]().finding(pa.concat_tables([good, bad.select(good.column_names)]))
    assert "ADMM 0 % [0, 11] (a tenth: 100 % [89, 100])" in said
    assert said.endswith("Methods of which another size is clearly better (its interval lies above): ADMM.")


def test_all_methods_that_have_the_penalty_run_on_equal_terms():
    ours = {name for name, cls in SOLVERS.items() if cls.__module__.startswith("synthetic.")}
    without, binary = {"SGD", "SDA", "MDA", "Adam"}, {"BinaryConnect", "RevisedProxQuant"}
    jobs = REGISTRY["DataSets"]().jobs(None, None)
    assert {job.method for job in jobs} == ours - without - binary
    terms = {method: [replace(job, method="") for job in jobs if job.method == method] for method in ours - without - binary}
    assert all(asked == terms["RMDA"] for asked in terms.values())


def test_prox_points_have_a_row_where_they_identify_in_other_runs():
    iterate, prox = of_jobs([Job("Lasso", "RVSM", 8, 10)]), of_jobs([Job("Lasso", "RVSM", 8, 10)], objective_stays=0.0)
    prox = prox.drop_columns("point").append_column("point", [["prox"] * prox.num_rows])
    both = pa.concat_tables([iterate, prox.select(iterate.column_names)])
    assert list(_points(both)) == ["RVSM", "RVSM, prox point"]
    assert list(_points(iterate)) == ["RVSM"]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_methods_asked_for_are_run(name):
    experiment = REGISTRY[name]()
    method = experiment.jobs(2, None)[0].method
    assert {job.method for job in experiment.jobs(2, [method])} == {method}


def assert_drawn(name, rows, path):
    REGISTRY[name]().figure(rows, path)
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", NAMES)
def test_the_figure_is_a_png(name, tmp_path):
    assert_drawn(name, table(name), tmp_path / "figure.png")


def test_equal_rows_give_equal_files(tmp_path):
    files = [tmp_path / "1.png", tmp_path / "2.png"]
    for file in files:
        REGISTRY["Fig1c"]().figure(table("Fig1c"), file)
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("name", ["Fig1a", "DataSets", "Interpolation", "Limits"])
def test_what_is_there_is_drawn_where_some_is_missing(name, tmp_path):
    rows, path = table(name), tmp_path / "figure.png"
    method = rows["method"][0].as_py()
    for part in (rows.filter([m == method for m in rows["method"].to_pylist()]), table(name, bin="degenerate")):
        assert_drawn(name, part, path)
        path.unlink()


@pytest.mark.parametrize("name", NAMES)
def test_the_sentence_follows_the_numbers(name):
    numbers = {"objective_stays": 0.0, "objective_estimate_error": 0.3, "objective_correct": 0.5}
    said = REGISTRY[name]().finding(table(name))
    assert said.endswith(".")
    assert REGISTRY[name]().finding(table(name, **numbers)) != said


@pytest.mark.parametrize("name", NAMES)
def test_data_sets_that_cannot_be_decided_are_not_counted(name):
    undecided = REGISTRY[name]().finding(table(name, bin="degenerate"))
    assert undecided == REGISTRY[name]().finding(table(name, bin="degenerate", objective_stays=0.0))


@pytest.mark.parametrize("name", [name for name in NAMES if issubclass(REGISTRY[name], _Cases)])
def test_each_case_finds_its_own_runs_and_no_others(name):
    experiment = REGISTRY[name]()
    parts = experiment.parts(table(name), "iterate")
    assert list(parts) == list(experiment.cases)
    assert {part.num_rows for part in parts.values()} == {2}
