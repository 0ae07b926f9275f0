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

from deep.optim import RMDA
from deep.optim.fast import gpu
from deep.speed import resnet18
from verify.penalties import GroupL2

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


def kernels(graph, inputs, mode):
    """The launches in the code that the compiler writes for a graph."""
    flat = tree_leaves(inputs)
    with Writing():
        graph = make_fx(graph, decomposition_table=select_decomp_table(), tracing_mode="fake")(*inputs)
    graph.graph.set_codegen(CodeGen())
    graph.recompile()
    lowered = GraphLowering(graph, example_inputs=flat)
    with V.set_graph_handler(lowered), V.set_fake_mode(mode), V.set_debug_handler(DebugContext()):
        lowered.run(*flat)
        written = lowered.codegen()[0].value
    return len(re.findall(r"\.run\(", written))


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
        stack.enter_context(config.patch(fx_graph_cache=False, **gpu.OPTIONS))
        yield


@pytest.mark.skipif(torch.cuda.is_available(), reason="counted by the profiler")
def test_a_step_of_resnet18_is_written_as_at_most_60_kernels(as_on_a_gpu, monkeypatch):
    written = []
    monkeypatch.setattr(
        torch, "compile", lambda graph, **options: lambda *inputs: written.append((graph, inputs)) or graph(*inputs)
    )
    with FakeTensorMode() as mode, torch.no_grad():
        params = [torch.empty(shape, device="cuda") for shape in resnet18()]
        for p in params:
            p.grad = torch.empty_like(p)
        penalties = {4: GroupL2(1e-4, axes=(0, 2, 3)), 2: GroupL2(1e-4, axes=(0,)), 1: None}
        optimizer = RMDA([{"params": [p for p in params if p.ndim == n], "penalty": R} for n, R in penalties.items()])
        finite = torch.empty((), dtype=torch.bool, device="cuda")
        with Writing():
            assert all(gpu.step(bucket, finite) for bucket in optimizer._buckets())
        counts = [kernels(graph, inputs, mode) for graph, inputs in written]
    assert len(counts) == 3
    assert 0 < sum(counts) <= 60
