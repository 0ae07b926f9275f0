"""ConvNetwork and the sampled no-overlap network: against automatic differentiation, a plain loop, and their batches."""

from __future__ import annotations

import numpy as np
import pytest

from verify.arrays import NUMPY, namespace
from verify.losses import ConvNetwork, NoOverlapReLU, patch_relu


def drawn(rng, *batch):
    P = rng.normal(size=(*batch, 6, 4, 9))
    filters, linear = rng.normal(size=(*batch, 3, 9)), rng.normal(size=(*batch, 2, 12))
    return P, rng.normal(size=(*batch, 6, 2)), filters, linear


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_gradient_written_by_hand_is_that_of_automatic_differentiation(activation):
    torch = pytest.importorskip("torch")
    P, y, filters, linear = drawn(np.random.default_rng(0))
    network = ConvNetwork(activation)
    F, L = (torch.tensor(a, requires_grad=True) for a in (filters, linear))
    network.value(torch.tensor(P), torch.tensor(y), F, L, namespace(F)).sum().backward()
    for found, exact in zip(network.gradient(P, y, filters, linear, NUMPY), (F.grad, L.grad), strict=True):
        assert np.abs(found - exact.numpy()).max() < 1e-12


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_patches_and_filters_make_a_convolution(activation):
    torch = pytest.importorskip("torch")
    from synthetic.problems.conv_regression import _patches

    rng = np.random.default_rng(1)
    images, filters, linear = rng.normal(size=(5, 2, 7, 7)), rng.normal(size=(3, 2, 3, 3)), rng.normal(size=(4, 27))
    hidden = torch.nn.functional.conv2d(torch.tensor(images), torch.tensor(filters), stride=2)
    hidden = (torch.tanh if activation == "tanh" else torch.relu)(hidden).permute(0, 2, 3, 1).reshape(5, -1)
    scores = ConvNetwork(activation).forward(_patches(images), filters.reshape(3, -1), linear, NUMPY)[1]
    assert np.abs(scores - (hidden @ torch.tensor(linear).T).numpy()).max() < 1e-13


def test_a_batch_is_its_members():
    P, y, filters, linear = drawn(np.random.default_rng(2), 3)
    network = ConvNetwork()
    together = network.gradient(P, y, filters, linear, NUMPY)
    for i in range(3):
        alone = network.gradient(P[i], y[i], filters[i], linear[i], NUMPY)
        assert all(np.abs(a[i] - b).max() < 1e-13 for a, b in zip(together, alone, strict=True))


def test_fall_is_the_difference_of_values_and_does_not_cancel():
    rng = np.random.default_rng(3)
    P, y, filters, linear = drawn(rng)
    network, far = ConvNetwork(), (filters + 0.3, linear - 0.2)
    plain = network.value(P, y, filters, linear, NUMPY) - network.value(P, y, *far, NUMPY)
    assert np.abs(network.fall(P, y, (filters, linear), far, NUMPY) - plain).max() < 1e-12
    d = rng.normal(size=linear.shape)
    slope = np.sum(network.gradient(P, y, filters, linear, NUMPY)[1] * d)
    near = network.fall(P, y, (filters, linear), (filters, linear - 1e-9 * d), NUMPY).sum()
    assert near == pytest.approx(1e-9 * slope, rel=1e-5)


def test_the_patch_network_is_a_plain_loop_and_its_gradient_automatic_differentiation():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(4)
    X, w, y = rng.normal(size=(7, 3, 5)), rng.normal(size=5), rng.normal(size=7)
    plain = [sum(max(0.0, float(x @ w)) for x in patches) / 3 for patches in X]
    assert np.abs(patch_relu.output(X, w, NUMPY) - plain).max() < 1e-14
    W = torch.tensor(w, requires_grad=True)
    patch_relu.value(torch.tensor(X), torch.tensor(y), W, namespace(W)).sum().backward()
    assert np.abs(patch_relu.gradient(X, y, w, NUMPY) - W.grad.numpy()).max() < 1e-13


def test_the_mean_over_many_patches_comes_near_the_population_loss():
    rng = np.random.default_rng(5)
    w, star = rng.normal(size=(2, 4))
    X = rng.normal(size=(40000, 3, 4))
    y = patch_relu.output(X, star, NUMPY)
    population = NoOverlapReLU(3, star)
    values = patch_relu.value(X, y, w, NUMPY)
    assert abs(values.mean() - population.value(w, NUMPY)) < 5 * values.std() / 200
    slope = patch_relu.gradient(X, y, w, NUMPY) / len(X)
    assert np.abs(slope - population.gradient(w, NUMPY)).max() < 0.05 * np.abs(slope).max()


def test_an_activation_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="ConvNetwork: activation must be 'tanh' or 'relu'; got 'gelu'"):
        ConvNetwork("gelu")
