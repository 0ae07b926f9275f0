"""Shares of a density: they add up to it, and ERK gives more to small layers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deep.baselines.densities import erdos_renyi_kernel, uniform

LENET = [(20, 1, 5, 5), (50, 20, 5, 5), (500, 800), (10, 500)]
MLP = [(512, 784), (256, 512), (128, 256), (64, 128), (32, 64), (16, 32), (10, 16)]


@pytest.mark.parametrize("allocation", [uniform, erdos_renyi_kernel])
@pytest.mark.parametrize("shapes", [LENET, MLP], ids=["LeNet5", "MLP"])
@pytest.mark.parametrize("density", [0.001, 0.02, 0.1, 0.5, 0.97, 1.0])
def test_densities_of_the_layers_add_up_to_the_density_of_the_model(allocation, shapes, density):
    shares = allocation(shapes, density)
    counts = [math.prod(shape) for shape in shapes]
    assert sum(s * n for s, n in zip(shares, counts, strict=True)) == pytest.approx(density * sum(counts), rel=1e-12)
    assert all(0 < share <= 1 + 1e-12 for share in shares)


def test_erk_is_the_formula_where_no_layer_fills_up():
    shapes = [(40, 30, 3, 3), (200, 100), (50, 60)]
    shares = erdos_renyi_kernel(shapes, 0.02)
    raw = [(40 + 30 + 3 + 3) / (40 * 30 * 9), 300 / 20000, 110 / 3000]
    assert max(shares) < 1
    np.testing.assert_allclose(np.divide(shares, raw), shares[0] / raw[0], rtol=1e-12)


def test_layers_that_fill_up_are_dense_and_the_others_keep_the_proportion():
    shares = erdos_renyi_kernel(LENET, 0.3)
    raw = np.array([sum(s) / math.prod(s) for s in LENET])
    dense = np.array(shares) == 1.0
    assert dense.tolist() == [True, False, False, True]
    np.testing.assert_allclose((np.array(shares) / raw)[~dense], shares[1] / raw[1], rtol=1e-12)
    assert (shares[1] / raw[1] * raw[dense] > 1).all()


@pytest.mark.parametrize("density", [0.0, -0.1, 1.1, float("nan")])
def test_a_density_outside_its_range_is_refused(density):
    for allocation in (uniform, erdos_renyi_kernel):
        with pytest.raises(ValueError, match=r"density must be in \(0, 1\]"):
            allocation(LENET, density)
