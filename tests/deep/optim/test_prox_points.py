"""The points beside the iterate: what the prox made, averages, new rounds, and fine-tuning with the pattern frozen."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch

from deep.optim import MRDA, RDA, RMDA, RVSM, SR2, ProxGEN, ProxSGD, freeze_pattern
from tests.deep.optim import problems
from tests.deep.optim.driving import closure, parameter, run, values
from tests.deep.optim.reference import modernized
from tests.deep.optim.table import TABLE
from verify.penalties import L1, GroupL2

LASSO = L1(0.1)


def test_rmda_evaluates_at_its_tentative_point_with_exact_zeros():
    w, v = parameter(), parameter()
    optimizer, forgets = RMDA([w], lr=0.5, momentum=0.1, penalty=LASSO), RMDA([v], lr=0.5, momentum=1.0, penalty=LASSO)
    assert optimizer.prox_point(w) is not w and torch.equal(optimizer.prox_point(w), w)
    run(optimizer, [w], 30)
    before = w.detach().clone()
    assert (w == 0).sum() == 0
    with optimizer.at_prox_points():
        assert (w == 0).sum() > 5
        tentative = w.detach().clone()
        (w**2).sum().backward()
    assert torch.equal(w, before)
    torch.testing.assert_close(optimizer.prox_point(w), tentative, rtol=0, atol=0)
    run(forgets, [v], 30)
    torch.testing.assert_close(forgets.prox_point(v), v.detach(), rtol=0, atol=0)


def test_the_parameters_come_back_after_an_exception():
    w = parameter()
    optimizer = RVSM([w], penalty=LASSO)
    run(optimizer, [w], 3)
    before = w.detach().clone()
    with pytest.raises(KeyError), optimizer.sparse_copy():
        assert torch.equal(w, optimizer.state[w]["u"]) and not torch.equal(w, before)
        raise KeyError
    assert torch.equal(w, before)


def test_a_method_without_penalty_on_a_group_keeps_no_alias_of_the_parameter():
    """The prox of no penalty returns what it is given: u must not be the parameter's own memory."""
    w = parameter()
    optimizer = RVSM([w], lr=0.1, beta=0.5)
    run(optimizer, [w], 1)
    u = optimizer.state[w]["u"].clone()
    with torch.no_grad():
        w.add_(1)
    assert torch.equal(optimizer.state[w]["u"], u)


@pytest.mark.parametrize("kind", [RDA, MRDA])
def test_the_average_is_that_of_the_points_where_gradients_were_taken(kind):
    w = parameter()
    optimizer = kind([w], lr=0.3, penalty=LASSO, average=True)
    seen = []
    for k in range(1, 16):
        seen.append(values(w))
        optimizer.step(closure(optimizer, [w], k))
    last = values(w)
    with optimizer.averaged():
        np.testing.assert_allclose(values(w), np.mean(seen, axis=0), rtol=0, atol=1e-14)
    np.testing.assert_array_equal(values(w), last)


def test_no_average_is_kept_unless_asked_for():
    w = parameter()
    optimizer = RDA([w], penalty=LASSO)
    run(optimizer, [w], 2)
    assert "average" not in optimizer.state[w]
    with pytest.raises(RuntimeError, match="average=True"), optimizer.averaged():
        pass
    asked = RDA([w], penalty=LASSO, average=True)
    run(asked, [w], 2)
    optimizer.load_state_dict(asked.state_dict())  # it comes with an average, which nothing here keeps up
    assert "average" not in optimizer.state[w]
    with pytest.raises(RuntimeError, match="average=True"), optimizer.averaged():
        pass


def test_a_restart_begins_a_round_at_the_present_parameters():
    w = parameter()
    optimizer = RMDA([w], lr=0.3, momentum=0.2, penalty=L1(problems.LAM))
    run(optimizer, [w], 7)
    middle = values(w)
    optimizer.restart()
    run(optimizer, [w], 9, 8)
    shifted = lambda v, k: problems.gradient(v, k + 7)  # noqa: E731
    expected = modernized(middle, shifted, problems.soft, 9, lambda k: 0.3, 0.2)
    np.testing.assert_allclose(values(w), expected, rtol=0, atol=1e-12)


def test_rmda_has_no_prox_point_of_a_tensor_that_is_not_its_own():
    optimizer = RMDA([parameter()])
    with pytest.raises(ValueError, match=r"RMDA\.prox_point takes one of its parameters; got a tensor \(2,\)"):
        optimizer.prox_point(parameter([1.0, 2.0]))


