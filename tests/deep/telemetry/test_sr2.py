"""SR2's decisions of an epoch, against NumPy; and a loss that has no constant for Assumption 3."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.optim import SR2  # noqa: E402
from deep.telemetry.sr2 import Decisions  # noqa: E402
from tests.deep.telemetry.watching import watching  # noqa: E402
from verify.penalties import L1, NegativeSquare  # noqa: E402

KAPPA = "SR2.A3.exact constant so far"


def epoch_of(loss, start, steps, dtype=torch.float64, **options):
    """(row, sigma before each step) of an epoch of full steps from ``start``."""
    p = torch.nn.Parameter(torch.tensor(start, dtype=dtype))
    optimizer = SR2([p], **options)
    watch, sigmas = watching(optimizer, Decisions), []
    for _ in range(steps):

        def closure():
            optimizer.zero_grad()
            value = loss(p)
            value.backward()
            return value

        sigmas.append(float(optimizer.sigma))
        watch.after_step(optimizer.step(closure))
    return watch.after_epoch({"epoch": 1}), sigmas


def test_the_numbers_of_an_epoch_are_those_of_numpy():
    a, start = np.array([4.0, 1.0]), [1.0, -2.0]
    eta1, eta2, gamma1, gamma3, lam, sigma = 0.1, 0.9, 2.0, 0.5, 0.3, 1.0
    row, sigmas = epoch_of(
        lambda p: (torch.tensor(a) * p * p).sum() / 2,
        start,
        8,
        penalty=L1(lam),
        sigma0=sigma,
        sigma_min=0.1,
        eta1=eta1,
        eta2=eta2,
        gamma1=gamma1,
        gamma3=gamma3,
    )
    w, rhos, quotients, taken, over, after = np.array(start), [], [], [], [], []
    for t in range(8):
        assert sigma == pytest.approx(sigmas[t])
        g = a * w
        z = w - g / sigma
        y = np.sign(z) * np.maximum(np.abs(z) - lam / sigma, 0)
        s = y - w
        fall = (a * w * w).sum() / 2 - (a * y * y).sum() / 2
        penalty = lam * (np.abs(w) - np.abs(y)).sum()
        rhos.append((fall + penalty) / (penalty - g @ s))
        quotients.append(abs(-fall - g @ s) / (s @ s))
        taken.append(rhos[-1] >= eta1)
        w = y if taken[-1] else w
        sigma = sigma * gamma1 if not taken[-1] else max(0.1, gamma3 * sigma) if rhos[-1] >= eta2 else sigma
        limit = gamma1 * 2 * max(quotients) / (1 - eta2)
        over.append(sigma / max(1.0, limit))
        after.append(sigma)
    assert 0 < sum(taken) < 8
    assert row["SR2.T1 rho"] == pytest.approx(np.median(rhos), rel=1e-9)
    assert row["SR2.T1 very successful"] == pytest.approx(100 * np.mean(np.array(rhos) >= eta2))
    assert row["SR2.L1.fix taken"] == pytest.approx(100 * np.mean(taken))
    assert row["SR2.L2.fix failed"] == pytest.approx(100 - 100 * np.mean(taken))
    assert row["SR2.T1.sigmamax.fix sigma"] == pytest.approx(sigma)
    assert row[KAPPA] == pytest.approx(max(quotients), rel=1e-9)
    assert row["SR2.A3.exact quotient"] == pytest.approx(np.median(quotients), rel=1e-9)
    assert row["SR2.T1.sigmamax.fix sigma over bound"] == pytest.approx(max(over), rel=1e-9)
    assert max(over) <= 1
    assert row["SR2.T1.sigmamax sigma over printed bound"] == pytest.approx(max(after) / min(1.0, limit), rel=1e-9)


def test_the_misprint_of_the_bound_shows_in_a_run():
    """Claim SR2.T1.sigmamax: f = x^2/2 from x = 1 and sigma_0 = 1 with eta = 0.9 is rejected, and sigma passes the minimum."""
    options = {"sigma0": 1.0, "sigma_min": 0.1, "eta1": 0.9, "eta2": 0.9, "gamma1": 2.0}
    row, _ = epoch_of(lambda p: (p * p).sum() / 2, [1.0], 1, **options)
    assert row["SR2.L2.fix failed"] == 100
    assert row["SR2.T1.sigmamax sigma over printed bound"] == 2
    assert row["SR2.T1.sigmamax.fix sigma over bound"] < 1
    assert row[KAPPA] == pytest.approx(0.5)  # L/2


def test_a_constant_that_grows_later_does_not_make_a_misprint_show():
    """f = x^2/2 + 100 y^2/2 with y = 0 at first: kappa is 1/2 until y moves, and the printed bound, 20 with it, 100 with 50."""
    options = {"sigma0": 100.0, "sigma_min": 0.1, "eta1": 0.1, "eta2": 0.9, "gamma1": 2.0, "penalty": L1(0.0)}
    flat = lambda p: (p[0] * p[0] + 100 * p[1] * p[1]) / 2  # noqa: E731
    p = torch.nn.Parameter(torch.tensor([1.0, 0.0], dtype=torch.float64))
    optimizer = SR2([p], **options)
    watch = watching(optimizer, Decisions)
    for k in range(20):
        if k == 1:
            p.data[1] = 1.0

        def closure():
            optimizer.zero_grad()
            value = flat(p)
            value.backward()
            return value

        watch.after_step(optimizer.step(closure))
    row = watch.after_epoch({"epoch": 1})
    assert row[KAPPA] == pytest.approx(50, rel=1e-3)
    assert row["SR2.T1.sigmamax sigma over printed bound"] == pytest.approx(watch.largest / 100) and 20 < watch.largest <= 100


def test_a_step_that_is_skipped_decides_nothing():
    p = torch.nn.Parameter(torch.ones(2))
    optimizer = SR2([p], sigma0=1.0, nonfinite="skip")
    watch = watching(optimizer, Decisions)
    for factor in (1.0, torch.nan, torch.nan):

        def closure(factor=factor):
            optimizer.zero_grad()
            value = (p * p).sum() / 2 * factor
            value.backward()
            return value

        watch.after_step(optimizer.step(closure))
    assert optimizer.skipped == 2 and len(watch.steps) == 1


def test_a_quotient_of_rounding_alone_is_left_out():
    row, _ = epoch_of(lambda p: (p * p).sum() / 2, [0.7, 0.1], 20, torch.float32, sigma0=1e4, gamma3=1.0)
    assert "SR2.A3.exact quotient" not in row and "SR2.T1.sigmamax sigma over printed bound" not in row


def test_without_smoothness_assumption_3_fails_and_its_constant_grows():
    """f = |x| has a kink: steps across it, of size 1/sigma, have the quotient 2|x + s|/s^2, up to 2 sigma."""
    kink = {steps: epoch_of(lambda p: p.abs().sum(), [0.7], steps, sigma0=1.0)[0][KAPPA] for steps in (2, 100)}
    smooth = {steps: epoch_of(lambda p: (p * p).sum() / 2, [0.7], steps, sigma0=1.0)[0][KAPPA] for steps in (2, 100)}
    assert kink[100] > 1e3 * kink[2]
    assert smooth[2] == pytest.approx(0.5)
    assert smooth[100] == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_rounding_near_a_solution_breaks_neither_assumption_3_nor_the_bound(dtype):
    """Least squares of value 5 with L/2 below 1: two losses that differ by less than their rounding say nothing of kappa."""
    generator = torch.Generator().manual_seed(0)
    A, b = torch.randn(200, 20, generator=generator).to(dtype), 3 * torch.randn(200, generator=generator).to(dtype)
    half = float(torch.linalg.eigvalsh(A.double().T @ A.double() / 200)[-1]) / 2

    def loss(p):
        return (A @ p - b).square().mean() / 2

    row, sigmas = epoch_of(loss, [1.0] * 20, 100, dtype, sigma0=1.0, penalty=L1(1e-2))
    assert 0.5 * half < row[KAPPA] < half * (1 + 1e-6)
    assert 0.3 * half < row["SR2.A3.exact quotient"] < 1.1 * half
    assert 0 < row["SR2.T1 rho"] < 2
    assert max(sigmas) / (2.95 * 2 * half / (1 - 0.99)) < row["SR2.T1.sigmamax.fix sigma over bound"] < 1


def test_sigma_below_one_over_lambda_is_within_the_bound():
    """R = -x^2 has no minimiser for sigma <= 2: sigma_succ is then 1/lambda."""
    row, _ = epoch_of(lambda p: 0 * p.sum(), [1.0], 1, sigma0=1.0, penalty=NegativeSquare(1.0))
    assert row["SR2.L2.fix failed"] == 100
    assert row["SR2.T1.sigmamax.fix sigma over bound"] == pytest.approx(0.5)
    assert "SR2.T1 rho" not in row
