"""Lemma 2's quantities of a run, against NumPy alone; and runs that break its conditions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.recipes.schedules import Constant, InverseRoot, Stages  # noqa: E402
from deep.telemetry.gradient import Gradient, due, gradient, length  # noqa: E402
from tests.deep.telemetry.watching import numbers, run_of  # noqa: E402
from tests.deep.training.small import recipe, trainer, weights  # noqa: E402

LEMMA = "RMDA.L2.as "


@dataclass(frozen=True)
class TooFast:
    """1/t, with 7 steps an epoch."""

    def __call__(self, epochs):
        return 1 / (7 * epochs + 1)


@dataclass(frozen=True)
class Growing:
    """Twice the rate with each of the 7 steps of an epoch."""

    def __call__(self, epochs):
        return 1e-9 * 2.0 ** (7 * epochs)


@dataclass(frozen=True)
class Doubled:
    """1, and 2 from the last of the 7 steps of the first epoch on."""

    def __call__(self, epochs):
        return 2.0 if 7 * epochs > 5.5 else 1.0


def softmax_gradient(w, b, images, labels):
    """Of the mean cross-entropy of a linear model: weights, then biases, in one vector."""
    scores = images @ w.T + b
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    rest = scores / scores.sum(axis=1, keepdims=True)
    rest[np.arange(len(labels)), labels] -= 1
    return np.concatenate([(rest.T @ images / len(labels)).ravel(), rest.mean(axis=0)])


def estimate_of(run):
    """V/alpha of all parameters in one vector."""
    state = run.rule.optimizer.state
    return np.concatenate([numbers(state[p]["V"]).ravel() / float(state[p]["alpha"]) for p in run.model.parameters()])


def test_the_estimate_and_the_noise_of_four_batches_are_those_of_numpy(tmp_path, monkeypatch):
    monkeypatch.setattr("deep.telemetry.gradient.FEW", 0)
    (w, b), run = run_of(tmp_path, epochs=2, restarts=())
    indices, _ = run.draws(2)
    images, labels = run.data.train.batch(indices[:128])  # four batches of 32
    images, labels = numbers(images.flatten(1)), labels.numpy()
    each = [softmax_gradient(w, b, images[k : k + 32], labels[k : k + 32]) for k in range(0, 128, 32)]
    mean = np.mean(each, axis=0)
    variance = sum(np.sum((g - mean) ** 2) for g in each) / 3
    drawn = variance / 4 * (1 - 128 / 200)
    row, size = run.history[-1], np.sqrt(mean @ mean - drawn)
    error = estimate_of(run) - mean
    assert row[LEMMA + "estimate error"] == pytest.approx(np.sqrt(error @ error - drawn) / size, rel=1e-4)
    assert row[LEMMA + "batch noise"] == pytest.approx(np.sqrt(variance) / size, rel=1e-4)
    assert row[LEMMA + "measured gradient's error"] == pytest.approx(np.sqrt(drawn) / size, rel=1e-4)


def test_of_few_images_all_are_taken(tmp_path):
    (w, b), run = run_of(tmp_path, epochs=2, restarts=())
    images, labels = run.data.train.batch(torch.arange(200))
    mean = softmax_gradient(w, b, numbers(images.flatten(1)), labels.numpy())
    error, row = estimate_of(run) - mean, run.history[-1]
    assert row[LEMMA + "estimate error"] == pytest.approx(np.linalg.norm(error) / np.linalg.norm(mean), rel=1e-4)
    assert row[LEMMA + "measured gradient's error"] == 0


def test_an_estimate_nearer_than_the_measured_gradient_has_no_error_and_not_zero():
    """|x - grad f|^2 by what four batches say is 1 - 2: nothing is known of it, least of all that it is 0."""
    measured = Gradient(torch.tensor([1.0, 0.0]), noise=4.0, error=2.0, drawn=math.sqrt(2))
    assert math.isnan(measured.distance(torch.zeros(2)))
    assert measured.distance(torch.tensor([-1.0, 0.0])) == pytest.approx(math.sqrt(2))


def test_the_images_are_whole_batches_or_all():
    """So that in several processes none has a part of a batch without images."""
    for batch in (32, 333, 999, 5000):
        settings = SimpleNamespace(length=60, batch=batch)
        images = due(SimpleNamespace(data=SimpleNamespace(train=range(50_000)), recipe=settings, epoch=59))
        assert images >= max(1000, 4 * batch, 50_000 * 6 / 25)
        assert images % batch == 0
        assert due(SimpleNamespace(data=SimpleNamespace(train=range(998)), recipe=settings, epoch=59)) == 998


def test_the_weights_of_a_round_are_those_of_numpy(tmp_path):
    (w, b), run = run_of(tmp_path, epochs=3, restarts=(1,))  # lr 0.1, 0.01, 0.001; 7 steps an epoch
    t = np.arange(1, 15)
    s = np.where(t <= 7, 0.01, 0.001) * np.sqrt(t)
    tau = s / np.cumsum(s)
    row = run.history[-1]
    assert row[LEMMA + "newest weight"] == pytest.approx(tau[-1], rel=1e-9)
    assert row[LEMMA + "sum of weights"] == pytest.approx(tau.sum(), rel=1e-9)
    assert row[LEMMA + "sum of squared weights"] == pytest.approx((tau**2).sum(), rel=1e-9)
    assert row["RMDA.T1.path beta over alpha"] == pytest.approx(np.sqrt(14) / s.sum(), rel=1e-9)
    after = np.concatenate([numbers(p).ravel() for p in run.model.parameters()])
    moved = np.linalg.norm(after - np.concatenate([w.ravel(), b]))
    assert row["RMDA.L2.iii.fix change over weight"] == pytest.approx(moved / tau[-1], rel=1e-4)


def sums_of(s):
    """Of the weights s_k/alpha_k and of their squares, by NumPy."""
    tau = s / np.cumsum(s)
    return pytest.approx([tau.sum(), (tau**2).sum()], rel=1e-9)


def reported(run):
    return [run.history[-1][LEMMA + name] for name in ("sum of weights", "sum of squared weights")]


def with_losses_lost(run, lost):
    """The run with losses of infinity in these of its steps."""
    own, count = run.rule.loss, iter(range(10**6))
    run.rule.loss = lambda forward: own(forward) * (math.inf if next(count) in lost else 1.0)
    return run


SKIPPING = {"schedules": {"lr": Constant(0.1), "momentum": Constant(1.0)}, "options": {"nonfinite": "skip"}}


@pytest.mark.parametrize("lost", [{8, 12, 15}, set(range(7, 14)), set(range(7))])
def test_steps_that_were_skipped_have_no_weight(lost, tmp_path):
    """Of 21 steps in three epochs: some, or all of an epoch."""
    run = with_losses_lost(trainer(recipe(epochs=3, restarts=(), **SKIPPING), tmp_path), lost)
    run.run()
    assert reported(run) == sums_of(np.sqrt(np.arange(1, 22 - len(lost))))
    assert all(math.isfinite(value) for row in run.history for name, value in row.items() if name.startswith("RMDA."))


def test_a_round_that_begins_after_skipped_steps_has_its_own_weights_alone(tmp_path):
    """t was 2 at the end of the epoch before, and is 7: two, of other rates, and five more, were it the same round."""
    changes = {**SKIPPING, "schedules": {"lr": Doubled(), "momentum": Constant(1.0)}}
    run = with_losses_lost(trainer(recipe(epochs=2, restarts=(1,), **changes), tmp_path), set(range(5)))
    run.run()
    assert reported(run) == sums_of(np.sqrt(np.arange(1, 8)))


def test_rounds_of_one_epoch_have_a_newest_weight(tmp_path):
    """Each leaves t as it was at the end of the one before."""
    schedules = {"lr": Stages(0.1, 0.5, 1), "momentum": Constant(1.0)}
    made = recipe(epochs=3, schedules=schedules, restarts=(), options={"restart_when": "lr_changes"})
    run = trainer(made, tmp_path)
    run.run()
    s = np.sqrt(np.arange(1, 8))
    assert [row[LEMMA + "newest weight"] for row in run.history] == pytest.approx(3 * [s[-1] / s.sum()])
    assert reported(run) == sums_of(s)


def test_a_parameter_without_some_gradients_does_not_count_the_steps(tmp_path):
    """A layer that is left out of some steps, as by stochastic depth."""
    run = trainer(recipe(epochs=2, restarts=(), schedules=SKIPPING["schedules"]), tmp_path)
    first, count, step = next(run.model.parameters()), iter(range(14)), run.rule.optimizer.step

    def without(*args):
        if next(count) % 2:
            first.grad = None
        return step(*args)

    run.rule.optimizer.step = without
    run.run()
    assert {int(kept["t"]) for kept in run.rule.optimizer.state.values()} == {7, 14}
    assert reported(run) == sums_of(np.sqrt(np.arange(1, 15)))


def test_what_was_kept_before_t_was_is_taken_back(tmp_path):
    whole, run = (trainer(recipe(epochs=3, restarts=()), tmp_path) for _ in range(2))
    whole.run()

    def forget(row):
        if run.epoch == 2:
            watch = next(watch for watch in run.watches if hasattr(watch, "sums"))
            state = watch.state_dict()
            assert state.pop("t") == 14
            watch.load_state_dict(state)

    run.run(forget)
    assert reported(run) == reported(whole)


def test_a_rate_in_steps_is_that_of_the_steps_of_the_run(tmp_path):
    schedules = {"lr": InverseRoot(1.0, 391), "momentum": Constant(1.0)}  # 7 steps an epoch here
    run = trainer(recipe(epochs=2, schedules=schedules, restarts=()), tmp_path)
    run.run()
    assert run.history[-1][LEMMA + "sum of weights"] == pytest.approx(np.sum(1 / np.arange(1, 15)), rel=1e-9)  # all s are 1


def test_rates_that_fall_too_fast_keep_the_start_in_the_average(tmp_path):
    """eta_t = 1/t: alpha/beta stays below 2 (claim RMDA.T1.role), where a constant eta lets beta/alpha go to 0."""
    column = "RMDA.T1.path beta over alpha"
    found = {}
    for name, rate in {"constant": Constant(1.0), "too fast": TooFast()}.items():
        schedules = {"lr": rate, "momentum": Constant(1.0)}
        run = trainer(recipe(epochs=10, schedules=schedules, restarts=()), tmp_path)
        run.run()
        found[name] = [row[column] for row in run.history]
    assert found["constant"][-1] < 0.15 * found["constant"][0]
    assert min(found["too fast"]) > 0.5


def test_rates_that_grow_break_the_second_condition_and_the_noise_stays(tmp_path):
    """s_t = 2^t: tau_t tends to 1/2, so that its squares have no bounded sum and the average is the last gradients."""
    schedules = {"lr": Growing(), "momentum": Constant(0.01)}
    grows = trainer(recipe(epochs=6, schedules=schedules, restarts=()), tmp_path)
    constant = trainer(recipe(epochs=6, schedules={**schedules, "lr": Constant(0.01)}, restarts=()), tmp_path)
    grows.run()
    constant.run()
    squares = LEMMA + "sum of squared weights"
    rise = [run.history[-1][squares] - run.history[-2][squares] for run in (grows, constant)]
    assert rise[0] > 7 / 4
    assert rise[1] < 0.02 * rise[0]
    errors = [run.history[-1][LEMMA + "estimate error"] for run in (grows, constant)]
    assert errors[0] > 1.5 * errors[1]


@pytest.mark.parametrize("changes", [{}, {"model": "resnet20", "augment": True, "epochs": 1}])
def test_a_run_is_the_same_with_and_without_watches(changes, tmp_path):
    """Batch statistics and random numbers included."""
    made = recipe(**changes)
    runs = [trainer(made, tmp_path, telemetry=watched) for watched in (True, False)]
    for run in runs:
        run.run()
    assert weights(runs[0]) == weights(runs[1])
    assert not any("." in name for name in runs[1].history[-1])


def test_what_is_measured_with_a_part_of_the_images_is_about_all_of_them(tmp_path):
    """|x - grad f| from 96 of 200 images, for 40 choices of them: in the mean of squares it is that from all."""
    run = trainer(recipe(), tmp_path)
    at = {p: p.detach().clone() for p in run.model.parameters()}
    whole = gradient(run, at, 200)
    assert whole.error == 0
    x = whole.mean + 0.3 * whole.noise * torch.nn.functional.normalize(torch.ones_like(whole.mean), dim=0)
    squares, raw = [], []
    for run.epoch in range(40):
        part = gradient(run, at, 96)
        squares.append(length(part.mean - x) ** 2 - part.drawn**2)
        raw.append(length(part.mean - x) ** 2)
    assert np.mean(squares) == pytest.approx((0.3 * whole.noise) ** 2, rel=0.25)
    assert np.mean(raw) > 2 * (0.3 * whole.noise) ** 2
