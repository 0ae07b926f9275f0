"""What a GPU's compiler gets is the plain step: its graphs, run by PyTorch itself; and on a GPU, how many kernels it is."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import pytest
import torch

from deep.optim import MRDA, RMDA, RVSM, SR2, base, dual_averaging, fast
from deep.optim import sr2 as module
from deep.optim.fast import build, cpu, gpu
from tests.deep.optim.driving import differentiated, parameter, run
from tests.deep.optim.table import TABLE
from tests.deep.optim.test_compiled import SHAPES, assert_same, bucket
from tests.deep.optim.test_compiled import run as run_pair
from verify.penalties import L0, L1, L12, GroupL2, SparseGroup


@pytest.mark.parametrize(
    "name, penalty",
    [
        ("RMDA", SparseGroup(L1(1e-3), GroupL2(2e-4, axes=(0, 2, 3)))),
        ("ProxSSI", GroupL2(0.03, axes=(0, 2, 3))),
    ],
    ids=str,
)
def test_a_step_is_the_plain_one(name, penalty):
    pair = [bucket(name, penalty, SHAPES[:2]) for _ in range(2)]
    run_pair(*pair, steps=3, step=lambda one, finite: gpu.step(one, finite, backend="eager"))
    assert_same(*pair, ulps=4)
    assert any(bool((p == 0).any()) for p in pair[0].params)
    before = [p.clone() for p in pair[0].params]
    gpu.step(pair[0], torch.tensor(False), backend="eager")
    assert all(torch.equal(p, q) for p, q in zip(pair[0].params, before, strict=True))


@pytest.fixture
def graphs(monkeypatch):
    """Steps go as on a GPU, but for the compiler; the list grows with each graph that is made."""
    made, trace = [], gpu.make_fx
    monkeypatch.setattr(gpu, "make_fx", lambda *a, **o: made.append(a) or trace(*a, **o))
    monkeypatch.setattr(cpu, "step", lambda bucket: gpu.step(bucket, torch.tensor(True), backend="eager"))
    return made


@pytest.mark.parametrize("entry", [e for e in TABLE.values() if e.kind is not SR2], ids=[k for k in TABLE if k != "SR2"])
def test_steps_of_every_optimizer_are_the_plain_ones(entry, graphs):
    for penalty in [None, L1(0.1), L12(0.05), GroupL2(0.1, axes=(0,))] if entry.kind.penalised else [None]:
        graphs.clear()
        w, v = parameter(), parameter()
        one, other = (entry.make([p], penalty, fast=compiled) for p, compiled in ((w, True), (v, False)))
        for k in range(1, 7):
            run(one, [w], 1, first=k)
            run(other, [v], 1, first=k)
            pairs = [(w, v), *((kept, other.state[v][n]) for n, kept in one.state[w].items() if isinstance(kept, torch.Tensor))]
            for a, b in pairs:
                torch.testing.assert_close(a, b, rtol=0, atol=1e-12)
                assert torch.equal(a == 0, b == 0)
        assert len(graphs) == 1


def test_another_lam_is_no_other_graph(graphs):
    w = parameter()
    optimizer = RMDA([w], penalty=GroupL2(0.1, axes=(0,)))
    for k in range(4):
        optimizer.param_groups[0]["lam"] = 0.1 + 0.01 * k
        run(optimizer, [w], 1)
    assert len(graphs) == 1


def test_other_groups_are_another_graph(graphs):
    """Whatever address the new penalty has: the old one's may be free."""
    w, v = parameter(), parameter()
    one, other = (RMDA([p], momentum=1.0, fast=compiled) for p, compiled in ((w, True), (v, False)))
    for k in range(12):
        for optimizer, p in ((one, w), (other, v)):
            optimizer.param_groups[0]["penalty"] = GroupL2(0.3, axes=(k % 2,))
            run(optimizer, [p], 1)
        torch.testing.assert_close(w, v, rtol=0, atol=1e-12)
    assert len(graphs) == 2


def test_state_that_lies_otherwise_is_another_graph(graphs):
    """As it may after loading: the code that is compiled for a graph looks at no strides."""
    w, v = parameter(), parameter()
    one, other = (RMDA([p], penalty=L1(0.1), fast=compiled) for p, compiled in ((w, True), (v, False)))
    for k in range(1, 5):
        run(one, [w], 1, first=k)
        run(other, [v], 1, first=k)
        one.state[w]["V"] = one.state[w]["V"].t().contiguous().t()
        torch.testing.assert_close(w, v, rtol=0, atol=1e-12)
    assert len(graphs) == 2


def test_gradients_of_another_dtype_are_another_graph(graphs):
    w, v = parameter(np.ones(4), torch.bfloat16), parameter(np.ones(4), torch.bfloat16)
    one, other = (RMDA([p], penalty=L1(0.1), fast=compiled) for p, compiled in ((w, True), (v, False)))
    for dtype in (torch.bfloat16, torch.float32, torch.bfloat16):
        for optimizer, p in ((one, w), (other, v)):
            p.grad, p.grad_dtype = None, dtype
            p.grad = torch.full((4,), 1.001, dtype=dtype)
            optimizer.step()
        assert torch.equal(one.state[w]["V"], other.state[v]["V"])
    assert len(graphs) == 2


@pytest.mark.parametrize("how", [{"groups": [[0, 2], [1, 3, 4]]}, {"axes": (0,), "weights": np.arange(1.0, 6.0)}])
def test_what_has_no_graph_is_left_to_plain_torch(how, graphs, monkeypatch):
    monkeypatch.setattr(fast, "_plain", set())
    w = parameter()
    with pytest.warns(UserWarning, match="is not compiled, and slower for it"):
        run(RMDA([w], penalty=GroupL2(0.1, **how)), [w], 2)
    assert not graphs


