"""How fast the core is beside other libraries: the same arrays in the same process, as multiples of a copy.

Each library is called as its users would for speed: ours with ``out=``, pyproximal's ``prox``, skglm's compiled loops over the
coordinates (compiled before the clock starts), torchao's maps in place on a tensor that z is copied into.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from verify.audit.peers import load
from verify.speed.measure import interleaved

SIZE = 4_000_000
GROUP = 8
STEP, WEIGHT, SHAPE, EXPONENT = 0.7, 0.3, 3.0, 3.7
MAPS = ("l1", "l0", "MCP", "SCAD", "group LASSO, groups of 8", "l1/2", "l2/3", "box")

Jobs = dict[str, Callable[[], Any]]


def _ours(z: Any, out: Any) -> Jobs:
    from verify.penalties import L0, L1, L12, L23, MCP, SCAD, Box, GroupL2

    made = {
        "l1": L1(WEIGHT),
        "l0": L0(WEIGHT),
        "MCP": MCP(WEIGHT, SHAPE),
        "SCAD": SCAD(WEIGHT, EXPONENT),
        "l1/2": L12(WEIGHT),
        "l2/3": L23(WEIGHT),
        "box": Box(-1.0, 1.0),
    }
    jobs: Jobs = {name: lambda penalty=penalty: penalty.prox(z, STEP, out=out) for name, penalty in made.items()}  # type: ignore[misc]
    groups, grouped_out = z.reshape(-1, GROUP), out.reshape(-1, GROUP)
    return jobs | {"group LASSO, groups of 8": lambda: GroupL2(WEIGHT, axes=(-1,)).prox(groups, STEP, out=grouped_out)}


def _pyproximal(z: Any, out: Any) -> Jobs:
    import pyproximal

    made = {
        "l1": pyproximal.L1(WEIGHT),
        "l0": pyproximal.L0(WEIGHT),
        "SCAD": pyproximal.SCAD(WEIGHT, EXPONENT),
        "group LASSO, groups of 8": pyproximal.L21(GROUP, WEIGHT),
        "box": pyproximal.Box(-1.0, 1.0),
    }
    return {name: lambda penalty=penalty: penalty.prox(z, STEP) for name, penalty in made.items()}  # type: ignore[misc]


def _skglm(z: Any, out: Any) -> Jobs:
    from numba import njit
    from skglm import penalties
    from skglm.utils.jit_compilation import compiled_clone
    from skglm.utils.prox_funcs import _prox_vec

    @njit
    def each_row(out: Any, z: Any, penalty: Any, step: float) -> None:  # as its block solvers loop
        for j in range(len(z)):
            out[j] = penalty.prox_1feat(z[j], step, j)

    made = {
        "l1": penalties.L1(WEIGHT),
        "MCP": penalties.MCPenalty(WEIGHT, SHAPE),
        "SCAD": penalties.SCAD(WEIGHT, EXPONENT),
        "l1/2": penalties.L0_5(WEIGHT),
        "l2/3": penalties.L2_3(WEIGHT),
        "box": penalties.IndicatorBox(1.0),
    }
    compiled = {name: compiled_clone(penalty) for name, penalty in made.items()}
    jobs: Jobs = {name: lambda p=p: _prox_vec(out, z, p, STEP) for name, p in compiled.items()}  # type: ignore[misc]
    rows, groups, grouped_out = compiled_clone(penalties.L2_1(WEIGHT)), z.reshape(-1, GROUP), out.reshape(-1, GROUP)
    return jobs | {"group LASSO, groups of 8": lambda: each_row(grouped_out, groups, rows, STEP)}


def _torchao(z: Any, out: Any) -> Jobs:
    import torch
    from torchao.prototype.pat.optim import ProxGroupLassoVectorized, ProxLasso

    torch.set_num_threads(1)
    source, target = torch.from_numpy(z), torch.from_numpy(out)
    groups = target.reshape(-1, GROUP)
    lasso, group_lasso = ProxLasso(WEIGHT), ProxGroupLassoVectorized(WEIGHT, reduce_dim=1)
    return {
        "l1": lambda: lasso.apply_(target.copy_(source), STEP),
        "group LASSO, groups of 8": lambda: (target.copy_(source), group_lasso.apply_(groups, STEP)),
    }


LIBRARIES = {"proxproof": _ours, "pyproximal": _pyproximal, "skglm": _skglm, "torchao": _torchao}


def prox_maps(
    size: int, rounds: int = 9, tick: Callable[[], Any] = lambda: None
) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Multiples of the copy, a library and a map, on ``size`` Gaussian float64 numbers; and a line for each missing library."""
    z = np.random.default_rng(0).normal(size=size // GROUP * GROUP)
    out = np.empty_like(z)
    jobs: Jobs = {"copy": lambda: np.copyto(out, z)}
    missing = []
    for library, make in LIBRARIES.items():
        if line := _missing(library):
            missing.append(line)
            continue
        jobs |= {f"{library}/{name}": job for name, job in make(z, out).items()}
    for job in jobs.values():
        job()  # compiles what is compiled at the first call
    seconds = interleaved(jobs, rounds, tick)
    found: dict[str, dict[str, float]] = {}
    for name, time in seconds.items():
        if name != "copy":
            library, _, part = name.partition("/")
            found.setdefault(library, {})[part] = time / seconds["copy"]
    return found, missing


def report(console: Any, rounds: int) -> None:
    """Measure and print a column a library; a dash where it has no such map."""
    from rich.progress import Progress
    from rich.table import Table

    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("prox maps", total=rounds)
        found, missing = prox_maps(SIZE, rounds, lambda: progress.advance(task))
    table = Table(title=f"x np.copyto, n = {SIZE:.0e} float64, one thread, medians of {rounds} interleaved rounds")
    table.add_column("map")
    for library in LIBRARIES:
        table.add_column(library, justify="right")
    for part in MAPS:
        multiples = [found.get(library, {}).get(part) for library in LIBRARIES]
        table.add_row(part, *("–" if multiple is None else f"{multiple:.1f}" for multiple in multiples))
    console.print(table)
    for line in missing:
        console.print(line, soft_wrap=True)


def _missing(library: str) -> str:
    if library == "proxproof":
        return ""
    try:
        load(library).versions()
    except ModuleNotFoundError as error:
        return str(error)
    return ""
