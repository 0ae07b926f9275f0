"""An optimizer that keeps too little of its method's state is refused; those that are here keep what is needed, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest
import torch

from deep.optim import SR2, ProximalOptimizer
from deep.optim.checks import check_fields
from deep.optim.numbers import LR
from tests.deep.optim.driving import closure, parameter
from tests.deep.optim.table import TABLE
from verify.methods.adam import Adam, Adaptive
from verify.penalties import L1

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
