"""Runs of RVSM in the plane."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.explore.relaxation import Model, follow, ring
from verify.arrays import NUMPY

HALF = {"k": 2, "beta": 0.25, "lam": 0.025, "star": (0.6, 0.8)}


@pytest.mark.parametrize("penalty", ["l1", "l0", "transformed l1"])
def test_the_order_of_the_proofs_descends_from_everywhere(penalty):
    runs = follow(Model(penalty=penalty), ring(12), steps=50)
    assert np.max(np.diff(runs.lagrangian, axis=0)) <= 1e-14


def test_the_listing_cycles_with_l0_where_the_proofs_settle():
    settled = follow(Model(penalty="l0", **HALF), [(0.4, 0.4)], "proofs", 120, 1.0).w[:, 0]
    cycling = follow(Model(penalty="l0", **HALF), [(0.4, 0.4)], "listing", 120, 1.0).w[:, 0]
    assert np.linalg.norm(settled[-1] - settled[-2]) < 1e-9
    assert np.linalg.norm(cycling[-1] - cycling[-3]) < 1e-9
    assert np.linalg.norm(cycling[-1] - cycling[-2]) > 1e-2


def test_the_energy_is_the_least_lagrangian():
    model, rng = Model(penalty="l0"), np.random.default_rng(0)
    w, u = rng.normal(size=(2, 50, 2))
    assert np.all(model.energy(w) <= model.lagrangian(w, u))


def test_a_column_of_betas_is_a_run_for_each():
    betas = np.array([[0.05], [0.2]])
    both = follow(Model(beta=betas, lam=0.3 * betas), [(0.5, 0.9)] * 2, steps=30)
    alone = follow(Model(beta=0.2, lam=0.3 * 0.2), [(0.5, 0.9)], steps=30)
    assert np.allclose(both.w[:, 1], alone.w[:, 0], rtol=0, atol=1e-14)


def test_the_saddle_is_critical():
    model = Model(k=6)
    assert np.allclose(model.loss.gradient(model.saddle, NUMPY), 0, atol=1e-14)
