"""run(job): a function of the job, whatever runs beside a seed; a stable wrong structure is not called right."""

from __future__ import annotations

import math

import numpy as np
import pytest

import synthetic.run as running
from synthetic.job import Job
from synthetic.measures import record
from synthetic.run import run
from synthetic.solvers import REGISTRY

JOB = {"problem": "NoisyLogistic", "method": "RMDA", "batch": 8, "epochs": 20, "experiment": "test"}
SMALL = {"parameters": {"samples": 60, "groups": 6, "size": 3, "active": 2}}


def finals(rows):
    return {(row["data_seed"], row["run_seed"], row["point"]): row for row in rows if row["kind"] == "final"}


def numbers(row):
    return {name: v for name, v in row.items() if isinstance(v, float) and name != "time"}


def same(a, b, within=0.0):
    a, b = numbers(a), numbers(b)
    return a.keys() == b.keys() and all(
        a[n] == b[n] or (math.isnan(a[n]) and math.isnan(b[n])) or abs(a[n] - b[n]) <= within * (1 + abs(a[n])) for n in a
    )


@pytest.fixture(scope="module")
def rows():
    return run(Job(**JOB, **SMALL, data_seeds=(0, 1, 5), run_seeds=(0, 3)))


def test_the_same_job_gives_the_same_rows_bit_by_bit(rows):
    again = run(Job(**JOB, **SMALL, data_seeds=(0, 1, 5), run_seeds=(0, 3)))
    assert len(again) == len(rows) and all(map(same, rows, again))


@pytest.mark.parametrize("method", ["ProxSGD", "RDA", "RMDA", "SR2", "ProxSSI", "RVSM"])
@pytest.mark.parametrize("batch", [8, None])
def test_a_seed_does_not_depend_on_those_beside_it(method, batch):
    """To rounding: a product of matrices may add in another order when there are more of them."""
    shape = JOB | {"method": method, "batch": batch, "epochs": 20 if batch else 100}
    together = finals(run(Job(**shape, **SMALL, data_seeds=(0, 1, 5), run_seeds=(0, 3))))
    alone = finals(run(Job(**shape, **SMALL, data_seeds=(5,), run_seeds=(3,))))
    assert len(together) == 6 * len(alone)
    assert all(same(row, together[key], 1e-9) for key, row in alone.items())


def test_nor_on_the_size_of_the_batches_in_which_a_job_is_cut(rows, monkeypatch):
    monkeypatch.setattr(running, "COORDINATES", 1)
    monkeypatch.setattr(running, "LEAST_RUNS", 1)
    apart = finals(run(Job(**JOB, **SMALL, data_seeds=(0, 1, 5), run_seeds=(0, 3))))
    assert all(same(row, apart[key], 1e-9) for key, row in finals(rows).items())


def test_rows_are_scalars_that_say_what_they_are(rows):
    assert all(isinstance(v, str | int | float | bool) for row in rows for v in row.values())
    assert {row["idx_rep"] for row in rows} == set(range(6))
    final = rows[0]
    assert final["solver_name"] == "RMDA[batch=8,sampling=independent,epochs=20,point=iterate]"
    assert final["dataset_name"] == "NoisyLogistic[samples=60,groups=6,size=3,active=2]"
    assert final["experiment"] == "test" and final["kind"] == "final" and final["stop_val"] == 140
    curve = [row for row in rows if row["kind"] == "curve" and (row["data_seed"], row["run_seed"]) == (1, 3)]
    steps = [row["stop_val"] for row in curve if row["point"] == "prox"]
    assert steps == sorted(steps) and steps[0] == 1 and steps[-1] == 140 and len(steps) > 15


