"""Every method of ``verify`` is in the benchmark or left out for a reason, and does on the full set what it is for."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

import verify.methods
from synthetic.job import Job
from synthetic.run import run
from synthetic.solvers import REGISTRY, Solver, grid, solver
from synthetic.solvers.base import MULTIPLES
from verify.commands.select import choose

LEFT_OUT = {
    "ProxQuant": "ProxGen without a preconditioner",
    "ProxGenFull": "one vector, without batch axes",
    "ProxGenAdaGradFull": "one vector, without batch axes",
    "ADMM": "needs the argmin in w; ADMMGradient does not",
}


def own() -> dict[str, type[Solver]]:
    return {name: cls for name, cls in REGISTRY.items() if cls.__module__.startswith("synthetic.")}


def test_every_method_is_run_or_left_out_for_a_reason():
    run_here = {type(cls(**settings).method).__name__ for cls in own().values() for settings in _variants(cls)}
    there = {name for name, cls in verify.methods.REGISTRY.items() if cls.__module__.startswith("verify.methods")}
    assert run_here | set(LEFT_OUT) == there and not run_here & set(LEFT_OUT)


def _variants(cls):
    return [{}, {"listing": True}] if cls.__name__ == "RVSM" else [{}]


def test_claims_that_solvers_bear_on_exist():
    known = {claim.id for claim in choose([], None)}
    assert all(set(cls.claims) <= known for cls in own().values())
    assert sum(bool(cls.claims) for cls in own().values()) > 15


PROBLEM = {"samples": 160, "groups": 8, "size": 3, "active": 3, "lam": 0.05}
# what each method that minimises the penalised objective reaches on the full set in 400 steps: distance to the certified point
REACHES = {
    "ProxSGD": ({"step": 1.0}, 1e-6),
    "ProxGen": ({"step": 1.0}, 1e-6),
    "SR2": ({"mode": "exact"}, 1e-6),
    "ADMM": ({"relaxation": 1.0}, 1e-6),
    "TwoStageProxSGD": ({"alpha": 0.3}, 1e-3),
    "TwoStageProxAdam": ({"alpha": 0.3}, 1e-6),
    "ProxGenAdam": ({}, 1e-3),
    "ProxSSI": ({"alpha": 0.03}, 0.02),
    "ProxGenAdaGrad": ({"alpha": 0.3}, 0.02),
    "RMDA": ({"step": 1.0, "factor": 1.0, "mixing": 1.0, "restart": False}, 0.03),
    "RDA": ({"step": 10.0}, 0.05),
    "MRDA": ({"step": 10.0}, 0.05),
}


def finals(method, settings, batch=None, epochs=400, problem="SeparatedLogistic", parameters=PROBLEM, **more):
    rows = run(Job(problem, method, batch, epochs, parameters, settings, **({"data_seeds": (0, 1, 2)} | more)))
    return {point: [r for r in rows if r["kind"] == "final" and r["point"] == point] for point in ("iterate", "prox")}


@pytest.mark.parametrize("name", REACHES)
def test_on_the_full_set_it_reaches_the_certified_point_and_its_structure(name):
    settings, within = REACHES[name]
    found = finals(name, settings)
    rows = found["prox"] or found["iterate"]
    assert all(row["bin"] == "clear" and row["objective_distance"] < within for row in rows)
    assert all(row["objective_stays"] == 1 and row["objective_own"] == 1 and row["objective_limit"] == 1 for row in rows)


@pytest.mark.parametrize("name", ["SGD", "SDA", "MDA", "Adam"])
def test_without_the_penalty_nothing_is_zero(name):
    assert all(row["objective_active"] == 1 and row["objective_stays"] == 0 for row in finals(name, {}, epochs=50)["iterate"])


def test_the_growing_threshold_of_the_sqrt_t_method_ends_at_zero():
    assert all(row["objective_active"] == 0 for row in finals("SqrtT", {}, epochs=300)["iterate"])


def test_the_relaxed_problem_is_another_one_and_nears_it_as_beta_grows():
    far, near = ([row["objective_distance"] for row in finals("RVSM", {"relaxation": b})["prox"]] for b in (1.0, 3.0))
    assert min(far) > 1e-3 and all(n < f / 2 for n, f in zip(near, far, strict=True))


def test_leaving_the_preconditioner_out_of_the_prox_solves_another_problem():
    assert all(row["objective_gap"] > 1e-3 for row in finals("ProxQuantAdam", {})["iterate"])


@pytest.mark.parametrize("name", ["BinaryConnect", "RevisedProxQuant"])
def test_binary_weights_are_recovered(name):
    small = {"samples": 120, "dimension": 12, "noise": 0.3}
    for row in finals(name, {}, 30, 60, "BinaryVector", small)["iterate"]:
        assert row["objective_correct"] == 1 and row["planted_agreement"] == 1


def test_names_and_settings_are_checked():
    with pytest.raises(ValueError, match=r"RDMA.*RMDA"):
        solver("RDMA", {})
    with pytest.raises(ValueError, match=r"speed.*step"):
        solver("RMDA", {"speed": 1})
    with pytest.raises(ValueError, match="RMDA: step"):
        solver("RMDA", {"step": -1.0})
    with pytest.raises(ValueError, match="SR2: mode must be 'exact' or 'theory' or 'experiments'; got 'fast'"):
        solver("SR2", {"mode": "fast"})


@pytest.mark.parametrize("name", [name for name, cls in own().items() if "schedule" in {f.name for f in fields(cls)}])
def test_a_schedule_that_there_is_not_is_refused_before_a_run(name):
    with pytest.raises(ValueError, match=f"{name}: schedule must be 'constant' or 'sqrt' or 'stages'; got 'cosine'"):
        solver(name, {"schedule": "cosine"})


def test_the_label_holds_what_is_not_the_default():
    assert solver("RMDA", {"step": 0.5}).label() == "step=0.5"
    assert solver("ProxSGD", {"momentum": 0.9, "schedule": "sqrt"}).label() == "momentum=0.9,schedule=sqrt"


def test_identification_by_averages_and_not_by_single_gradients():
    """RMDA's Section 5.1 with batches of 8, in which one gradient breaks the structure: a positive and a negative control."""
    runs = {"batch": 8, "epochs": 60, "data_seeds": tuple(range(6))}
    share = {
        name: np.mean([row["objective_stays"] for row in finals(name, settings, **runs)["iterate"]])
        for name, settings in (("RDA", {"step": 3.0}), ("RMDA", {"step": 1.0, "factor": 3.0, "mixing": 0.1}), ("ProxSGD", {}))
    }
    broken = [row["noise_break"] for row in finals("ProxSGD", {}, **(runs | {"epochs": 1}))["iterate"]]
    assert min(broken) > 0.2
    assert share["RDA"] >= 0.8 and share["RMDA"] >= 0.8 and share["ProxSGD"] == 0


def test_prox_sgd_identifies_too_where_the_noise_never_breaks_the_structure():
    quiet = PROBLEM | {"lam": 0.15, "active": 1}
    rows = finals("ProxSGD", {"step": 0.3}, 60, 60, parameters=quiet, data_seeds=tuple(range(6)))["iterate"]
    never = [row for row in rows if row["noise_break"] == 0 and row["bin"] == "clear"]
    assert len(never) == 6 and all(row["objective_stays"] == 1 for row in never)


@pytest.mark.parametrize("name", sorted(own()))
def test_every_method_is_tuned_over_as_many_values_around_its_default(name):
    cls = REGISTRY[name]
    values = [settings[cls.tuned] for settings in grid(name, {})]
    assert values == [getattr(cls(), cls.tuned) * multiple for multiple in MULTIPLES]
    assert all(solver(name, settings) for settings in grid(name, {}))
