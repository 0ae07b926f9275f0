"""Laws that every optimizer of the table is held to; which of them a law does not fit is said in the table."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from deep.optim import OPTIMIZERS, SR2, base, sr2
from deep.optim.fast.build import compiler
from tests.deep.optim import problems
from tests.deep.optim.driving import closure, parameter, run, values
from tests.deep.optim.table import TABLE
from verify.penalties import L1, GroupL2, Zero

LASSO, GROUPS = L1(problems.LAM), GroupL2(problems.LAM, axes=(0,))
PENALTIES = {
    "l1": (LASSO, problems.soft, problems.soft_residual),
    "groups": (GROUPS, problems.shrink, problems.shrink_residual),
}
PENALISED = {name: entry for name, entry in TABLE.items() if entry.kind.penalised}


def over(entries):
    return pytest.mark.parametrize("entry", entries.values(), ids=entries.keys())


def penalties(entry):
    return PENALTIES.values() if entry.kind.penalised else [(None, lambda z, t: z, None)]


def test_every_optimizer_is_in_the_table():
    assert {entry.kind for entry in TABLE.values()} == set(OPTIMIZERS)


@over(TABLE)
def test_what_a_class_declares_is_what_it_is_held_to(entry):
    assert entry.kind.converges_to == entry.converges_to
    assert entry.kind.separable == entry.separable


@over({name: entry for name, entry in TABLE.items() if entry.converges_to})
def test_converges_to_the_certified_point_with_its_zeros(entry):
    for penalty, prox, residual in penalties(entry):
        scaled = partial(prox, lam=entry.weighs * problems.LAM) if penalty else prox
        if penalty is None:
            limit = np.linalg.solve(problems.HESSIAN, problems.A.T @ problems.B / 40).reshape(problems.SHAPE)
        elif entry.converges_to == "lagrangian":
            limit = problems.relaxed_minimiser(prox, entry.settings["beta"])
        else:
            limit = problems.minimiser(scaled, partial(residual, lam=entry.weighs * problems.LAM))
        w = parameter()
        optimizer = entry.make([w], penalty, **entry.settle)
        for _ in range(entry.steps):
            optimizer.step(closure(optimizer, [w]))
        assert np.linalg.norm(values(w) - limit) < entry.within
        if penalty is not None and entry.exact:
            zeros = prox(limit, 1 / entry.settings["beta"]) == 0 if entry.converges_to == "lagrangian" else limit == 0
            np.testing.assert_array_equal(optimizer.prox_point(w).numpy() == 0, zeros)


def plain_run(entry, prox, value, steps, lr):
    if entry.kind is SR2:
        more = {"sigma": entry.settings["sigma0"], "sigma_min": 1e-3, "loss": problems.loss, "value": value}
        return entry.reference(problems.START, problems.gradient, prox, steps, lr, **more)
    return entry.reference(problems.START, problems.gradient, prox, steps, lr)


@over(TABLE)
def test_equals_the_plain_reference_over_200_steps(entry):
    for penalty, prox, _ in penalties(entry):
        w = parameter()
        run(entry.make([w], penalty), [w], 200)
        value = penalty.value if penalty else None
        expected = plain_run(entry, prox, value, 200, lambda k: entry.settings.get("lr"))
        np.testing.assert_allclose(values(w), expected, rtol=0, atol=1e-10)


@over({name: entry for name, entry in TABLE.items() if "lr" in entry.settings})
def test_a_scheduler_takes_effect_at_the_next_step(entry):
    penalty, prox, _ = next(iter(penalties(entry)))
    w = parameter()
    optimizer = entry.make([w], penalty)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.5)
    for k in range(1, 31):
        optimizer.step(closure(optimizer, [w], k))
        schedule.step()
    expected = plain_run(entry, prox, None, 30, lambda k: entry.settings["lr"] * 0.5 ** ((k - 1) // 7))
    np.testing.assert_allclose(values(w), expected, rtol=0, atol=1e-11)


@over({name: entry for name, entry in TABLE.items() if entry.same_as})
def test_without_a_penalty_it_is_the_optimizer_of_torch(entry):
    for none in (None, Zero(), L1(0.0)):
        w, v = parameter(), parameter()
        run(entry.make([w], none), [w], 100)
        run(entry.same_as([v]), [v], 100)
        np.testing.assert_allclose(values(w), values(v), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("penalised", "free"), [("RMDA", "MDA"), ("RDA", "SDA")])
def test_without_a_penalty_dual_averaging_is_the_unregularised_method(penalised, free):
    w, v = parameter(), parameter()
    run(TABLE[penalised].make([w]), [w], 50)
    run(TABLE[free].make([v]), [v], 50)
    assert torch.equal(w, v)


@over(PENALISED)
def test_no_penalty_lam_zero_and_a_group_with_lam_zero_are_the_same(entry):
    found = []
    for group in ({"penalty": None}, {"penalty": Zero()}, {"penalty": L1(0.0)}, {"penalty": LASSO, "lam": 0.0}):
        w = parameter()
        run(entry.make([{"params": [w], **group}]), [w], 30)
        found.append(values(w))
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=0, atol=1e-14)


@over(PENALISED)
def test_zeros_grow_with_lam_up_to_all(entry):
    zeros = []
    for lam in (0.0, 0.02, 0.1, 0.5, 100.0):
        w = parameter()
        optimizer = entry.make([w], L1(lam))
        run(optimizer, [w], 60)
        zeros.append(int((optimizer.prox_point(w).abs() <= (0 if entry.exact else 0.05)).sum()))
    assert zeros == sorted(zeros)
    assert zeros[0] == 0 or not entry.exact
    assert zeros[-1] == 30


@over(TABLE)
def test_several_groups_and_their_order_are_one_group(entry):
    exact = entry.separable
    penalty = LASSO if entry.kind.penalised else None
    one, two, turned = ([parameter(problems.START[:2]), parameter(problems.START[2:])] for _ in range(3))
    run(entry.make(one, penalty), one, 40)
    run(entry.make([{"params": [p]} for p in two], penalty), two, 40)
    run(entry.make([{"params": [p]} for p in turned[::-1]], penalty), turned, 40)
    for other in (two, turned):
        np.testing.assert_allclose(values(*other), values(*one), rtol=0, atol=0 if exact else 1e-12)


@over(TABLE)
def test_how_tensors_are_split_does_not_matter(entry):
    """SR2's one decision rests on sums over all tensors: there it is so but for rounding."""
    penalty = LASSO if entry.kind.penalised else None
    whole, parts = [parameter()], [parameter(problems.START[:2]), parameter(problems.START[2:5]), parameter(problems.START[5])]
    run(entry.make(whole, penalty), whole, 40)
    run(entry.make(parts, penalty), parts, 40)
    np.testing.assert_allclose(values(*parts), values(*whole), rtol=0, atol=1e-14 if entry.separable else 1e-12)


