"""The loop against plain loops of one run, written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.loop import iterates, plan_of
from synthetic.problems import SeparatedLogistic
from synthetic.sampling import Sampler
from synthetic.solvers import solver

SEEDS = [(d, r) for d in (0, 1) for r in (0, 1)]
EPOCHS, RUN = 10, 3  # the run that is followed: data set 1, run seed 1


@pytest.fixture(scope="module")
def instance():
    return SeparatedLogistic(samples=40, groups=5, size=3, active=2).instance([0, 1]).repeat(2)


def batched(instance, name, settings):
    sampler = Sampler(40, 4, "reshuffled", SEEDS)
    method = solver(name, settings)
    return [step.after["w"][RUN] for step in iterates(instance, method, sampler, plan_of(instance, sampler, EPOCHS))]


def gradients(instance):
    """One function of w for each step, from the samples that the followed run sees."""
    sampler = Sampler(40, 4, "reshuffled", SEEDS[RUN : RUN + 1])
    X, y = instance.X[1], instance.y[1]
    for _ in range(EPOCHS):
        for index in sampler.epoch()[:, 0]:

            def gradient(w, index=index):
                rows, labels = X[index], y[index]
                return (-labels / (1 + np.exp(labels * (rows @ w.ravel()))) @ rows / 4).reshape(w.shape)

            yield gradient


def shrink(z, size, lam=0.03):
    norm = np.linalg.norm(z, axis=1, keepdims=True)
    return z * np.maximum(1 - size * lam * np.sqrt(3) / np.maximum(norm, 1e-300), 0)


def prox_sgd(instance):
    w, L, found = np.zeros((5, 3)), instance.lipschitz[RUN], []
    for t, gradient in enumerate(gradients(instance), 1):
        step = 0.5 / L / np.sqrt(t)
        w = shrink(w - step * gradient(w), step)
        found.append(w)
    return found


def rda(instance):
    w, L, total, found = np.zeros((5, 3)), instance.lipschitz[RUN], 0.0, []
    for t, gradient in enumerate(gradients(instance), 1):
        total = total + gradient(w)
        w = shrink(-total * 2 / L / np.sqrt(t), 2 * np.sqrt(t) / L)
        found.append(w)
    return found


def rmda(instance):
    w, L, found, k = np.zeros((5, 3)), instance.lipschitz[RUN], [], 0
    for i, gradient in enumerate(gradients(instance)):
        stage = i // 10  # ten epochs of ten steps: every epoch is a stage
        if i % 10 == 0 and stage <= 4:
            anchor, V, alpha, k = w, 0.0, 0.0, 0
        k += 1
        s = 2 / L * 3.0 ** -min(stage, 4) * np.sqrt(k)
        V, alpha = V + s * gradient(w), alpha + s
        c = min(1, 0.2 * 3.0**stage)
        w = (1 - c) * w + c * shrink(anchor - V / np.sqrt(k), alpha / np.sqrt(k))
        found.append(w)
    return found


@pytest.mark.parametrize(
    ("name", "settings", "plain"),
    [
        ("ProxSGD", {"step": 0.5, "schedule": "sqrt"}, prox_sgd),
        ("RDA", {"step": 2.0}, rda),
        ("RMDA", {"step": 2.0, "factor": 3.0, "mixing": 0.2}, rmda),
    ],
)
def test_every_iterate_is_that_of_a_plain_loop(instance, name, settings, plain):
    ours, by_hand = batched(instance, name, settings), plain(instance)
    assert len(ours) == len(by_hand) == 100
    assert np.allclose(ours, by_hand, rtol=1e-9, atol=1e-12)
    assert np.array_equal(np.array(ours) == 0, np.array(by_hand) == 0)
