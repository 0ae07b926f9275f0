"""``proxproof speed optim``: steps of the optimizers as multiples of PyTorch's SGD with momentum, in the same process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from deep.speed_floor import by_hand
from verify.penalties import L1, L12, GroupL2, Penalty
from verify.speed.measure import interleaved

Shape = tuple[int, ...]


def resnet18() -> list[Shape]:
    """ResNet18 for 32x32 images, 10 classes: 62 tensors, 11.2 million numbers."""
    shapes: list[Shape] = [(64, 3, 3, 3), (64,), (64,)]
    channels = 64
    for width in (64, 128, 256, 512):
        for _ in range(2):
            shapes += [(width, channels, 3, 3), (width,), (width,), (width, width, 3, 3), (width,), (width,)]
            shapes += [(width, channels, 1, 1), (width,), (width,)] if channels != width else []
            channels = width
    return [*shapes, (10, 512), (10,)]


def vgg16() -> list[Shape]:
    """VGG16 with batch norm for 32x32 images, 10 classes, one linear layer: 14.7 million numbers."""
    shapes: list[Shape] = []
    channels = 3
    for width in (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512):
        shapes += [(width, channels, 3, 3), (width,), (width,), (width,)]
        channels = width
    return [*shapes, (10, 512), (10,)]


def mlp() -> list[Shape]:
    """784-1024-1024-10: 1.9 million numbers."""
    return [(1024, 784), (1024,), (1024, 1024), (1024,), (10, 1024), (10,)]


NETWORKS = {"ResNet18": resnet18, "VGG16": vgg16, "MLP": mlp}


@dataclass(frozen=True)
class Case:
    """One line of the table. ``penalty`` takes the axes of a group and may not use them; ``trial`` is the loss at a trial, for
    a method that compares it with that before, 0 here."""

    name: str
    penalty: Callable[[tuple[int, ...]], Penalty]
    make: Callable[..., Any]
    fast: float
    plain: float | None
    trial: float | None = None


def _cases() -> list[Case]:
    from deep.optim import RMDA, ProxGEN, ProxSSI

    return [
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
        Case("SR2 + l1, taken", lambda axes: L1(1e-4), _sr2, 2.0, None, trial=-1e6),
        Case("SR2 + l1, refused", lambda axes: L1(1e-4), _sr2, 2.0, None, trial=0.0),
    ]


def _sr2(groups: Any, **options: Any) -> Any:
    """SR2 whose sigma hardly moves, however many steps are taken or refused."""
    from deep.optim import SR2

    return SR2(groups, sigma0=10.0, sigma_min=10.0, gamma1=1.0001, **options)


def _parameters(shapes: list[Shape]) -> list[torch.nn.Parameter]:
    generator = torch.Generator().manual_seed(0)
    made = [torch.nn.Parameter(torch.randn(s, generator=generator) * 0.05) for s in shapes]
    for p in made:
        p.grad = torch.randn(p.shape, generator=generator) * 0.01
    return made


def _groups(shapes: list[Shape], penalty: Callable[[tuple[int, ...]], Penalty]) -> list[dict[str, Any]]:
    """Convolutions by input channel, matrices by column, vectors free."""
    kinds = {4: penalty((0, 2, 3)), 2: penalty((0,)), 1: None}
    params = _parameters(shapes)
    return [
        {"params": [p for p in params if p.ndim == n], "penalty": R}
        for n, R in kinds.items()
        if any(p.ndim == n for p in params)
    ]


def _job(case: Case, shapes: list[Shape], fast: bool) -> Callable[[], Any]:
    optimizer = case.make(_groups(shapes, case.penalty), fast=fast)
    if case.trial is None:
        return optimizer.step
    before, after = torch.zeros(()), torch.full((), case.trial)
    return lambda: optimizer.step(lambda: before, lambda: after)


@dataclass(frozen=True)
class Row:
    """Medians as multiples of SGD's; ``first`` is the seconds of the first compiled step, ``aims`` those of fast and plain."""

    network: str
    name: str
    threads: int
    fast: float
    plain: float | None
    first: float
    aims: tuple[float, float | None]


