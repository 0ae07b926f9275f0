"""What RVSM's two tables have in common."""

from __future__ import annotations

from typing import Any

from deep.recipes.recipe import Recipe, Reported
from deep.recipes.schedules import Milestones

RATE = Milestones(0.1, 0.1, (80, 120, 160))
SGD = {"optimizer": "SGD", "options": {"momentum": 0.9, "weight_decay": 5e-4}}
SPARSE = "measured at u, the sparse copy; the paper does not say whether its accuracies are w's"
ETA = "eta is not printed: the learning rate of the base model, without momentum, which the method has not"


def row(name: str, place: str, model: str, accuracy: float, zeros: float, *choices: str, **settings: Any) -> Recipe:
    return Recipe(
        name=f"rvsm.{name}",
        place=place,
        data="cifar10",
        model=model,
        epochs=200,
        augment=True,
        schedules={"lr": RATE},
        reported={"accuracy": Reported(accuracy), "zero_weights": Reported(zeros)},
        choices=("batch 128, crops and flips: not printed", *choices),
        claims=("RVSM.S6.text",),
        **settings,
    )
