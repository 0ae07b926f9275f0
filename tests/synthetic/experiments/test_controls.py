"""The controls that the map of regimes rests on, run."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.job import Job
from synthetic.run import run

SEEDS = tuple(range(8))


def share(method, noise, margin=0.3, epochs=20, **settings):
    job = Job("SparseQuadratic", method, 32, epochs, {"noise": noise, "margin": margin}, settings, data_seeds=SEEDS)
    rows = [row for row in run(job) if row["kind"] == "final" and row["point"] == "iterate"]
    return np.mean([row["objective_stays"] for row in rows])


@pytest.mark.parametrize("method", ["ProxSGD", "RDA", "RMDA"])
def test_all_identify_where_the_noise_stays_within_the_margin(method):
    assert share(method, noise=0.02) == 1


def test_prox_sgd_fails_and_rmda_identifies_where_the_noise_exceeds_the_margin():
    assert share("ProxSGD", noise=0.5) == 0
    assert share("RMDA", noise=0.5, epochs=50) >= 0.75


def test_a_small_step_does_not_save_prox_sgd():
    assert share("ProxSGD", noise=0.5, step=0.001, schedule="sqrt") == 0


def test_rmda_fails_where_its_momentum_stays_below_1():
    constant = {"step": 0.3, "factor": 1.0, "restart": False}
    assert share("RMDA", noise=0.1, mixing=0.1, **constant) == 0
    assert share("RMDA", noise=0.1, mixing=1.0, **constant) == 1
