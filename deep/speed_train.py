"""``proxproof speed train``: whole steps of training, the gradient among them, as multiples of plain momentum SGD's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch

from deep.models import build
from deep.recipes import Recipe, find
from deep.training.cost import size
from deep.training.rules import make_rule
from deep.training.world import World
from verify.speed.measure import interleaved

NETWORKS = {  # rows of RMDA's Table 1, by device
    "cpu": ("mlp7", "lenet5-mnist", "vgg19-cifar10"),
    "cuda": ("mlp7", "lenet5-mnist", "vgg19-cifar10", "resnet50-cifar100"),
}
AIMS = {"proxsgd": None, "proxssi": 1.15, "rmda": 1.05}  # RMDA, Sec. 5.2, ResNet50 on CIFAR-100: 1.13, 9.9 and 1.34
AT_ONCE = {"cpu": 1, "cuda": 20}  # steps that are made before anybody waits for the device


def step_of(recipe: Recipe, device: torch.device) -> Callable[[], Any]:
    """Some steps of the recipe on one batch of random images that lies on the device."""
    shape, classes, _ = size(recipe.data)
    model = build(recipe.model, shape=shape, classes=classes).to(device)
    scaler = torch.amp.grad_scaler.GradScaler(device.type, enabled=False)
    if device.type == "cuda":
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    rule = make_rule(recipe, model, scaler, World(device=device))
    rule.set(recipe.numbers(0))
    x = torch.randn(recipe.batch, *shape, device=device)
    y = torch.zeros(recipe.batch, dtype=torch.long, device=device)

    def steps() -> float:
        for _ in range(AT_ONCE[device.type]):
            loss = rule.step(lambda: torch.nn.functional.cross_entropy(model(x), y))
        return float(loss)

    return steps


def plain(recipe: Recipe) -> Recipe:
    """The same network by SGD with momentum 0.9 and no penalty."""
    rate = {"lr": recipe.schedules["lr"]}
    return replace(recipe, optimizer="SGD", options={"momentum": 0.9}, penalty=None, by=None, schedules=rate, restarts=())


def ratios(recipes: dict[str, Recipe], device: torch.device, rounds: int) -> Iterator[tuple[str, float, float]]:
    """(method, seconds, multiple of plain SGD's) of each recipe, all of one network, interleaved."""
    jobs = {"SGD": step_of(plain(next(iter(recipes.values()))), device)}
    jobs |= {name: step_of(recipe, device) for name, recipe in recipes.items()}
    for job in jobs.values():
        job()  # what is compiled at the first step
    median = interleaved(jobs, rounds)
    for name, seconds in median.items():
        yield name, seconds / AT_ONCE[device.type], seconds / median["SGD"]


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