@over(TABLE)
def test_maximize_steps_on_the_negated_loss(entry):
    penalty = LASSO if entry.kind.penalised else None
    w, v = parameter(), parameter()
    up, down = entry.make([w], penalty, maximize=True), entry.make([v], penalty)
    for k in range(1, 21):
        evaluate = closure(up, [w], k)

        def negated(evaluate=evaluate):
            loss = -evaluate()
            w.grad.neg_()
            return loss

        up.step(negated)
        down.step(closure(down, [v], k))
    assert torch.equal(w, v)


@over(TABLE)
def test_frozen_parameters_and_those_without_gradient_are_left_alone(entry):
    penalty = LASSO if entry.kind.penalised else None
    w, frozen, unused = parameter(), parameter(np.ones(3)).requires_grad_(False), parameter(np.ones(4))
    alone = parameter()
    run(entry.make([w, frozen, unused], penalty), [w], 20)
    run(entry.make([alone], penalty), [alone], 20)
    assert torch.equal(w, alone)
    assert (frozen == 1).all() and (unused == 1).all()


@over({name: entry for name, entry in TABLE.items() if entry.separable})
def test_a_step_without_gradient_does_not_count(entry):
    """Each of two tensors is given gradients on its own steps only: both end where they would have alone."""
    penalty = LASSO if entry.kind.penalised else None
    w, v, alone = parameter(), parameter(2 * problems.START), parameter(2 * problems.START)
    optimizer = entry.make([w, v], penalty)
    for k in range(1, 31):
        evaluate = closure(optimizer, [v if k % 3 == 0 else w], k)
        optimizer.zero_grad()
        evaluate()
        optimizer.step()
    other = entry.make([alone], penalty)
    for k in range(3, 31, 3):
        other.step(closure(other, [alone], k))
    assert torch.equal(v, alone)
    assert not torch.equal(w, v)


@over(TABLE)
def test_what_is_kept_is_what_the_definition_needs(entry):
    w = parameter()
    optimizer = entry.make([w], LASSO if entry.kind.penalised else None)
    run(optimizer, [w], 3)
    kept = [t.numel() for t in optimizer.state[w].values()]
    assert (kept.count(w.numel()), kept.count(1)) == entry.floats
    assert len(kept) == sum(entry.floats)


@pytest.mark.skipif(compiler() is None, reason="no C compiler")
@over(TABLE)
def test_the_compiled_steps_have_the_same_zeros_and_the_same_numbers_but_for_rounding(entry, monkeypatch):
    done = []
    for module, name in ((base, "compiled_step"), (sr2, "compiled_propose")):
        step = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, step=step: done.append(step(*a)) or done[-1])
    for penalty, *_ in penalties(entry):
        w, v = parameter(), parameter()
        compiled, plain = entry.make([w], penalty, fast=True), entry.make([v], penalty)
        done.clear()
        for k in range(1, 31):
            run(compiled, [w], 1, k)
            run(plain, [v], 1, k)
            points = [optimizer.prox_point(p).numpy() for optimizer, p in ((compiled, w), (plain, v))]
            np.testing.assert_array_equal(points[0] == 0, points[1] == 0)
            np.testing.assert_allclose(*points, rtol=0, atol=1e-13)
        assert len(done) == 30
        assert all(done)


@over(TABLE)
def test_large_tensors_go_in_pieces_to_the_same_numbers(entry, monkeypatch):
    penalty = LASSO if entry.kind.penalised else None
    w, v = parameter(), parameter()
    run(entry.make([w], penalty), [w], 10)
    monkeypatch.setattr("deep.optim.bucket.PIECE", 8)
    optimizer = entry.make([v], penalty)
    run(optimizer, [v], 10)
    np.testing.assert_allclose(values(v), values(w), rtol=0, atol=1e-14)
    assert float(optimizer.state[v].get("t", 10)) == 10