def test_a_stable_wrong_structure_is_not_reported_as_right(monkeypatch):
    """The penalty is lost from the update: the structure is still, full, and its own polished point has another. On a convex
    problem that point is the certified one."""
    jobs = [
        Job(**(JOB | {"method": "SGD"}), **SMALL),
        Job(**(JOB | {"method": "SGD", "problem": "ConvRegression"}), parameters={"samples": 60, "lam": 0.1}),
    ]
    convex, nonconvex = (next(iter(finals(run(job)).values())) for job in jobs)
    for row in (convex, nonconvex):
        assert row["objective_still"] == 1 and row["objective_stays"] == 0 and row["objective_own"] == 0
    assert convex["objective_limit"] == 1, "polished, it has the certified structure"
    monkeypatch.setattr(record, "polish", lambda instance, w: type("Limit", (), {"w": w, "kkt": np.zeros(instance.runs)}))
    mistaken = next(iter(finals(run(jobs[1])).values()))
    assert mistaken["objective_own"] == 1, "without polishing it would pass for its own structure"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_run_that_diverges_identifies_nothing():
    job = Job("SparseQuadratic", "SGD", 32, 100, {"active": 20}, settings={"step": 50.0}, data_seeds=(0, 1))
    found = finals(run(job))
    assert found
    for row in found.values():
        assert not row["finite"]
        assert (row["objective_stays"], row["objective_still"], row["objective_exact"]) == (0, 0, 0)
        assert math.isnan(row["objective_first"])


def test_the_reference_of_a_costly_problem_is_kept_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("PROXPROOF_CACHE", str(tmp_path))
    running._certified.cache_clear()
    job = Job(**JOB | SMALL | {"data_seeds": (77,)})
    plain = run(job)
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(running.REGISTRY["NoisyLogistic"], "costly", True, raising=False)
    running._certified.cache_clear()
    assert all(same(a, b) for a, b in zip(plain, run(job), strict=True))
    assert len(list(tmp_path.glob("reference-*.npz"))) == 1


def test_right_is_what_the_certified_point_has_not_what_was_planted():
    job = Job("NoisyLogistic", "ProxSGD", None, 400, **SMALL, settings={"step": 1.0}, data_seeds=(0, 1, 5))
    rows = finals(run(job)).values()
    assert min(row["planted_agreement"] for row in rows) < 1
    assert all(row["objective_correct"] == 1 and row["objective_stays"] == 1 for row in rows)


def test_names_and_parameters_that_there_are_not_are_refused():
    with pytest.raises(ValueError, match=r"no problem 'Laso'.*Lasso"):
        run(Job("Laso", "RDA", 8, 1))
    with pytest.raises(ValueError, match=r"no parameter lamda.*lam"):
        run(Job("Lasso", "RDA", 8, 1, {"lamda": 1}))
    with pytest.raises(ValueError, match=r"no method 'RAD'"):
        run(Job("Lasso", "RAD", 8, 1))


OWN = '''
from dataclasses import dataclass

from synthetic.solvers import Plan, Solver
from verify.methods.base import Method, NoState
from verify.methods.sgd import Descent


class Halfway(Method):
    """Half a proximal gradient step."""

    State, Hyper = NoState, Descent

    def init(self, w, hyper, penalty, xp):
        return NoState()

    def propose(self, state, w, g, hyper, penalty, xp):
        return (state, (w + penalty._prox(w - hyper.alpha * g, hyper.alpha, xp)) / 2), None


@dataclass(frozen=True)
class HalfwaySolver(Solver):
    """A method of the user's own."""

    method = Halfway()
    step: float = 1.0

    def hyper(self, t, plan: Plan):
        return Descent(self.step / plan.lipschitz)
'''


def test_a_method_of_your_own_is_one_file(tmp_path, monkeypatch):
    (tmp_path / "my_method.py").write_text(OWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        __import__("my_method")
        rows = finals(run(Job(**(JOB | {"method": "HalfwaySolver", "batch": None, "epochs": 400}), **SMALL)))
    finally:
        from verify.methods import REGISTRY as METHODS

        REGISTRY.pop("HalfwaySolver", None)
        METHODS.pop("Halfway", None)
    assert all(row["objective_distance"] < 1e-6 for row in rows.values())


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(ValueError, match="there is a solver RMDA already"):
        type("RMDA", (REGISTRY["RDA"],), {"__module__": "mine"})
