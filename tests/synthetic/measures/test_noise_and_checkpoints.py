"""Noise at the optimum against exact enumeration; errors of gradient estimates against averages formed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.loop import iterates, plan_of
from synthetic.measures import noise
from synthetic.measures.checkpoints import checkpoints, estimates
from synthetic.measures.noise import DRAWS, at_optimum
from synthetic.problems import Lasso, SeparatedLogistic
from synthetic.reference import certify
from synthetic.sampling import Sampler
from synthetic.solvers import solver
from verify.penalties import GroupL2

SEEDS = [0, 1]


def soft(z, t):
    return np.sign(z) * np.maximum(np.abs(z) - t, 0)


@pytest.fixture(scope="module")
def lasso():
    instance = Lasso(samples=60, dimension=3, active=1, lam=0.5, noise=0.2).instance(SEEDS)
    return instance, certify(instance)


def exactly(instance, reference):
    """Of single samples, from all of them: RMS noise, that of the noisiest inactive coordinate over lam, share that breaks."""
    found = []
    for r in range(instance.runs):
        w, X, y, L = reference.w["w"][r], instance.X[r], instance.y[r], instance.lipschitz[r]
        g = (X @ w - y)[:, None] * X
        spread = g - g.mean(0)
        broken = ((soft(w - g / L, instance.blocks["w"].lam / L) != 0) != (w != 0)).any(1)
        each = np.sqrt((spread**2).mean(0))[w == 0].max() / instance.blocks["w"].lam
        found.append((np.sqrt((spread**2).sum(1).mean()), each, broken.mean()))
    return np.array(found).T


def wrong(measured, exact):
    rms, group, broken = exact
    spread = np.sqrt(broken * (1 - broken) / DRAWS)
    return (
        np.any(np.abs(measured["noise"] / rms - 1) > 0.3)
        or np.any(np.abs(measured["noise_group"] / group - 1) > 0.3)
        or np.any(np.abs(measured["noise_break"] - broken) > 4 * spread + 1e-12)
    )


def test_noise_at_the_optimum_is_that_of_all_samples(lasso):
    assert not wrong(at_optimum(*lasso, 1, "independent", SEEDS), exactly(*lasso))


def test_noise_measured_elsewhere_is_noticed(lasso, monkeypatch):
    monkeypatch.setattr(noise, "structure", lambda blocks, w: np.abs(w["w"]) > 0.5)
    assert wrong(at_optimum(*lasso, 1, "independent", SEEDS), exactly(*lasso))


def test_noise_falls_with_the_root_of_the_batch_and_is_none_on_the_whole_set(lasso):
    one, many = (at_optimum(*lasso, b, "independent", SEEDS)["noise"] for b in (2, 32))
    assert np.allclose(one / many, 4, rtol=0.3)
    whole = at_optimum(*lasso, None, "independent", SEEDS)
    assert np.all(whole["noise"] == 0) and np.all(whole["noise_break"] == 0)
    assert np.all(at_optimum(*lasso, 60, "reshuffled", SEEDS)["noise_break"] == 0)


def test_group_noise_is_relative_to_the_group_weight():
    instance = SeparatedLogistic(samples=50, groups=5, size=3, active=2).instance(SEEDS)
    reference = certify(instance)
    found = at_optimum(instance, reference, 50, "independent", SEEDS)
    heavier = {"w": GroupL2(0.06, axes=-1)}
    halved = at_optimum(type(instance)(**{**vars_of(instance), "blocks": heavier}), reference, 50, "independent", SEEDS)
    assert np.allclose(found["noise_group"], 2 * halved["noise_group"])


def vars_of(instance):
    return {name: getattr(instance, name) for name in instance.__dataclass_fields__}


@pytest.mark.parametrize(
    ("name", "settings"),
    [("RDA", {}), ("RMDA", {"factor": 2.0, "mixing": 0.5}), ("ProxGen", {}), ("ProxSGD", {"momentum": 0.5})],
)
def test_the_estimate_is_the_average_that_the_method_steps_with(lasso, name, settings):
    instance, _ = lasso
    method = solver(name, settings)
    sampler = Sampler(60, 6, "independent", [(0, 0), (1, 0)])
    plan, total, weight, last_t = plan_of(instance, sampler, 3), 0.0, 0.0, 0
    for step in iterates(instance, method, sampler, plan):
        g = step.turns["w"].g
        if method.restarts(step.t, plan):
            total, weight, last_t = 0.0, 0.0, step.t - 1
        s = np.sqrt(step.t - last_t) * method.hyper(step.t, plan).eta[:, None] if name == "RMDA" else 1.0
        keep = {"ProxGen": 0.9, "ProxSGD": 0.5}.get(name, 1.0)
        total, weight = keep * total + s * g, keep * weight + s
        scale = {"ProxGen": 1 / 10, "ProxSGD": 1 / 2}.get(name, 1 / weight)
        exact = instance.gradient(step.before)["w"]
        found = estimates(instance, method, step)
        assert np.allclose(found["objective_estimate_error"], np.linalg.norm(total * scale - exact, axis=1))
        assert np.allclose(found["objective_raw_error"], np.linalg.norm(g - exact, axis=1))


def test_checkpoints_hold_the_first_and_the_last_step():
    for steps in (1, 2, 30, 100_000):
        chosen = checkpoints(steps)
        assert {1, steps} <= chosen and len(chosen) <= 24 and max(chosen) == steps and min(chosen) == 1