def steps(network: str, threads: int, rounds: int, plain: bool = True) -> Iterator[Row]:
    """All cases on one network, interleaved with SGD(momentum=0.9) as it comes."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        shapes = NETWORKS[network]()
        sgd = torch.optim.SGD(_parameters(shapes), lr=0.1, momentum=0.9)
        for case in _cases():
            jobs = {"sgd": sgd.step, "fast": _job(case, shapes, True)}
            first = time.perf_counter()
            jobs["fast"]()
            first = time.perf_counter() - first
            if plain:
                jobs["plain"] = _job(case, shapes, False)
                jobs["plain"]()
            median = interleaved(jobs, rounds)
            ratio = {name: value / median["sgd"] for name, value in median.items()}
            yield Row(network, case.name, threads, ratio["fast"], ratio.get("plain"), first, (case.fast, case.plain))
    finally:
        torch.set_num_threads(before)


def floor(network: str, rounds: int) -> dict[str, float]:
    """RMDA + l1 by hand in plain torch, one thread, as multiples of SGD(momentum=0.9): with every operation, and shortest."""
    shapes = NETWORKS[network]()
    jobs: dict[str, Callable[[], Any]] = {
        "sgd": torch.optim.SGD(_parameters(shapes), lr=0.1, momentum=0.9).step,
        "every operation": by_hand(_parameters(shapes), short=False),
        "shortest": by_hand(_parameters(shapes), short=True),
    }
    median = interleaved(jobs, rounds)
    return {name: value / median["sgd"] for name, value in median.items() if name != "sgd"}


def prox_maps(size: int = 10_000_000, rounds: int = 9) -> Iterator[tuple[str, float, float]]:
    """(map, multiple of a copy, aim) of the compiled maps on NumPy arrays."""
    import numpy as np

    from deep.prox import compiled_prox
    from verify.penalties import L0, MCP

    z = np.random.default_rng(0).normal(size=size // 8 * 8)
    out = np.empty_like(z)
    pairs = {False: (z, out), True: (z.reshape(-1, 8), out.reshape(-1, 8))}
    maps: list[tuple[str, Penalty, float]] = [
        ("l1", L1(0.3), 1.2),
        ("l0", L0(0.3), 1.2),
        ("MCP", MCP(0.3, 3.0), 1.2),
        ("group LASSO, groups of 8", GroupL2(0.3, axes=(-1,)), 2),
        ("l1/2", L12(0.3), 12),
    ]
    jobs: dict[str, Callable[[], Any]] = {"copy": lambda: np.copyto(out, z)}
    for name, penalty, _ in maps:
        prox, (a, b) = compiled_prox(penalty), pairs[isinstance(penalty, GroupL2)]
        jobs[name] = partial(prox, a, 0.7, out=b)
    median = interleaved(jobs, rounds)
    for name, _, aim in maps:
        yield name, median[name] / median["copy"], aim


def report(console: Any, rounds: int) -> None:
    """Measure and print: steps with one thread and two, and the prox maps alone."""
    from rich.table import Table

    for threads in (1, 2):
        table = Table(title=f"step() as a multiple of torch.optim.SGD(momentum=0.9), {threads} thread(s), medians of {rounds}")
        for header in ("network", "method", "fast", "aim", "plain", "aim", "first step, s"):
            table.add_column(header, justify="left" if header in ("network", "method") else "right")
        for network in NETWORKS:
            for row in steps(network, threads, rounds):
                aims = [f"{aim:g}" if aim else "" for aim in row.aims]
                plain = "" if row.plain is None else f"{row.plain:.1f}"
                table.add_row(row.network, row.name, f"{row.fast:.2f}", aims[0], plain, aims[1], f"{row.first:.1f}")
        console.print(table)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    table = Table(
        title=f"RMDA + l1 by hand in plain torch, which the plain path can come near, one thread, medians of {rounds}"
    )
    for header in ("network", "every operation", "shortest, which rounds otherwise"):
        table.add_column(header, justify="left" if header == "network" else "right")
    for network in NETWORKS:
        table.add_row(network, *(f"{multiple:.2f}" for multiple in floor(network, rounds).values()))
    console.print(table)
    table = Table(title=f"compiled prox with out=, n = 1e7 float64, one thread, medians of {rounds}")
    for header in ("map", "x np.copyto", "aim"):
        table.add_column(header, justify="left" if header == "map" else "right")
    for name, multiple, aim in prox_maps(rounds=rounds):
        table.add_row(name, f"{multiple:.2f}", f"{aim:g}")
    torch.set_num_threads(before)
    console.print(table)
