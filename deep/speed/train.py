"""``proxproof speed train``: whole steps of training, the gradient among them, as multiples of plain momentum SGD's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from deep.recipes import Recipe, find
from deep.speed.device import AT_ONCE, best, name
from deep.training.cost import steps
from verify.speed.measure import interleaved

NETWORKS = {  # rows of RMDA's Table 1, by device
    "cpu": ("mlp7", "lenet5-mnist", "vgg19-cifar10"),
    "cuda": ("mlp7", "lenet5-mnist", "vgg19-cifar10", "resnet50-cifar100"),
}
AIMS = {"proxsgd": None, "proxssi": 1.15, "rmda": 1.05}  # RMDA, Sec. 5.2, ResNet50 on CIFAR-100: 1.13, 9.9 and 1.34


def plain(recipe: Recipe) -> Recipe:
    """The same network by SGD with momentum 0.9 and no penalty."""
    rate = {"lr": recipe.schedules["lr"]}
    return replace(recipe, optimizer="SGD", options={"momentum": 0.9}, penalty=None, by=None, schedules=rate, restarts=())


def ratios(recipes: dict[str, Recipe], device: torch.device, rounds: int) -> Iterator[tuple[str, float, float]]:
    """(method, seconds, multiple of plain SGD's) of each recipe, all of one network, interleaved."""
    together = {"SGD": plain(next(iter(recipes.values()))), **recipes}
    times = AT_ONCE[device.type]
    jobs = {method: partial(steps(recipe, device), recipe.batch, times) for method, recipe in together.items()}
    for job in jobs.values():
        job()  # what is compiled at the first step
    median = interleaved(jobs, rounds)
    for method, seconds in median.items():
        yield method, seconds / times, seconds / median["SGD"]


def report(console: Any, rounds: int) -> None:
    """Measure and print, on a GPU if there is one."""
    from rich.table import Table

    device = best()
    table = Table(title=f"steps of training, {name(device)}, medians of {rounds}")
    for header in ("network", "method", "ms", "x SGD(momentum=0.9)", "aim"):
        table.add_column(header, justify="left" if header in ("network", "method") else "right")
    for network in NETWORKS[device.type]:
        recipes = {method: find(f"rmda.table1.{network}.{method}") for method in AIMS}
        for method, seconds, multiple in ratios(recipes, device, rounds):
            aim = AIMS.get(method)
            table.add_row(network, method, f"{1000 * seconds:.1f}", f"{multiple:.2f}", f"{aim:g}" if aim else "")
    console.print(table)
