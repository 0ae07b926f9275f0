"""MRDA, Table 6: ResNet18 on four data sets, the modified method and SGD with momentum (in brackets there)."""

from __future__ import annotations

from typing import Any

from deep.recipes.mrda.settings import numbers, run
from deep.recipes.recipe import Recipe, Reported
from deep.recipes.schedules import Milestones
from deep.recipes.titles import DATA
from verify.penalties import ElasticNet

DECAY = 5e-4


def _row(
    data: str, kind: str, lam: float | None, gamma: float, reported: dict[str, Reported], *choices: str, **own: Any
) -> Recipe:
    settings = {"data": data, "model": "resnet18", "reported": reported} | own
    return run(
        f"table6.resnet18-{data}.{kind}", f"MRDA, Table 6, ResNet18 on {DATA[data]}", kind, lam, gamma, *choices, **settings
    )


DIGITS = "without crops and flips, which turn digits into others"
CIFAR10 = "SGD is 89.50 (99.21) here and 89.27 (99.57) in Tables 4 and 5"
CIFAR100 = "weight decay is not printed: 5e-4"
IN_PENALTY = "weight decay is part of the penalty, (5e-4/2) w^2"
DECAYS = "a tenth of the learning rate from epochs 950 and 1425, the same parts of 1900 as 60 and 90 are of 120: not printed"
IMAGENET = "batch 256, the usual one for ImageNet"
LARGE: dict[str, Any] = {"model": "resnet18-imagenet", "batch": 256}

RECIPES = [
    _row("mnist", "mrda", 1e-6, 0.1, numbers(99.63, 0.95, 100.00), DIGITS, augment=False),
    _row("mnist", "sgd", None, 0.1, numbers(99.65), DIGITS, augment=False),
    _row("cifar10", "mrda", 1e-6, 1.0, numbers(90.67, 0.94, 99.53)),
    _row("cifar10", "sgd", None, 1.0, numbers(89.50, None, 99.21), CIFAR10),
    _row(
        "cifar100",
        "mrda",
        1e-8,
        0.09,
        numbers(72.29, 0.56, 89.94),
        CIFAR100,
        IN_PENALTY,
        epochs=1900,
        penalty=ElasticNet(1e-8, DECAY),
    ),
    _row(
        "cifar100",
        "sgd",
        None,
        0.09,
        numbers(73.69, None, 92.43),
        CIFAR100,
        DECAYS,
        epochs=1900,
        options={"momentum": 0.9, "weight_decay": DECAY},
        schedules={"lr": Milestones(0.1, 0.1, (950, 1425))},
    ),
    _row("imagenet", "mrda", 1e-8, 0.1, numbers(63.13, 0.36, 84.92), IMAGENET, **LARGE),
    _row("imagenet", "sgd", None, 0.1, numbers(70.58, None, 89.64), IMAGENET, **LARGE),
]
