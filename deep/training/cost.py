"""What a recipe costs, before it is run: parameters and operations, and the time of a step on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch.utils.flop_counter import FlopCounterMode

from deep.data.load import check_subset, find
from deep.data.own import Own
from deep.models import build
from deep.recipes.recipe import Recipe
from deep.training.precision import forward_in
from deep.training.rules import make_rule
from deep.training.world import World

# by data set: shape of an image, classes, training images
SIZES: dict[str, tuple[tuple[int, int, int], int, int]] = {
    "digits": ((1, 8, 8), 10, 1437),
    "mnist": ((1, 28, 28), 10, 60_000),
    "fashion-mnist": ((1, 28, 28), 10, 60_000),
    "cifar10": ((3, 32, 32), 10, 50_000),
    "cifar100": ((3, 32, 32), 100, 50_000),
    "imagenet": ((3, 224, 224), 1000, 1_281_167),
}
FEW = 8  # images that are timed first: fewer say little, and batch normalisation of two, of one pixel each, can overflow
LONG = 0.5  # seconds of a step: shorter ones are timed on more images, up to the whole batch


@dataclass(frozen=True)
class Cost:
    """``parameters`` of the network, ``steps`` of the run, and its floating-point ``operations``: three forward passes an image
    (one forward, about two backward), a multiplication and an addition being two."""

    parameters: int
    steps: int
    operations: float

    def __str__(self) -> str:
        return f"{self.parameters:,} parameters, {self.steps:,} steps, {self.operations:.1e} operations"


def size(data: str) -> tuple[tuple[int, int, int], int, int]:
    """The entry of ``SIZES``, or what a data set of the user's own has. ValueError for a data set that does not exist."""
    found = find(data)
    return found.size if isinstance(found, Own) else SIZES[found.name]


def cost(recipe: Recipe) -> Cost:
    """The cost of all epochs that the recipe runs. ValueError for a data set or a network that does not exist, and for a subset
    larger than the data set."""
    parameters, forward = _network(recipe.model, recipe.data)
    return Cost(parameters, _steps_per_epoch(recipe) * recipe.length, 3.0 * forward * _images(recipe) * recipe.length)


def _images(recipe: Recipe) -> int:
    images = size(recipe.data)[2]
    check_subset(recipe.data, recipe.subset, images)
    return recipe.subset or images


def _steps_per_epoch(recipe: Recipe) -> int:
    return -(-_images(recipe) // recipe.batch)


@cache
def _network(model: str, data: str) -> tuple[int, int]:
    """Parameters, and operations of a forward pass of one image; nothing is computed."""
    shape, classes, _ = size(data)
    with torch.device("meta"):
        network = build(model, shape=shape, classes=classes).eval()
        images = torch.empty(1, *shape)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(images)
    return sum(p.numel() for p in network.parameters()), counter.get_total_flops()


def seconds_per_epoch(recipe: Recipe, device: torch.device) -> float:
    """About how long an epoch takes here: steps on random images are timed, on ever more of them up to the recipe's batch."""
    return _whole_step(steps(recipe, device), min(recipe.batch, _images(recipe))) * _steps_per_epoch(recipe)


def _whole_step(step: Callable[..., float], batch: int) -> float:
    """The seconds of a step on ``batch`` images: t(n) batch / n, with the first n of 8, 16, 32, ... whose step is long and in
    which it is the images that take the time, not the parameters, t(n) > 4/3 t(n/2); with n = batch where none is."""
    images = min(FEW, batch)
    took = _seconds(step, images)
    while images < batch:
        before, images = took, min(2 * images, batch)
        took = _seconds(step, images)
        if took > max(LONG, 4 / 3 * before):
            break
    return took * batch / images


def steps(recipe: Recipe, device: torch.device) -> Callable[..., float]:
    """``step(n, times)``: as many steps of the recipe, from its start, on the same n random images; the loss before the last,
    which has waited for the device."""
    shape, classes, _ = size(recipe.data)
    model = build(recipe.model, shape=shape, classes=classes).to(device)
    if device.type == "cuda":
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    rule = make_rule(recipe, model, World(device=device), _steps_per_epoch(recipe))
    rule.set(recipe.numbers(0))
    cast = forward_in(recipe.precision, device)

    @cache
    def batch(n: int) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.randn(n, *shape, device=device), torch.zeros(n, dtype=torch.long, device=device)

    def step(n: int, times: int = 1) -> float:
        x, y = batch(n)

        def loss() -> torch.Tensor:
            with cast():
                return torch.nn.functional.cross_entropy(model(x), y)

        for _ in range(times):
            value = rule.step(loss)
        return float(value)

    return step


def _seconds(step: Callable[..., float], n: int) -> float:
    """The least time of a step on n images, of two after the first."""
    times = []
    for turn in range(3):
        start = time.perf_counter()
        step(n)
        if turn:
            times.append(time.perf_counter() - start)
    return min(times)