def test_restarts_when_the_lr_of_a_group_changes():
    w, v = parameter(), parameter([1.0, 2.0])
    optimizer = RMDA([{"params": [w]}, {"params": [v]}], lr=0.1, restart_when="lr_changes")

    def step():
        w.grad, v.grad = torch.ones_like(w), torch.ones_like(v)
        optimizer.step()
        return [int(optimizer.state[p]["t"]) for p in (w, v)]

    assert [step(), step()] == [[1, 1], [2, 2]]
    optimizer.param_groups[0]["lr"] = 0.01
    assert [step(), step()] == [[1, 3], [2, 4]]


def test_restarts_when_a_scheduler_writes_into_the_tensor_that_is_the_lr():
    w = parameter()
    optimizer = RMDA([w], lr=torch.tensor(0.1), restart_when="lr_changes")
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 3)
    counts = []
    for k in range(1, 8):
        run(optimizer, [w], 1, k)
        counts.append(int(optimizer.state[w]["t"]))
        scheduler.step()
    assert counts == [1, 2, 3, 1, 2, 3, 1]
    saved = optimizer.state_dict()
    assert saved["param_groups"][0]["lr_of_round"] is not saved["param_groups"][0]["lr"]


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.AdamW, ProxSGD, ProxGEN, RMDA, SR2])
def test_a_frozen_pattern_stays_whatever_the_optimizer_remembers(kind):
    start = np.where(np.abs(problems.START) < 0.5, 0.0, problems.START)
    w = parameter()
    more = {} if kind is SR2 else {"lr": 0.05}
    optimizer = kind([w], **more)
    run(optimizer, [w], 3)
    with torch.no_grad():
        w.copy_(torch.tensor(start))
    frozen = freeze_pattern(optimizer)
    run(optimizer, [w], 20)
    assert torch.equal(w == 0, torch.tensor(start == 0))
    assert not np.array_equal(values(w), start)
    frozen.remove()
    run(optimizer, [w], 5)
    assert (w != 0).all()


@pytest.mark.parametrize("name", ["RMDA", "RVSM", "ADMM"])
def test_zeros_that_are_at_the_prox_points_alone_are_warned_about_until_they_are_copied_in(name):
    w = parameter()
    optimizer = TABLE[name].make([w], L1(0.3))
    run(optimizer, [w], 10)
    zero = optimizer.prox_point(w) == 0
    assert zero.any() and w.all()
    with pytest.warns(UserWarning, match=rf"{int(zero.sum())} zeros of {name}'s prox points are not in the parameters"):
        freeze_pattern(optimizer).remove()
    with torch.no_grad():
        w.copy_(optimizer.prox_point(w))
    fresh = ProxSGD([w], 0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        freeze_pattern(fresh)
    run(fresh, [w], 5)
    assert torch.equal(w == 0, zero)


def test_a_live_group_of_the_penalty_is_free_as_a_whole():
    start = problems.START.copy()
    start[0, 0], start[:, 1] = 0.0, 0.0
    w = parameter(start)
    optimizer = ProxSGD([w], 0.1, penalty=GroupL2(1e-3, axes=(0,)))
    freeze_pattern(optimizer)
    run(optimizer, [w], 3)
    assert w[0, 0] != 0
    assert (w[:, 1] == 0).all()


def test_optimizers_without_a_copy_are_at_their_prox_point():
    for name in ("ProxSGD", "ProxGEN adam", "ProxSSI", "RDA", "SR2"):
        w = parameter()
        optimizer = TABLE[name].make([w], LASSO)
        run(optimizer, [w], 3)
        assert torch.equal(optimizer.prox_point(w), w)
        assert not optimizer.prox_point(w).requires_grad


@pytest.mark.parametrize(("every", "when", "warned"), [(1, "lr_changes", 1), (2, "lr_changes", 0), (1, None, 0)])
def test_rounds_of_one_step_each_are_said_once_to_average_nothing(every, when, warned, recwarn):
    w = torch.nn.Parameter(torch.ones(3))
    optimizer = RMDA([w], lr=0.1, restart_when=when)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    for step in range(1, 11):
        w.grad = torch.ones(3)
        optimizer.step()
        if step % every == 0:
            schedule.step()
    assert sum("each began a round" in str(each.message) for each in recwarn) == warned
