"""Which zeros have come and gone, and how firmly those that are there stand: against NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep import optim  # noqa: E402
from deep.telemetry.support import Support, threshold  # noqa: E402
from tests.deep.telemetry.watching import watching  # noqa: E402
from verify.penalties import L0, L1, MCP, BinaryW, GroupL2, SparseGroup  # noqa: E402

AVERAGED, SAMPLED = "RMDA.T2.fix ", "RMDA.S1.sgd "


def support_of(optimizer):
    return watching(optimizer, Support)


def test_the_share_that_changed_and_the_last_epoch_at_which_any_did():
    p = torch.nn.Parameter(torch.tensor([[0.0, 0.0, 3.0, 1.0], [0.0, 0.0, 4.0, 0.0]]))
    watch = support_of(optim.ProxSGD([p], lr=0.1, penalty=GroupL2(0.5, axes=(0,))))
    first = watch.after_epoch({"epoch": 1})
    assert SAMPLED + "support changed" not in first
    assert first[SAMPLED + "smallest active norm"] == 1.0
    rows = [watch.after_epoch({"epoch": 2})]
    with torch.no_grad():
        p[:, 0], p[:, 2] = 1.0, 0.0  # one group comes, one goes, of four
    rows += [watch.after_epoch({"epoch": epoch}) for epoch in (3, 4)]
    assert [row[SAMPLED + "support changed"] for row in rows] == [0.0, 50.0, 0.0]
    assert [row[SAMPLED + "last change"] for row in rows] == [1, 3, 3]


def test_the_margin_of_prox_sgd_says_whether_zeros_outlive_the_step():
    """Claim RMDA.S1.sgd.fix: a zero group stays zero exactly if the direction is not longer than lam w_g."""
    for size in (0.9, 1.1):
        p = torch.nn.Parameter(torch.tensor([[0.0, 2.0], [0.0, 1.0]]))
        optimizer = optim.ProxSGD([p], lr=0.1, momentum=0.9, penalty=GroupL2(0.5, axes=(0,)))
        level = 0.5 * math.sqrt(2)
        p.grad = torch.zeros(2, 2)
        optimizer.step()
        optimizer.state[p]["v"][:, 0] = torch.tensor([0.6, 0.8]) * size * level  # of norm size lam w_g
        margin = support_of(optimizer).after_epoch({"epoch": 1})["RMDA.S1.sgd.fix margin"]
        assert margin == pytest.approx(1 - size, rel=1e-5)
        p.grad = 0.1 * optimizer.state[p]["v"].clone()  # the direction of the next step is the same
        optimizer.step()
        assert (margin >= 0) == bool((p[:, 0] == 0).all())


@pytest.mark.parametrize("kind", ["SqrtT", "ProxQuant"])
def test_there_is_no_margin_where_the_prox_has_another_step_than_the_gradient(kind):
    p = torch.nn.Parameter(torch.zeros(2))
    optimizer = getattr(optim, kind)([p], lr=0.1, penalty=L1(2.0))
    p.grad = torch.tensor([5.0, -7.0])
    optimizer.step()
    assert kind == "SqrtT" or (p == 0).all()  # though |g| > lam
    assert "RMDA.S1.sgd.fix margin" not in support_of(optimizer).after_epoch({"epoch": 1})


def test_the_margin_of_rmda_is_about_the_averages():
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(3, 5)).astype(np.float32), rng.normal(size=(4, 3, 5)).astype(np.float32)
    p = torch.nn.Parameter(torch.tensor(start))
    optimizer = optim.RMDA([p], lr=1.0, momentum=0.5, penalty=GroupL2(0.8, axes=(0,)))
    V, alpha = 0, 0
    for t, g in enumerate(gradients, 1):
        p.grad = torch.tensor(g)
        optimizer.step()
        V, alpha = V + math.sqrt(t) * g, alpha + math.sqrt(t)
    z, level = start - V / 2, 0.8 * math.sqrt(3)  # beta_4 = 2
    norms = np.linalg.norm(z, axis=0)
    sizes = np.maximum(norms - level * alpha / 2, 0)
    assert 0 < (sizes == 0).sum() < 5
    row = support_of(optimizer).after_epoch({"epoch": 1})
    estimate = np.linalg.norm(V / alpha, axis=0)
    assert row[AVERAGED + "margin"] == pytest.approx((1 - estimate / level)[sizes == 0].min(), rel=1e-4)
    assert row[AVERAGED + "smallest active norm"] == pytest.approx(sizes[sizes > 0].min(), rel=1e-4)


@pytest.mark.parametrize("kind", ["ProxSSI", "ProxGEN"])
def test_adams_direction_is_corrected_for_its_start(kind):
    p = torch.nn.Parameter(torch.tensor([0.0, 5.0]))
    optimizer = getattr(optim, kind)([p], lr=0.01, penalty=L1(0.5))
    for g in ([0.3, 1.0], [0.1, 1.0]):
        p.grad = torch.tensor(g)
        optimizer.step()
    direction = (0.9 * 0.1 * 0.3 + 0.1 * 0.1) / (1 - 0.9**2)
    margin = support_of(optimizer).after_epoch({"epoch": 1})["RMDA.S1.sgd.fix margin"]
    assert margin == pytest.approx(1 - direction / 0.5, rel=1e-5)


def test_there_is_no_margin_where_the_subdifferential_at_zero_is_no_ball():
    p = torch.zeros(2, 3)
    assert float(threshold(L1(0.3), p).max()) == pytest.approx(0.3)
    assert float(threshold(MCP(0.3, 3.0), p).max()) == pytest.approx(0.3)
    assert threshold(L0(0.3), p) is None
    assert threshold(SparseGroup(L1(0.1), GroupL2(0.1, axes=(0,))), p) is None


def test_nothing_is_watched_without_zeros():
    p = torch.nn.Parameter(torch.ones(2))
    assert not Support.fits(optim.ProxQuant([p], penalty=BinaryW(0.1, 1)))
    assert not Support.fits(optim.MDA([p]))


def test_frozen_weights_are_no_support():
    """No step moves them, so that their norms say nothing of the method."""
    frozen = torch.nn.Parameter(torch.tensor([1e-5, 0.0]), requires_grad=False)
    p = torch.nn.Parameter(torch.tensor([0.5, 2.0, 0.0]))
    watch = support_of(optim.ProxSGD([frozen, p], lr=0.1, penalty=L1(0.5)))
    assert watch.after_epoch({"epoch": 1})[SAMPLED + "smallest active norm"] == 0.5
    with torch.no_grad():
        p[0] = 0.0
    assert watch.after_epoch({"epoch": 2})[SAMPLED + "support changed"] == pytest.approx(100 / 3)
    assert not Support.fits(optim.ProxSGD([frozen], lr=0.1, penalty=L1(0.5)))
    watch.load_state_dict({"alive": torch.ones(5, dtype=torch.bool), "last": 1})  # of a version that counted them
    assert SAMPLED + "support changed" not in watch.after_epoch({"epoch": 3})


def test_the_copy_of_rvsm_is_what_counts():
    p = torch.nn.Parameter(torch.tensor([0.1, 2.0]))
    optimizer = optim.RVSM([p], lr=0.01, beta=1.0, penalty=L1(0.5))
    p.grad = torch.zeros(2)
    optimizer.step()
    row = support_of(optimizer).after_epoch({"epoch": 1})
    assert row[SAMPLED + "smallest active norm"] == pytest.approx(1.5)
    assert "RMDA.S1.sgd.fix margin" not in row
