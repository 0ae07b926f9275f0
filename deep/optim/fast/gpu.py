"""A compiled step on a GPU: ``torch.compile`` of the plain one, over all tensors of a bucket at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor
from torch._inductor import config as inductor
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._pytree import tree_leaves, tree_map_only

from deep.optim.bucket import Bucket, grouped
from deep.optim.fast.build import NoCompiler
from deep.optim.fast.parts import MarkedArrays, Parts, may_be_written
from deep.optim.fast.sharing import sharing
from deep.optim.fast.trace import groups_of, kind_of, numbers_of, with_numbers
from deep.optim.fast.values import Unsupported, unsupported
from deep.optim.swap import copies, fill
from verify.methods.sr2 import Sums

_compiled: WeakKeyDictionary[Any, dict[Any, Parts | str]] = WeakKeyDictionary()
MARKED = MarkedArrays()
SPLIT = 2**15  # members of a group from which on its sum is worth two kernels


def options(bucket: Bucket | None) -> dict[str, Any]:
    """For PyTorch's compiler: tensors that do not depend on each other share a kernel, whatever memory its results take, and so
    do the sums of a round, which they do not where they are split among kernels. What searches for more to fuse is left out or
    cut short: it finds nothing here and takes half of the time. A stopwatch chooses blocks of entries at most, never how sums
    are made: the same bits in every run. A product and a sum are rounded one by one and quotients to the last bit, as in plain
    steps and prox points."""
    group = grouped(bucket.penalty) if bucket else None
    sizes = [group.grouping.sizes(tuple(p.shape)) for p in bucket.params] if bucket and group is not None else []
    wanted = {
        "combo_kernels": True,
        "combo_kernel_max_num_nodes": 128,
        "combo_kernel_max_num_args": 400,
        "combo_kernel_peak_memory_pct_threshold": None,
        "deterministic": True,
        "eager_numerics.division_rounding": True,
        "emulate_precision_casts": True,
        "loop_reindexing_after_fusion": False,
        "max_fusion_buffer_group_pairwise_attempts": 4,
        "split_reductions": any(np.max(size) > SPLIT for size in sizes),
    }
    return {name: value for name, value in wanted.items() if _known(name)}


def _known(option: str) -> bool:
    """Not every version has all."""
    try:
        attrgetter(option)(inductor)
    except AttributeError:
        return False
    return True


class Compiled:
    """A graph of tensors, compiled when the first ones come. Dynamo, which makes such graphs, has nothing to do here, and would
    take half of the time that the host needs for a step."""

    def __init__(self, graph: GraphModule, settings: dict[str, Any]) -> None:
        self.graph, self.settings = graph, settings
        self.made: Callable[..., list[Tensor]] | None = None

    def __call__(self, *inputs: Tensor) -> list[Tensor]:
        if self.made is not None:
            return self.made(*inputs)
        try:
            made = torch._inductor.compile(self.graph, list(inputs), options=self.settings)
            found: list[Tensor] = made(*inputs)  # Triton's kernels are loaded, and its own errors come, with the first launch
        except torch.OutOfMemoryError:
            raise
        except Exception as error:  # anything: it is PyTorch's compiler and what that calls
            raise NoCompiler(f"PyTorch's compiler failed: {error}") from error
        self.made = made
        return found


def call(
    owner: Any,
    key: Any,
    function: Callable[..., Any],
    inputs: list[Any],
    bucket: Bucket | None = None,
    backend: str = "inductor",
) -> list[Tensor]:
    """``function(*inputs)``, tensors of tensors, compiled once for an owner and a key, which tells their shapes, strides, types
    and devices too: nothing else looks at them. Numbers come in dicts, and go in as 0-d tensors, whose values nothing is
    compiled for. ``bucket`` is whose step it is."""
    known = _compiled.setdefault(owner, {})
    inputs = [{n: torch.as_tensor(v, dtype=torch.float64) for n, v in x.items()} if isinstance(x, dict) else x for x in inputs]
    key = key, *(v.device for x in inputs if isinstance(x, dict) for v in x.values())
    if key in known:
        program = known[key]
        if isinstance(program, str):
            raise Unsupported(program)
        return program(*inputs)
    if bucket is not None:
        bucket.check_shapes()
    bare = tree_map_only(Tensor, Tensor.detach, inputs)  # without gradients, whose stand-ins may have no other dtype
    settings = options(bucket)
    try:
        graph = make_fx(function, tracing_mode="fake")(*bare)  # by values: Dynamo does not follow what penalties ask NumPy
        made = Parts(graph.graph, lambda part: Compiled(part, settings) if backend == "inductor" else part)
        written = [may_be_written(n) for n in made.inputs]
    except Exception as error:
        known[key] = str(unsupported(error, "numbers"))
        raise Unsupported(known[key]) from error
    before = copies([t for t, may in zip(tree_leaves(inputs), written, strict=True) if may])
    try:
        with sharing():
            found = made(*inputs)
    except BaseException:
        fill(before)  # each part is compiled when it is reached, and an earlier one or its own kernels may have written
        raise
    known[key] = made
    return found


def step(bucket: Bucket, finite: Tensor | None, backend: str = "inductor") -> bool:
    """One step of all tensors."""
    kept = [[kept[n] for n in bucket.fields] for kept in bucket.states]
    scalars = [(kept, n) for kept in bucket.states for n in bucket.fields if not kept[n].ndim]
    for (state, n), value in zip(scalars, _call(bucket, _step_of, kept, finite, backend), strict=True):
        state[n] = value
    return True


def propose(bucket: Bucket, before: list[Tensor], backend: str = "inductor") -> Sums:
    """Moves the parameters to the method's trial, and to ``before`` what they were; its sums over all tensors."""
    return Sums(*_call(bucket, _proposal_of, [list(kept.values()) for kept in bucket.states], before, backend))


