"""The quantities of ProxGEN, RVSM and RDA, against NumPy on problems of a few numbers."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep import optim  # noqa: E402
from deep.recipes.schedules import Constant, Milestones  # noqa: E402
from deep.telemetry.dual_averaging import Bound  # noqa: E402
from deep.telemetry.prox_gen import Spectrum  # noqa: E402
from tests.deep.telemetry.watching import numbers, run_of, watching  # noqa: E402
from tests.deep.training.small import recipe, trainer  # noqa: E402
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


def test_the_two_stage_method_has_no_spectrum():
    """Its prox is in the metric C + delta, without the step size: the eigenvalues would be those of another method."""
    optimizer, _ = stepped(optim.TwoStageProxSGD, lr=0.01, preconditioner="adam", penalty=L1(0.1))
    with pytest.raises(StopIteration):
        watching(optimizer, Spectrum)


def test_the_lagrangian_and_the_distance_of_the_copy(tmp_path):
    """All at the end of the epoch, of all images."""
    begun, run = run_of(tmp_path, "rvsm", options={"beta": 2.0}, penalty=L1(0.02))
    (first, *_, row), images = run.history, run.data.train.batch(torch.arange(200))
    u, (w, b) = (np.sign(begun[0]) * np.maximum(np.abs(begun[0]) - 0.01, 0)), map(numbers, run.model.parameters())
    scores = numbers(images[0].flatten(1)) @ w.T + b
    f = np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(200), images[1].numpy()])
    gap = np.linalg.norm(w - u)
    assert row["RVSM.T1.mono lagrangian"] == pytest.approx(f + 0.02 * np.abs(u).sum() + gap**2, rel=1e-6)
    assert row["RVSM.S33.gap.sharp distance"] == pytest.approx(gap, rel=1e-6)
    assert row["RVSM.S33.gap.sharp relative distance"] == pytest.approx(gap / np.linalg.norm(w), rel=1e-6)
    assert "RVSM.T1.mono decrease" not in first
    fall = run.history[-2]["RVSM.T1.mono lagrangian"] - row["RVSM.T1.mono lagrangian"]
    assert row["RVSM.T1.mono decrease"] == pytest.approx(fall)


@pytest.mark.parametrize(("lr", "falls"), [(0.14, True), (5.0, False)])
def test_the_lagrangian_falls_without_noise_unless_the_step_is_beyond_the_theorems(lr, falls, tmp_path):
    """One step an epoch, all images, L <= 5.81: eta is within 1/(beta + L) (claim RVSM.T1.mono), or far beyond twice that."""
    run = trainer(recipe("rvsm", epochs=100, batch=200, penalty=L1(0.2), schedules={"lr": Constant(lr)}), tmp_path)
    run.run()
    falling = [row["RVSM.T1.mono decrease"] >= 0 for row in run.history if "RVSM.T1.mono decrease" in row]
    assert len(falling) == 9
    assert all(falling) == falls


def test_lagrangians_of_two_penalties_are_not_compared(tmp_path):
    rates = {"lr": Constant(0.01), "lam": Milestones(0.01, 2.0, (15,))}
    run = trainer(recipe("rvsm", epochs=30, batch=200, penalty=L1(0.2), schedules=rates), tmp_path)
    run.run()
    measured = [row for row in run.history if "RVSM.T1.mono lagrangian" in row]
    without = [row["epoch"] for row in measured if "RVSM.T1.mono decrease" not in row]
    assert len(measured) > 2 and without == [measured[0]["epoch"], next(r["epoch"] for r in measured if r["epoch"] > 15)]


def test_the_parts_of_rdas_bound():
    for kind in (optim.RDA, optim.MRDA):
        optimizer, _ = stepped(kind, lr=0.5, penalty=L1(0.1))
        row = watching(optimizer, Bound).after_epoch({"epoch": 1})
        assert row["MRDA.L7.5.fix beta over t"] == pytest.approx(np.sqrt(3) / 0.5 / 3)
        assert row["MRDA.L7.5.fix sum over t"] == pytest.approx((0.5 + 0.5 / np.sqrt(2)) / 6)
