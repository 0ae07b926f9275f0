"""How many nodes of a graph may share a kernel, in versions of PyTorch that have no option for it and allow 8."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch._inductor import config
from torch._inductor.scheduler import ForeachKernelSchedulerNode

OPTION = "combo_kernel_max_num_nodes"
MOST = 128


@contextmanager
def sharing() -> Iterator[None]:
    """Within, so many nodes that do not depend on each other are compiled to one kernel, whatever the version."""
    if hasattr(config, OPTION):
        yield
        return
    before = ForeachKernelSchedulerNode.group_algorithm_for_combo_kernels
    ForeachKernelSchedulerNode.set_group_algorithm_for_combo_kernels(levels)
    try:
        yield
    finally:
        ForeachKernelSchedulerNode.set_group_algorithm_for_combo_kernels(before)


def levels(scheduler: Any) -> list[list[Any]]:
    """The nodes on a GPU that have the same distance to the inputs, in lists of at most :data:`MOST`."""
    found = []
    for level in scheduler._topological_sort_nodes():
        nodes = [node for node in level if node.get_device() is not None and node.get_device().type == "cuda"]
        found += [nodes[i : i + MOST] for i in range(0, len(nodes), MOST)]
    return found
