"""How many kernels a step is on a GPU: what PyTorch's compiler writes for one, counted where there is none.

Tensors stand for those of a device, without values; the compiler is asked for its code and not for machine code of it.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import torch
from torch._dynamo.device_interface import CudaInterface
from torch._inductor import config
from torch._inductor.debug import DebugContext
from torch._inductor.decomposition import select_decomp_table
from torch._inductor.graph import GraphLowering
from torch._inductor.virtualized import V
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import CodeGen
from torch.fx.experimental.proxy_tensor import make_fx
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

from deep.optim import MRDA, RMDA, SR2, ProxGEN, ProxSGD, ProxSSI, fast
from deep.optim.fast import gpu
from deep.optim.fast import sharing as sharing_module
from deep.optim.fast.sharing import sharing
from deep.optim.swap import Kept
from deep.speed.networks import NETWORKS
from verify.penalties import GroupL2, group_l2

DEVICE = SimpleNamespace(
    type="cuda",
    major=9,
    minor=0,
    gcnArchName=None,
    warp_size=32,
    multi_processor_count=132,
    max_threads_per_multi_processor=2048,
    regs_per_multiprocessor=65536,
    shared_memory_per_block=49152,
    shared_memory_per_block_optin=232448,
    total_memory=2**37,
)


class Writing(TorchFunctionMode):
    """Writes to a tensor by adding to it: PyTorch without CUDA has no ``copy_`` between stand-ins for tensors of one."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        return torch.Tensor.add_(*args) if function is torch.Tensor.copy_ else function(*args, **(kwargs or {}))


def kernels(code):
    """The launches in the code that the compiler writes for a graph: of kernels of the GPU, and of none of the CPU's."""
    assert "cpp_fused" not in code
    return len(re.findall(r"\.run\(", code))


def written_for(graph, inputs, options, mode):
    """The code that the compiler writes for a graph."""
    flat = tree_leaves(inputs)
    with Writing():
        graph = make_fx(graph, decomposition_table=select_decomp_table(), tracing_mode="fake")(*inputs)
    graph.graph.set_codegen(CodeGen())
    graph.recompile()
    with config.patch(fx_graph_cache=False, **options), sharing():
        lowered = GraphLowering(graph, example_inputs=flat)
        with V.set_graph_handler(lowered), V.set_fake_mode(mode), V.set_debug_handler(DebugContext()):
            lowered.run(*flat)
            return lowered.codegen()[0].value


@pytest.fixture
def as_on_a_gpu():
    there = staticmethod(lambda *a: True), staticmethod(lambda *a: DEVICE)
    with ExitStack() as stack:
        for owner, name, value in [
            (CudaInterface, "is_available", there[0]),
            (CudaInterface, "get_device_properties", there[1]),
            (CudaInterface.Worker, "get_device_properties", there[1]),
        ]:
            stack.enter_context(patch.object(owner, name, value))
        stack.enter_context(patch("torch.cuda.get_device_properties", lambda *a: DEVICE))
        stack.enter_context(patch("torch._inductor.scheduler.has_triton", lambda *a: True))
        stack.enter_context(patch("torch.utils._triton.triton_hash_with_backend", lambda: "none"))
        yield


def steps(optimizer, finite):
    """A step of each bucket."""
    for bucket in optimizer._buckets():
        optimizer._run(bucket, finite)


def comparison(optimizer, finite):
    """SR2's step, but for what it asks of the model."""
    loss = torch.empty((), device="cuda")
    own = []
    parts = optimizer._propose(optimizer._buckets(), own)
    optimizer._compare(parts, loss, lambda: loss, finite, own, Kept([]))


def launches(make, shapes, monkeypatch, step=steps, count=kernels):
    """Those of one step, or what else is counted in its code, and how many graphs are compiled: convolutions by input channel,
    matrices by column, others free."""
    written = []

    def compiled(graph, inputs, options):
        return lambda *inputs: written.append((graph, inputs, options)) or graph(*inputs)

    monkeypatch.setattr(torch._inductor, "compile", compiled)
    monkeypatch.setattr(fast, "available", lambda device: True)
    monkeypatch.setattr(fast, "is_plain", lambda x: True)
    with FakeTensorMode() as mode, torch.no_grad():
        params = [torch.empty(shape, device="cuda") for shape in shapes]
        for p in params:
            p.grad = torch.empty_like(p)
        penalties = {4: GroupL2(1e-4, axes=(0, 2, 3)), 2: GroupL2(1e-4, axes=(0,)), 1: None}
        kinds = {n: [p for p in params if p.ndim == n] for n in penalties}
        optimizer = make([{"params": kinds[n], "penalty": R} for n, R in penalties.items() if kinds[n]])
        with Writing():
            step(optimizer, torch.empty((), dtype=torch.bool, device="cuda"))
        graphs = {graph: (graph, inputs, options) for graph, inputs, options in written}
        counts = {graph: count(written_for(*one, mode)) for graph, one in graphs.items()}
        return sum(counts[graph] for graph, _, _ in written), len(graphs)


