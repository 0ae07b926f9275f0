"""A compiled step on a GPU: ``torch.compile`` of the plain one, over all tensors of a bucket at once."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor
from torch._inductor import config as inductor
from torch.fx.experimental.proxy_tensor import make_fx

from deep.optim.bucket import Bucket, grouped, in_state_precision
from deep.optim.fast.parts import MarkedArrays, Parts
from deep.optim.fast.trace import kind_of, numbers_of, with_numbers
from deep.optim.fast.values import Unsupported

_compiled: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()
MARKED = MarkedArrays()
SPLIT = 2**15  # members of a group from which on its sum is worth two kernels


def options(bucket: Bucket) -> dict[str, Any]:
    """For PyTorch's compiler: tensors that do not depend on each other share a kernel, whatever memory its results take, and so
    do the sums of a round, which they do not where they are split among kernels. A search for more to fuse is left out, which
    finds nothing here and takes half of the time."""
    group = grouped(bucket.penalty)
    sizes = [group.grouping.sizes(tuple(p.shape)) for p in bucket.params] if group is not None else []
    wanted = {
        "combo_kernels": True,
        "combo_kernel_max_num_nodes": 128,
        "combo_kernel_max_num_args": 400,
        "combo_kernel_peak_memory_pct_threshold": None,
        "loop_reindexing_after_fusion": False,
        "split_reductions": any(np.max(size) > SPLIT for size in sizes),
    }
    return {name: value for name, value in wanted.items() if hasattr(inductor, name)}  # not every version has all


def step(bucket: Bucket, finite: Tensor | None, backend: str = "inductor") -> bool:
    """One step of all tensors. Numbers enter as 0-d tensors on the CPU, whose values nothing is compiled for."""
    b = bucket
    numbers = numbers_of(b.penalty)
    if any(getattr(v, "ndim", 0) for v in numbers.values()):
        raise Unsupported("an array where a number of the penalty is expected")
    known = _compiled.setdefault(getattr(b.hyper, "__self__", b.hyper), {})
    key = type(b.method), *vars(b.method).items(), kind_of(b.penalty), id(b.penalty), b.fields, b.maximize, finite is None
    tensors = [b.params, b.grads, [[kept[n] for n in b.fields] for kept in b.states]]
    inputs = [*tensors, *(_tensors(d) for d in (b.settings, numbers)), finite]
    shapes = *((p.shape, p.stride(), g.stride()) for p, g in zip(b.params, b.grads, strict=True)), b.params[0].dtype
    if (key, shapes) not in known:  # traced by values: Dynamo does not follow what penalties ask NumPy about shapes
        graph = make_fx(_step_of(b), tracing_mode="fake")(*inputs)
        chosen = options(b) if backend == "inductor" else None
        known[key, shapes] = Parts(
            graph.graph, lambda part: torch.compile(part, fullgraph=True, dynamic=False, backend=backend, options=chosen)
        )
    scalars = [(kept, n) for kept in b.states for n in b.fields if not kept[n].ndim]
    for (kept, n), value in zip(scalars, known[key, shapes](*inputs), strict=True):
        kept[n] = value
    return True


def _tensors(numbers: dict[str, Any]) -> dict[str, Tensor]:
    return {n: torch.as_tensor(v, dtype=torch.float64) for n, v in numbers.items()}


def _step_of(bucket: Bucket) -> Any:
    """The step as a function of tensors alone; it holds none of the bucket's."""
    method, hyper, fields, maximize, start = bucket.method, bucket.hyper, bucket.fields, bucket.maximize, bucket.penalty
    names = method.State._fields  # type: ignore[attr-defined]

    def one(p: Tensor, g: Tensor, kept: list[Tensor], settings: Any, R: Any, finite: Tensor | None) -> list[Tensor]:
        w, g = in_state_precision(p), in_state_precision(g)
        here = dict(zip(fields, kept, strict=True))
        state = method.State(*(here.get(n, 0.0) for n in names))  # type: ignore[attr-defined]
        trial, _ = method.propose(state, w, -g if maximize else g, hyper(settings, state, MARKED), R, MARKED)
        new, moved = method.commit(state, w, trial, None, MARKED)
        scalars = []
        for n, old, value in [("", p, moved), *((n, here[n], getattr(new, n)) for n in fields)]:
            result = value if finite is None else torch.where(finite, value, old)
            if old.ndim or not n:
                old.copy_(result)
            else:
                scalars.append(result.clone())  # a new tensor a step: no kernel to copy it
        return scalars

    def step(params: Any, grads: Any, states: Any, settings: Any, numbers: Any, finite: Tensor | None) -> list[Any]:
        R = with_numbers(start, numbers)
        return [v for p, g, kept in zip(params, grads, states, strict=True) for v in one(p, g, kept, settings, R, finite)]

    return step
