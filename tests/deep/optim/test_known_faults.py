"""Faults that published codes of these methods have; each is a mistake that is easily made again."""

from __future__ import annotations

import pytest
import torch

from deep.optim import SR2
from tests.deep.optim.driving import closure, differentiated, parameter, run
from tests.deep.optim.table import TABLE
from verify.penalties import L1, GroupL2

PENALISED = {name: entry for name, entry in TABLE.items() if entry.kind.penalised}
over_penalised = pytest.mark.parametrize("entry", PENALISED.values(), ids=PENALISED.keys())


@over_penalised
def test_every_parameter_group_advances_not_only_the_last(entry):
    parts = [parameter([1.0 + i, -2.0, 3.0]) for i in range(3)]
    before = [p.detach().clone() for p in parts]
    optimizer = entry.make([{"params": [p], "penalty": L1(0.01 * (i + 1))} for i, p in enumerate(parts)])
    for _ in range(6):
        optimizer.step(differentiated(optimizer, lambda: sum((p**2).sum() for p in parts)))
    assert not any(torch.equal(a, p) for a, p in zip(before, parts, strict=True))
    steps = [float(optimizer.state[p].get("t", 6)) for p in parts]
    assert steps == [6, 6, 6]


def test_a_rejected_step_is_not_kept():
    w = parameter()
    optimizer = SR2([w], sigma0=1e-3, penalty=L1(0.01))
    loss, before = closure(optimizer, [w])(), w.detach().clone()
    assert optimizer.step(closure(optimizer, [w])) == loss
    assert optimizer.decision.failed
    assert torch.equal(w, before)
    assert closure(optimizer, [w])() == loss


@over_penalised
def test_no_state_is_lost_on_reload(entry):
    """Every field of the state, and everything of it that matters: a fresh optimizer would go elsewhere."""
    w = parameter()
    optimizer = entry.make([w], L1(0.05))
    run(optimizer, [w], 6)
    saved = optimizer.state_dict()
    assert set(saved["state"].get(0, {})) == set(optimizer.state[w])
    v, u = parameter(w.detach()), parameter(w.detach())
    resumed, fresh = entry.make([v], L1(0.05)), entry.make([u], L1(0.05))
    resumed.load_state_dict(saved)
    run(optimizer, [w], 4, 7)
    run(resumed, [v], 4, 7)
    run(fresh, [u], 4, 7)
    assert torch.equal(v, w)
    stateless = not entry.floats[0] and not entry.floats[1] and entry.kind is not SR2
    assert torch.equal(u, w) == (stateless or entry.settings.get("listing", entry.kind.__name__ != "RVSM") is False)


@over_penalised
def test_the_groups_that_are_penalised_are_those_that_are_counted(entry):
    """Two columns are penalised: they are zero as a whole and nothing else is, and the penalty's own count says so."""
    if not entry.exact:
        pytest.skip("p has no exact zeros")
    w = parameter()
    optimizer = entry.make([w], GroupL2(100.0, axes=(0,), weights=[0, 0, 1, 0, 1]))
    run(optimizer, [w], 60)
    zero = optimizer.prox_point(w) == 0
    expected = torch.tensor([False, False, True, False, True])
    assert torch.equal(zero, expected.expand(6, 5))
    alive = optimizer.param_groups[0]["penalty"].group_support(optimizer.prox_point(w))
    assert torch.equal(alive, ~expected[None])
