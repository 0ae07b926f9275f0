"""The quantities of ProxGEN, RVSM and RDA, against NumPy on problems of a few numbers."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep import optim  # noqa: E402
from deep.telemetry.dual_averaging import Bound  # noqa: E402
from deep.telemetry.prox_gen import Spectrum  # noqa: E402
from deep.telemetry.rvsm import Lagrangian  # noqa: E402
from tests.deep.telemetry.watching import watching  # noqa: E402
from verify.penalties import L1  # noqa: E402

GRADIENTS = np.array([[3.0, 0.1, -1.0], [1.0, 0.2, 2.0], [0.5, 0.0, -4.0]])


def stepped(kind, gradients=GRADIENTS, **options):
    p = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64))
    optimizer = kind([p], **options)
    for g in gradients:
        p.grad = torch.tensor(g)
        optimizer.step()
    return optimizer, p


@pytest.mark.parametrize(("kind", "corrected"), [("ProxGEN", True), ("ProxGEN", False), ("ProxSSI", True)])
def test_adams_eigenvalues(kind, corrected):
    own = {} if kind == "ProxSSI" else {"bias_correction": corrected}
    optimizer, _ = stepped(getattr(optim, kind), lr=0.01, beta=0.9, delta=1e-3, penalty=L1(0.1), **own)
    v = sum(0.9 ** (2 - t) * 0.1 * g**2 for t, g in enumerate(GRADIENTS)) / (1 - 0.9**3 if corrected else 1)
    values = 0.01 / (np.sqrt(v) + 1e-3)
    row = watching(optimizer, Spectrum).after_epoch({"epoch": 1})
    assert row["PG.C4.adam least eigenvalue"] == pytest.approx(values.min(), rel=1e-9)
    assert row["PG.C4.adam mean eigenvalue"] == pytest.approx(values.mean(), rel=1e-9)
    assert row["PG.T1.alpha.fix largest eigenvalue"] == pytest.approx(values.max(), rel=1e-9)


def test_adagrads_eigenvalues_go_to_zero():
    """Claim PG.C4.adagrad: no gamma stays below them. Here they fall like 1/sqrt t."""
    found = []
    for times in (1, 100):
        optimizer, _ = stepped(optim.ProxGEN, np.tile(GRADIENTS, (times, 1)), lr=0.01, preconditioner="adagrad", delta=1e-8)
        found.append(watching(optimizer, Spectrum).after_epoch({"epoch": 1})["PG.C4.adagrad least eigenvalue"])
    assert found[0] == pytest.approx(0.01 / np.sqrt((GRADIENTS**2).sum(axis=0)).max(), rel=1e-6)
    assert found[1] == pytest.approx(found[0] / 10, rel=1e-6)


def test_without_a_preconditioner_there_is_no_spectrum():
    optimizer, _ = stepped(optim.ProxGEN, lr=0.01, preconditioner=None)
    with pytest.raises(StopIteration):
        watching(optimizer, Spectrum)


def test_the_lagrangian_and_the_distance_of_the_copy():
    optimizer, _ = stepped(optim.RVSM, GRADIENTS[:1], lr=0.1, beta=2.0, penalty=L1(0.8))
    w = np.array([1.0, -2.0, 0.5])
    u = np.sign(w) * np.maximum(np.abs(w) - 0.4, 0)
    w = w - 0.1 * (GRADIENTS[0] + 2 * (w - u))
    watch = watching(optimizer, Lagrangian)
    first = watch.after_epoch({"epoch": 1, "train_loss": 5.0})
    gap = np.linalg.norm(w - u)
    assert first["RVSM.T1.mono lagrangian"] == pytest.approx(5 + 0.8 * np.abs(u).sum() + gap**2, rel=1e-9)
    assert first["RVSM.S33.gap.sharp distance"] == pytest.approx(gap, rel=1e-9)
    assert first["RVSM.S33.gap.sharp relative distance"] == pytest.approx(gap / np.linalg.norm(w), rel=1e-9)
    assert "RVSM.T1.mono decrease" not in first
    second = watch.after_epoch({"epoch": 2, "train_loss": 4.5})
    assert second["RVSM.T1.mono decrease"] == pytest.approx(0.5)


def test_a_step_beyond_the_theorems_makes_the_lagrangian_grow():
    """f = x^2/2, eta > 2/(beta + L): claim RVSM.L6's condition fails."""
    for lr, falls in ((0.5, True), (2.5, False)):
        p = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
        optimizer = optim.RVSM([p], lr=lr, beta=0.1, penalty=L1(1e-3))
        watch = watching(optimizer, Lagrangian)
        for _ in range(5):
            p.grad = p.detach().clone()
            optimizer.step()
            row = watch.after_epoch({"epoch": 1, "train_loss": float(p.detach().square().sum()) / 2})
        assert (row["RVSM.T1.mono decrease"] > 0) == falls


def test_the_parts_of_rdas_bound():
    for kind in (optim.RDA, optim.MRDA):
        optimizer, _ = stepped(kind, lr=0.5, penalty=L1(0.1))
        row = watching(optimizer, Bound).after_epoch({"epoch": 1})
        assert row["MRDA.L7.5.fix beta over t"] == pytest.approx(np.sqrt(3) / 0.5 / 3)
        assert row["MRDA.L7.5.fix sum over t"] == pytest.approx((0.5 + 0.5 / np.sqrt(2)) / 6)