def _call(b: Bucket, function_of: Callable[[Bucket], Any], kept: Any, other: Any, backend: str) -> list[Tensor]:
    numbers, groups = numbers_of(b.penalty), groups_of(b.penalty)
    first = b.params[0].device, b.params[0].dtype
    shapes = tuple([(p.shape, p.stride(), g.stride(), g.dtype) for p, g in zip(b.params, b.grads, strict=True)])
    states = tuple([(v.stride(), v.dtype) for kept in b.states for v in kept.values()])
    method = type(b.method), *vars(b.method).items()
    key = function_of, method, kind_of(b.penalty), groups, b.fields, b.maximize, other is None, first, shapes, states
    inputs = [b.params, b.grads, kept, b.settings, numbers, other]
    return call(getattr(b.hyper, "__self__", b.hyper), key, function_of(b), inputs, b, backend)


def _step_of(b: Bucket) -> Any:
    """The step as a function of tensors alone; it holds none of the bucket's."""
    bucket, fields = replace(b, params=[], grads=[], states=[]), b.fields

    def one(p: Tensor, grad: Tensor, kept: dict[str, Tensor], settings: Any, R: Any, finite: Tensor | None) -> list[Tensor]:
        state, w, g = bucket.view(p, grad, kept)
        trial, _ = bucket.method.propose(state, w, g, bucket.hyper(settings, state, MARKED), R, MARKED)
        new, moved = bucket.method.commit(state, w, trial, None, MARKED)
        old = [p, *kept.values()]
        found = [moved, *(getattr(new, n) for n in fields)]  # all of it before anything is written: it may be what is there
        found = [v.clone() if v is w or v is g else v for v in found]
        found = found if finite is None else [torch.where(finite, v, o) for v, o in zip(found, old, strict=True)]
        for o, v in zip(old, found, strict=True):
            if o.ndim or o is p:
                o.copy_(v)
        return [v.clone() for o, v in zip(old, found, strict=True) if not o.ndim and o is not p]  # new ones: no kernel to copy

    def step(params: Any, grads: Any, states: Any, settings: Any, numbers: Any, finite: Tensor | None) -> list[Any]:
        settings, numbers = _beside(params[0], settings, numbers)
        R, named = with_numbers(bucket.penalty, numbers), (dict(zip(fields, kept, strict=True)) for kept in states)
        return [v for each in zip(params, grads, named, strict=True) for v in one(*each, settings, R, finite)]

    return step


def _beside(p: Tensor, *given: dict[str, Tensor]) -> list[dict[str, Tensor]]:
    """The numbers on the device of a parameter, as a kernel has them that is given them: what is computed of them is computed
    there, where some versions of PyTorch otherwise write code for the CPU too."""
    zero = torch.zeros((), dtype=torch.float64, device=p.device)
    return [{n: v + zero for n, v in numbers.items()} for numbers in given]


def _proposal_of(b: Bucket) -> Any:
    """The proposal as a function of tensors alone; it holds none of the bucket's."""
    bucket = replace(b, params=[], grads=[], states=[])

    def propose(params: Any, grads: Any, states: Any, settings: Any, numbers: Any, before: Any) -> list[Tensor]:
        settings, numbers = _beside(params[0], settings, numbers)
        R, parts = with_numbers(bucket.penalty, numbers), []
        for p, grad, kept, copy in zip(params, grads, states, before, strict=True):
            state, w, g = bucket.view(p, grad, dict(zip(bucket.fields, kept, strict=True)))
            trial, sums = bucket.method.propose(state, w, g, bucket.hyper(settings, state, MARKED), R, MARKED)
            parts.append([part.double() for part in sums if part is not None])
            copy.copy_(p)
            p.copy_(trial)
        return [sum(column) for column in zip(*parts, strict=True)]

    return propose
