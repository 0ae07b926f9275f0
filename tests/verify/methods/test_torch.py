"""Losses and update rules run on tensors as they run on arrays."""

from __future__ import annotations

import numpy as np
import pytest

from verify.arrays import NUMPY, namespace
from verify.losses import NoOverlapReLU, unit
from verify.methods import RVSM, ADMMGradient, RVSMListing
from verify.methods.rvsm import Relaxation
from verify.penalties import L0, L1, TransformedL1

torch = pytest.importorskip("torch", reason="the deep extra is not installed")


def run(method, penalty, w, w_star, xp, steps=50):
    loss = NoOverlapReLU(3.0, w_star)
    hyper = Relaxation(0.5, 0.1)
    state = method.init(w, hyper, penalty, xp)
    for _ in range(steps):
        state, w = method.step(state, w, loss.gradient(w, xp), hyper, penalty, xp)
    return w, state.u, loss.value(w, xp)


@pytest.mark.parametrize("penalty", [L1(0.02), L0(0.001), TransformedL1(0.01, 1.0)], ids=repr)
@pytest.mark.parametrize("method", [RVSM(), RVSMListing(), ADMMGradient()], ids=lambda m: type(m).__name__)
def test_a_run_on_tensors_is_the_run_on_arrays(method, penalty):
    rng = np.random.default_rng(0)
    w_star, w = unit(rng.normal(size=(7, 4)), NUMPY), rng.normal(size=(7, 4))
    expected = run(method, penalty, w, w_star, NUMPY)
    tensors = torch.as_tensor(w), torch.as_tensor(w_star)
    found = run(method, penalty, *tensors, namespace(tensors[0]))
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a.numpy(), b, rtol=1e-9, atol=1e-12)
