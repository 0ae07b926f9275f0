"""``nonfinite="late"``: the compiled step looks at the gradients as it goes, and it is the same step."""

from __future__ import annotations

import re

import pytest
import torch

from deep.optim import RMDA, SR2, ProxGEN, ProxSSI, nonfinite
from deep.optim.fast import build
from tests.deep.optim.driving import parameter, run
from tests.deep.optim.table import TABLE
from verify.penalties import L1, L12, GroupL2, SparseGroup

pytestmark = pytest.mark.skipif(build.compiler() is None, reason="no C compiler")
over_table = pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())
SHAPES = [(70, 90), (40, 3, 5, 5), (3, 40, 1, 1), (200, 400)]
BY_LISTS = GroupL2(1e-3, groups=[[0, 1, 2], [3, 4, 5]])
STEPS = {
    "one pass": lambda p, **o: RMDA(p, penalty=L1(1e-3), lr=0.1, momentum=0.5, **o),
    "two": lambda p, **o: RMDA(p, penalty=GroupL2(1e-3, axes=(0,)), lr=0.1, momentum=0.5, **o),
    "groups of runs": lambda p, **o: RMDA(p, penalty=GroupL2(1e-3, axes=(-1,)), lr=0.1, momentum=0.5, **o),
    "groups and entries": lambda p, **o: RMDA(p, penalty=SparseGroup(L1(1e-3), GroupL2(1e-3, axes=(0,))), lr=0.1, **o),
    "stages": lambda p, **o: ProxGEN(p, penalty=L12(1e-3), lr=0.1, **o),
    "rounds": lambda p, **o: ProxSSI(p, penalty=GroupL2(1e-3, axes=(0,)), lr=0.1, **o),
}


@pytest.fixture
def unread(monkeypatch):
    """Nobody but the step looks at the gradients."""

    def refused(grads):
        raise AssertionError("gradients were read before the step")

    monkeypatch.setattr(nonfinite, "compiled_all_finite", refused)


def told(index):
    shape = re.escape(str(SHAPES[index]))
    return rf"parameter {index} of those with one, of shape {shape}, has NaN or infinity; weights and state are spoilt"


def problem(dtype, shapes=SHAPES):
    generator = torch.Generator().manual_seed(0)
    params = [torch.nn.Parameter(torch.randn(s, generator=generator).to(dtype)) for s in shapes]
    for p in params:
        p.grad = torch.randn(p.shape, generator=generator).to(dtype)
    return params


@over_table
def test_it_is_the_same_step(entry):
    found = []
    for choice in ("raise", "late"):
        w = parameter()
        run(entry.make([w], L1(0.05) if entry.kind.penalised else None, fast=True, nonfinite=choice), [w], 10)
        found.append(w.detach())
    assert torch.equal(*found)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
@pytest.mark.parametrize("make", STEPS.values(), ids=STEPS.keys())
def test_an_entry_that_is_not_finite_is_met_wherever_it_is(make, dtype, threads, unread):
    torch.set_num_threads(threads)
    largest = torch.finfo(dtype).max
    for index in range(len(SHAPES)):
        for place in (0, 17, -1):
            for bad in (torch.nan, torch.inf, -torch.inf, largest, -largest):
                params = problem(dtype)
                params[index].grad.view(-1)[place] = bad
                optimizer = make(params, nonfinite="late")
                if abs(bad) == largest:
                    optimizer.step()
                else:
                    with pytest.raises(FloatingPointError, match=told(index)):
                        optimizer.step()


@pytest.mark.parametrize("make", STEPS.values(), ids=STEPS.keys())
def test_the_other_entries_have_moved_as_without_it(make, unread):
    """So that what is said is so: the step is over."""
    (p, *_), (q, *_) = problem(torch.float32), problem(torch.float32)
    q.grad[3, 4] = torch.nan
    make([p], nonfinite="late").step()
    with pytest.raises(FloatingPointError):
        make([q], nonfinite="late").step()
    assert torch.equal(p[:, :4], q[:, :4]) or torch.equal(p[:3], q[:3])
    assert torch.isnan(q[3, 4])


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.filterwarnings("ignore:RMDA with GroupL2 is not compiled")
def test_where_it_cannot_be_it_is_raise(fast):
    """SR2, whose trial goes back; steps that are not compiled, of a method or of one bucket."""
    made = {
        "SR2": lambda p: SR2(p, nonfinite="late", fast=fast).step(lambda: p[0].detach().sum()),
        "plain": lambda p: RMDA(p, lr=0.1, nonfinite="late", fast=False).step(),
        "groups by index lists": lambda p: RMDA(p, penalty=BY_LISTS, lr=0.1, nonfinite="late", fast=fast).step(),
    }
    for step in made.values():
        (p,) = problem(torch.float32, [(6,)])
        before, p.grad[2] = p.detach().clone(), torch.nan
        with pytest.raises(FloatingPointError, match="nothing was changed"):
            step([p])
        assert torch.equal(p, before)


@pytest.mark.filterwarnings("ignore:RMDA with GroupL2 is not compiled")
@pytest.mark.parametrize(
    ("bad", "said"), [(0, "parameter 0 .*spoilt"), (1, "parameter 1 .*spoilt"), (2, "parameter 2 .*spoilt")]
)
def test_of_several_buckets_the_number_counts_all_and_what_moved_is_said(bad, said):
    """The second is not compiled: before its own step it is looked at, but the first has moved by then."""
    params = problem(torch.float32, [(4, 3), (6,), (5, 2)])
    before = [p.detach().clone() for p in params]
    params[bad].grad.view(-1)[1] = torch.nan
    groups = [{"params": params[:1]}, {"params": params[1:2], "penalty": BY_LISTS}, {"params": params[2:]}]
    with pytest.raises(FloatingPointError, match=said):
        RMDA(groups, penalty=L1(1e-3), lr=0.1, nonfinite="late").step()
    assert not torch.equal(params[0], before[0])
    assert torch.equal(params[1], before[1]) == (bad < 2)