@pytest.mark.skipif(torch.cuda.is_available(), reason="counted by the profiler")
def test_a_step_of_resnet18_is_written_as_at_most_60_kernels(as_on_a_gpu, monkeypatch):
    count, graphs = launches(RMDA, NETWORKS["ResNet18"](), monkeypatch)
    assert graphs == 3
    assert 0 < count <= 60


@pytest.mark.skipif(torch.cuda.is_available(), reason="counted by the profiler")
@pytest.mark.parametrize("make", [ProxSGD, lambda groups: ProxGEN(groups, preconditioner=None)], ids=["ProxSGD", "ProxGEN"])
def test_what_is_computed_of_numbers_alone_is_no_kernel_of_the_cpu(make, as_on_a_gpu, monkeypatch):
    count, _ = launches(make, [(4, 3, 3, 3), (2, 4), (16,)], monkeypatch)
    assert 0 < count <= 9


@pytest.mark.skipif(not hasattr(config, sharing_module.OPTION), reason="the other tests are of this version then")
@pytest.mark.skipif(torch.cuda.is_available(), reason="counted by the profiler")
def test_a_version_without_the_option_shares_kernels_all_the_same(as_on_a_gpu, monkeypatch):
    """As 2.11, which lets 8 share one and asks no option."""
    shapes = 12 * [(16,)]
    usual = launches(RMDA, shapes, monkeypatch)
    monkeypatch.setattr(sharing_module, "OPTION", "no option of that name")
    monkeypatch.setattr(gpu, "inductor", SimpleNamespace(combo_kernels=1, combo_kernel_max_num_args=1, deterministic=1))
    with config.patch(combo_kernel_max_num_nodes=8, combo_kernel_peak_memory_pct_threshold=None):
        assert launches(RMDA, shapes, monkeypatch) == usual
        monkeypatch.setattr(sharing_module, "MOST", 8)
        assert launches(RMDA, shapes, monkeypatch) > usual


@pytest.mark.skipif(torch.cuda.is_available(), reason="counted by the profiler")
def test_averages_are_few_kernels_however_many_tensors(as_on_a_gpu, monkeypatch):
    small, large = (launches(lambda g: MRDA(g, average=True), n * [(4, 16)], monkeypatch) for n in (1, 12))
    assert small[1] == large[1] == 2
    assert 0 < small[0] == large[0]


@pytest.mark.skipif(torch.cuda.is_available(), reason="counted by the profiler")
def test_a_step_of_sr2_is_few_kernels_however_many_tensors(as_on_a_gpu, monkeypatch):
    small, large = (launches(SR2, [(4, 3, 3, 3), (2, 4), *n * [(16,)]], monkeypatch, comparison) for n in (1, 12))
    assert small[1] == large[1] == 4
    assert 0 < small[0] <= large[0] <= 20


@pytest.mark.skipif(torch.cuda.is_available(), reason="counted by the profiler")
def test_rounds_of_an_iteration_are_compiled_once_and_share_kernels(as_on_a_gpu, monkeypatch):
    """Tensors of ResNet18, one with sums that would be split otherwise: a round more is one or two kernels more."""
    counts = []
    for rounds in (6, 7):
        monkeypatch.setattr(group_l2, "ROUNDS", rounds)
        count, graphs = launches(ProxSSI, [(512, 256, 1, 1), (64, 64, 3, 3), (128, 64, 3, 3)], monkeypatch)
        assert graphs == 3
        counts.append(count)
    assert 0 < counts[1] - counts[0] <= 2


@pytest.mark.skipif(torch.cuda.is_available(), reason="read in the code that is written without one")
def test_kernels_round_products_sums_and_quotients_as_plain_steps_do(as_on_a_gpu, monkeypatch):
    """Prox points are made by a plain step, and are RMDA's parameters to the bit where c = 1."""

    def make(groups):
        return RMDA(groups, momentum=1.0)

    fused, graphs = launches(make, [(4, 3)], monkeypatch, count=lambda code: code.count("'enable_fp_fusion': True"))
    kept, _ = launches(make, [(4, 3)], monkeypatch, count=lambda code: code.count("'enable_fp_fusion': False"))
    divided, _ = launches(make, [(4, 3)], monkeypatch, count=lambda code: code.count("div_rn("))
    assert (fused, graphs) == (0, 1)
    assert min(kept, divided) > 0


def test_sigma_of_sr2_goes_where_the_model_has_gone():
    with FakeTensorMode(), torch.no_grad():
        optimizer = SR2([torch.nn.Parameter(torch.empty(4))], fast=False)
        assert optimizer.sigma.device.type == "cpu"
        p = torch.nn.Parameter(torch.empty(4, device="cuda"))
        optimizer.param_groups[0]["params"] = [p]
        p.grad = torch.empty_like(p)
        with Writing():
            optimizer._propose(optimizer._buckets(), [])
        assert optimizer.sigma.device.type == "cuda"
