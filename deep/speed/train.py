"""``proxproof speed train``: whole steps of training, the gradient among them, as multiples of plain momentum SGD's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from deep.recipes import Recipe, find
from deep.training.cost import steps
from verify.speed.measure import interleaved

NETWORKS = {  # rows of RMDA's Table 1, by device
    "cpu": ("mlp7", "lenet5-mnist", "vgg19-cifar10"),
    "cuda": ("mlp7", "lenet5-mnist", "vgg19-cifar10", "resnet50-cifar100"),
}
AIMS = {"proxsgd": None, "proxssi": 1.15, "rmda": 1.05}  # RMDA, Sec. 5.2, ResNet50 on CIFAR-100: 1.13, 9.9 and 1.34
AT_ONCE = {"cpu": 1, "cuda": 20}  # steps that are made before anybody waits for the device


def plain(recipe: Recipe) -> Recipe:
    """The same network by SGD with momentum 0.9 and no penalty."""
    rate = {"lr": recipe.schedules["lr"]}
    return replace(recipe, optimizer="SGD", options={"momentum": 0.9}, penalty=None, by=None, schedules=rate, restarts=())


def ratios(recipes: dict[str, Recipe], device: torch.device, rounds: int) -> Iterator[tuple[str, float, float]]:
    """(method, seconds, multiple of plain SGD's) of each recipe, all of one network, interleaved."""
    together = {"SGD": plain(next(iter(recipes.values()))), **recipes}
    times = AT_ONCE[device.type]
    jobs = {name: partial(steps(recipe, device), recipe.batch, times) for name, recipe in together.items()}
    for job in jobs.values():
        job()  # what is compiled at the first step
    median = interleaved(jobs, rounds)
    for name, seconds in median.items():
        yield name, seconds / times, seconds / median["SGD"]


def report(console: Any, rounds: int) -> None:
    """Measure and print, on a GPU if there is one."""
    from rich.table import Table

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    where = torch.cuda.get_device_name() if device.type == "cuda" else f"{torch.get_num_threads()} thread(s)"
    table = Table(title=f"steps of training, {where}, medians of {rounds}")
    for header in ("network", "method", "ms", "x SGD(momentum=0.9)", "aim"):
        table.add_column(header, justify="left" if header in ("network", "method") else "right")
    for network in NETWORKS[device.type]:
        recipes = {method: find(f"rmda.table1.{network}.{method}") for method in AIMS}
        for name, seconds, multiple in ratios(recipes, device, rounds):
            aim = AIMS.get(name)
            table.add_row(network, name, f"{1000 * seconds:.1f}", f"{multiple:.2f}", f"{aim:g}" if aim else "")
    console.print(table)
