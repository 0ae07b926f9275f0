"""An optimizer that keeps too little of its method's state is refused; those that are here keep what is needed, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest
import torch

from deep.optim import SR2, ProximalOptimizer, base
from deep.optim.checks import check_fields
from deep.optim.numbers import LR, MOMENTUM
from tests.deep.optim.driving import closure, parameter
from tests.deep.optim.table import TABLE
from verify.methods import Method
from verify.methods.adam import Adam, Adaptive
from verify.methods.sgd import SGD, Descent, Velocity
from verify.penalties import L1, GroupL2

TRIED = {name: entry for name, entry in TABLE.items() if entry.kind is not SR2}  # whose one number is not a parameter's
KEPT_FOR_OTHERS = {"MDA": {"alpha"}, "RVSM": {"u"}}  # for telemetry, and as the prox point


class Own(ProximalOptimizer):
    method = Adam()
    ranges: ClassVar = {"lr": LR}

    def __init__(self, params, lr=0.01, penalty=None, **options):
        super().__init__(params, penalty, {"lr": lr}, **options)

    def hyper(self, settings, state, xp):
        return Adaptive(settings["lr"])


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    ("fields", "first"), [((), "m"), (("m",), "v"), (("m", "v"), "left1"), (("m", "v", "left1"), "left2")], ids=str
)
def test_a_field_that_is_needed_and_not_kept_is_named_before_anything_changes(fields, first, fast):
    w = parameter()
    optimizer = type("Own", (Own,), {"fields": fields})([w], penalty=L1(0.01), fast=fast)
    before = w.detach().clone()
    for _ in range(2):
        with pytest.raises(ValueError, match=f"^Own: a step depends on '{first}' of the state, which is not kept"):
            optimizer.step(closure(optimizer, [w]))
    assert torch.equal(w, before)


SPOILT = {
    "a parameter whose gradient is 0": (torch.ones(1), torch.zeros(1)),
    "an empty parameter": (torch.ones(0), torch.ones(0)),
    "one coordinate": (torch.ones(1), torch.ones(1)),
    "one axis less": (torch.ones(3), torch.zeros(3)),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_lies_beside_a_parameter_hides_nothing(name):
    w, (other, gradient) = parameter(), SPOILT[name]
    other = torch.nn.Parameter(other.double())
    w.grad, other.grad = torch.zeros_like(w), gradient.double()
    optimizer = Own([w, other], penalty=L1(0.01))
    with pytest.raises(ValueError, match="a step depends on 'm' of the state"):
        optimizer.step()


class Heavy(ProximalOptimizer):
    method = SGD()
    ranges: ClassVar = {"lr": LR, "momentum": MOMENTUM}
    fields = ()

    def __init__(self, params, lr=0.1, momentum=0.0, penalty=None, **options):
        super().__init__(params, penalty, {"lr": lr, "momentum": momentum}, **options)

    def hyper(self, settings, state, xp):
        return Descent(settings["lr"], settings["momentum"])


def test_another_group_or_a_schedule_may_need_what_the_first_step_did_not():
    w, v = parameter(), parameter()
    optimizer = Heavy([{"params": [w]}, {"params": [v], "momentum": 0.9}])
    with pytest.raises(ValueError, match="a step depends on 'v' of the state"):
        optimizer.step(closure(optimizer, [v]))
    optimizer = Heavy([w])
    optimizer.step(closure(optimizer, [w]))
    optimizer.param_groups[0]["momentum"] = torch.tensor(0.9)
    before = w.detach().clone()
    with pytest.raises(ValueError, match="a step depends on 'v' of the state"):
        optimizer.step(closure(optimizer, [w]))
    assert torch.equal(w, before)


class PlainForVectors(Method):
    """Momentum for what has two axes."""

    State, Hyper = Velocity, Descent

    def init(self, w, hyper, penalty, xp):
        return Velocity(xp.zeros_like(w))

    def propose(self, state, w, g, hyper, penalty, xp):
        v = 0.9 * state.v * (w.ndim == 2) + g
        return (Velocity(v), w - hyper.alpha * v), None


def test_one_parameter_of_each_number_of_axes_is_tried():
    w, v = torch.nn.Parameter(torch.ones(3)), torch.nn.Parameter(torch.ones(4, 5))
    optimizer = type("Heavy", (Heavy,), {"method": PlainForVectors()})([w, v], fast=False)
    w.grad = torch.ones(3)
    optimizer.step()
    v.grad = torch.ones(4, 5)
    with pytest.raises(ValueError, match="a step depends on 'v' of the state"):
        optimizer.step()


def test_a_schedule_of_the_step_size_or_the_weight_has_the_fields_tried_once(monkeypatch):
    tried, w = [], parameter()
    monkeypatch.setattr(base, "check_fields", lambda *a: tried.append(a))
    optimizer = Heavy([w], penalty=L1(0.0))
    for k in range(1, 20):
        optimizer.param_groups[0].update(lr=0.01 * k, lam=0.01 * (k // 10))
        optimizer.step(closure(optimizer, [w]))
    assert len(tried) == 2  # without the penalty, and with it


@pytest.mark.parametrize("penalty", [None, L1(0.01), L1(100.0), GroupL2(0.01, axes=(-1,))], ids=repr)
@pytest.mark.parametrize("name", TABLE)
def test_subclasses_of_the_optimizers_keep_enough_whatever_their_numbers(name, penalty):
    kind = type("Mine", (TABLE[name].kind,), {"__module__": __name__})
    if not kind.penalised and penalty is not None:
        pytest.skip("has no penalty")
    parts = [parameter(), torch.nn.Parameter(torch.ones(2, 3, dtype=torch.float64)), torch.nn.Parameter(torch.ones(0))]
    optimizer = replace(TABLE[name], kind=kind).make(parts, penalty)
    assert not optimizer.tested

    def evaluate():
        for p in parts:
            p.grad = torch.ones_like(p)
        return sum(p.detach().sum() for p in parts)

    numbers = [("lr", 0.01), ("momentum", 0.0), ("momentum", 0.3), ("lr", 1.0), ("beta", 0.5), ("lr", 0.0), ("lam", 0.0)]
    for number, value in numbers:
        allowed = kind.ranges.get(number, LR)
        if number in optimizer.defaults and allowed.above(value) and (penalty or number != "lam"):
            optimizer.param_groups[0][number] = value
        optimizer.step(evaluate)


def test_all_of_them_in_any_order_are_taken():
    ends = []
    for fields in (Adam.State._fields, Adam.State._fields[::-1]):
        w = parameter()
        optimizer = type("Own", (Own,), {"fields": fields})([w], penalty=L1(0.01))
        for _ in range(3):
            optimizer.step(closure(optimizer, [w]))
        ends.append(w.detach())
    assert torch.equal(*ends)


@pytest.mark.parametrize("name", TRIED)
def test_the_optimizers_keep_what_their_steps_depend_on(name):
    entry, w = TABLE[name], parameter()
    optimizer = entry.make([w], L1(0.01) if entry.kind.penalised else None)
    closure(optimizer, [w])()
    (bucket,) = optimizer._buckets()
    refused = set()
    with torch.no_grad():
        check_fields(name, bucket)
        for field in bucket.fields:
            fewer = tuple(other for other in bucket.fields if other != field)
            try:
                check_fields(name, replace(bucket, fields=fewer))
            except ValueError as error:
                assert f"{name}: a step depends on '{field}' " in str(error)
                refused.add(field)
    assert refused == {*bucket.fields} - KEPT_FOR_OTHERS.get(name, set())
