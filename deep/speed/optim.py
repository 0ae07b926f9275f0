"""``proxproof speed optim``: steps of the optimizers as multiples of PyTorch's SGD with momentum, in the same process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from deep.optim import RMDA, SR2, ProxGEN, ProxSSI
from deep.speed import floor, prox
from deep.speed.device import best, name, repeated
from deep.speed.networks import CPU, NETWORKS, Shape, parameters
from verify.penalties import L1, L12, GroupL2, Penalty
from verify.speed.measure import interleaved


@dataclass(frozen=True)
class Case:
    """One line of the table. ``penalty`` takes the axes of a group and may not use them; ``trial`` is the loss at a trial, for
    a method that compares it with that before, 0 here. ``fast`` and ``plain`` are the multiples aimed at."""

    name: str
    penalty: Callable[[tuple[int, ...]], Penalty]
    make: Callable[..., Any]
    fast: float
    plain: float | None
    trial: float | None = None


def _sr2(groups: Any, **options: Any) -> Any:
    """SR2 whose sigma hardly moves, however many steps are taken or refused."""
    return SR2(groups, sigma0=10.0, sigma_min=10.0, gamma1=1.0001, **options)


CASES = [
    Case("RMDA + l1", lambda axes: L1(1e-4), lambda g, **o: RMDA(g, lr=0.1, momentum=1.0, **o), 1.1, 2.0),
    Case(
        "RMDA + group LASSO",
        lambda axes: GroupL2(1e-4, axes=axes),
        lambda g, **o: RMDA(g, lr=0.1, momentum=1.0, **o),
        2.0,
        3.0,
    ),
    Case("ProxGEN-Adam + l1", lambda axes: L1(1e-4), lambda g, **o: ProxGEN(g, lr=1e-3, **o), 1.2, 3.5),
    Case("ProxGEN-Adam + l1/2", lambda axes: L12(1e-5), lambda g, **o: ProxGEN(g, lr=1e-3, **o), 3.0, None),
    Case("ProxSSI group LASSO", lambda axes: GroupL2(1e-4, axes=axes), lambda g, **o: ProxSSI(g, lr=1e-3, **o), 3.0, 8.0),
    Case("SR2 + l1, taken", lambda axes: L1(1e-4), _sr2, 2.0, None, trial=-100.0),
    Case("SR2 + l1, refused", lambda axes: L1(1e-4), _sr2, 2.0, None, trial=0.0),
]


def groups(
    shapes: list[Shape], penalty: Callable[[tuple[int, ...]], Penalty], device: torch.device = CPU
) -> list[dict[str, Any]]:
    """Parameters of these shapes in groups: convolutions by input channel, matrices by column, vectors free."""
    kinds = {4: penalty((0, 2, 3)), 2: penalty((0,)), 1: None}
    params = parameters(shapes, device)
    return [
        {"params": [p for p in params if p.ndim == n], "penalty": R}
        for n, R in kinds.items()
        if any(p.ndim == n for p in params)
    ]


def job(case: Case, shapes: list[Shape], device: torch.device = CPU, **options: Any) -> Callable[[], Any]:
    """A step of the case, with ``options`` of its optimizer."""
    optimizer = case.make(groups(shapes, case.penalty, device), **options)
    if case.trial is None:
        return optimizer.step
    before, after = torch.zeros((), device=device), torch.full((), case.trial, device=device)
    return lambda: optimizer.step(lambda: before, lambda: after)


@dataclass(frozen=True)
class Row:
    """Medians as multiples of SGD's, ``late`` with ``nonfinite="late"``; ``first`` is the first compiled step's seconds."""

    case: Case
    fast: float
    late: float
    plain: float
    first: float


def steps(network: str, device: torch.device, rounds: int) -> Iterator[Row]:
    """All cases on one network, interleaved with SGD(momentum=0.9) as it comes."""
    shapes = NETWORKS[network]()
    sgd = repeated(torch.optim.SGD(parameters(shapes, device), lr=0.1, momentum=0.9).step, device)
    for case in CASES:
        options: dict[str, dict[str, Any]] = {"fast": {"fast": True}, "late": {"nonfinite": "late"}, "plain": {"fast": False}}
        jobs = {kind: repeated(job(case, shapes, device, **given), device) for kind, given in options.items()}
        first = time.perf_counter()
        jobs["fast"]()
        first = time.perf_counter() - first
        jobs["late"]()
        jobs["plain"]()
        median = interleaved({"sgd": sgd, **jobs}, rounds)
        fast, late, plain = (median[kind] / median["sgd"] for kind in jobs)
        yield Row(case, fast, late, plain, first)


def table(device: torch.device, rounds: int) -> Any:
    """The steps on each network."""
    from rich.table import Table

    made = Table(title=f"step() as a multiple of torch.optim.SGD(momentum=0.9), {name(device)}, medians of {rounds}")
    for header in ("network", "method", "fast", '"late"', "aim", "plain", "aim", "first step, s"):
        made.add_column(header, justify="left" if header in ("network", "method") else "right")
    for network in NETWORKS:
        for row in steps(network, device, rounds):
            aims = [f"{aim:g}" if aim else "" for aim in (row.case.fast, row.case.plain)]
            times = [f"{row.fast:.2f}", f"{row.late:.2f}", aims[0], f"{row.plain:.1f}", aims[1], f"{row.first:.1f}"]
            made.add_row(network, row.case.name, *times)
    return made


def report(console: Any, rounds: int) -> None:
    """Measure and print: steps on a GPU if there is one, with one CPU thread and two, RMDA by hand, and the prox maps alone."""
    device = best()
    if device != CPU:
        console.print(table(device, rounds))
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            console.print(table(CPU, rounds))
        torch.set_num_threads(1)
        console.print(floor.table(rounds))
        console.print(prox.table(rounds))
    finally:
        torch.set_num_threads(before)
