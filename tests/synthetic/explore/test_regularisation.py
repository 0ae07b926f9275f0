"""Runs of SR2 on problems that fit a picture."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.explore.regularisation import Wavy, crate, follow, ripple, rules
from verify.penalties import Zero


@pytest.mark.parametrize("start", [(-2.4, 2.2), (2.0, -1.0), (0.0, 0.0)])
def test_sigma_stays_below_the_corrected_bound_and_passes_the_printed_one(start):
    run = follow(crate(), start, rules(0.5), steps=60)
    assert np.all(run.of("sigma") <= max(0.5, run.rules.gamma2 * run.sigma_succ))
    assert np.any(run.of("sigma") > min(0.5, run.rules.gamma2 * run.sigma_succ))


def test_a_rejected_trial_leaves_the_point_and_an_accepted_one_lowers_the_objective():
    run = follow(crate(), (-2.4, 2.2), rules(0.5))
    for now, then in zip(run.iterations, run.iterations[1:], strict=False):
        if now.failed:
            assert np.array_equal(now.x, then.x)
            assert then.sigma > now.sigma
        if now.taken:
            assert run.problem.objective(then.x) < run.problem.objective(now.x)
    assert {True, False} == {i.failed for i in run.iterations}


def test_the_gradient_is_that_of_the_loss():
    problem, x, h = crate(), np.array([0.7, -1.3]), 1e-6
    slopes = [(problem.loss(x + h * e) - problem.loss(x - h * e)) / (2 * h) for e in np.eye(2)]
    assert np.allclose(problem.gradient(x), slopes, atol=1e-8)


def test_a_trial_minimises_the_model():
    problem = ripple()
    (step,) = follow(problem, [-2.0], rules(0.8), steps=1).iterations
    line = np.linspace(-5, 5, 20001)
    model = problem.gradient(step.x)[0] * (line - step.x) + 0.4 * (line - step.x) ** 2 + problem.penalty.value(line, axis=())
    assert abs(line[np.argmin(model)] - step.y[0]) < 1e-3


def test_with_the_sampled_objective_every_step_is_content_and_the_run_never_settles():
    bowl, same = Wavy(np.eye(1), np.zeros(1), Zero()), rules(1.0, 0.25, 0.25, gamma3=1.0)
    sampled = follow(bowl, [3.0], same, 60, 1.0, "sampled")
    assert np.all(sampled.of("sigma") == 1)
    assert np.all(np.abs(sampled.of("x")[1:, 0]) == 1)
    assert np.all(follow(bowl, [3.0], same, 60, 1.0, "full").of("x")[10:, 0] == 0)