@torch.no_grad()
def test_averages_are_the_plain_ones(monkeypatch):
    found = []
    monkeypatch.setattr(base, "compiled_step", lambda *a: False)
    monkeypatch.setattr(dual_averaging, "compiled_call", lambda device, *a: gpu.call(*a, backend="eager"))
    for compiled in (True, False):
        w = torch.linspace(-1, 1, 12).reshape(3, 4).requires_grad_()
        optimizer = MRDA([w], lr=0.3, penalty=L1(1e-2), average=True, fast=compiled)
        for k in range(3):
            w.grad = torch.full_like(w, float(k)).cos()
            optimizer._run(optimizer._bucket(0, optimizer.param_groups[0], [w]), torch.tensor(k != 1))
        found.append(optimizer.state[w]["average"])
    torch.testing.assert_close(*found, rtol=0, atol=1e-6)


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 3)).double()


def steps_of_sr2(model, penalty, count=12):
    """Their decisions and sums, of which some are taken and some are not."""
    weights, others = [p for p in model.parameters() if p.ndim == 2], [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": weights, "penalty": penalty}, {"params": others, "penalty": L1(1e-3)}]
    optimizer = SR2(groups, sigma0=0.5, buffers=model)
    x = torch.randn(16, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    closure = differentiated(optimizer, lambda: (model(x) - x[:, :3] * x[:, 3:]).square().mean())
    made = []
    for _ in range(count):
        optimizer.step(closure)
        made.append([float(v) for v in [*optimizer.decision, *optimizer.sums]])
    return made


@pytest.mark.parametrize("penalty", [L0(1e-3), GroupL2(1e-3, axes=(0,))], ids=repr)
def test_sr2_decides_as_the_plain_one(penalty, monkeypatch):
    plain, other = network(), network()
    expected = steps_of_sr2(plain, penalty)
    assert {taken for _, taken, *_ in expected} == {0, 1}
    monkeypatch.setattr(SR2, "_number", lambda self, value: torch.as_tensor(value, dtype=torch.float64).detach())
    monkeypatch.setattr(module, "compiled_propose", lambda *a: gpu.propose(*a, backend="eager"))
    monkeypatch.setattr(module, "compiled_call", lambda device, *a: gpu.call(*a, backend="eager"))
    found = steps_of_sr2(other, penalty)
    assert found == [pytest.approx(one, rel=1e-9, abs=1e-12) for one in expected]
    for a, b in zip(plain.state_dict().values(), other.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-12)
        assert torch.equal(a == 0, b == 0)


# of a name that the register of penalties leaves out
class _ByNumbers(L1):
    def _prox(self, z, t, xp):
        return super()._prox(z, t, xp) if float(xp.max(z)) < 10 else z


class _ByRows(L1):
    def _prox(self, z, t, xp):
        return super()._prox(z, t, xp) + sum(0 * row.sum() for row in z)


@pytest.mark.parametrize("kind", [_ByNumbers, _ByRows])
def test_functions_whose_graph_depends_on_numbers_take_the_plain_step_with_one_warning(kind, graphs, monkeypatch):
    monkeypatch.setattr(fast, "_plain", set())
    pair = [parameter(), parameter()]
    optimizers = [RVSM([w], lr=0.1, penalty=kind(0.1), fast=quick) for w, quick in zip(pair, (True, False), strict=True)]
    with pytest.warns(UserWarning, match=f"RVSM with {kind.__name__} is not compiled, .*: what works on numbers alone") as said:
        run(optimizers[0], pair[:1], 3)
    run(optimizers[1], pair[1:], 3)
    assert torch.equal(*pair) and len(said) == len(graphs) == 1


def failing(*inputs):
    raise ValueError("no kernel")


@pytest.mark.parametrize("launched", [False, True])
@pytest.mark.parametrize(("name", "last"), [("ProxSSI", 3), ("RMDA", 1)])
def test_where_a_part_does_not_compile_or_launch_nothing_has_changed(name, last, launched, monkeypatch):
    """One that launches fails when it has written: Triton's kernels are loaded one by one."""
    one = bucket(name, GroupL2(0.03, axes=(0, 2, 3)), SHAPES[:2])
    before, parts = [t.clone() for t in [*one.params, *(v for kept in one.states for v in kept.values())]], []

    def compiled(part, inputs, options):
        parts.append(part)
        if len(parts) < last:
            return part
        return (lambda *inputs: failing(part(*inputs))) if launched else failing()

    monkeypatch.setattr(torch._inductor, "compile", compiled)
    monkeypatch.setattr(gpu, "_compiled", WeakKeyDictionary())
    with pytest.raises(build.NoCompiler, match="no kernel"):
        gpu.step(one, None)
    now = [*one.params, *(v for kept in one.states for v in kept.values())]
    assert all(torch.equal(a, b) for a, b in zip(before, now, strict=True))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("name", ["RMDA + l1", "RMDA + group LASSO", "ProxGEN-Adam + l1", "ProxSSI group LASSO"])
def test_a_step_of_resnet18_on_a_gpu_is_at_most_60_kernels(name):
    from deep.speed import networks, optim

    case = next(case for case in optim.CASES if case.name == name)
    step = optim.job(case, networks.resnet18(), torch.device("cuda"))
    step()
    step()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
        step()
    launched = [event.name for event in profile.events() if event.device_type == torch.autograd.DeviceType.CUDA]
    assert 0 < sum(not name.startswith(("Memcpy", "Memset")) for name in launched) <= 60
