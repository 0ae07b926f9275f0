"""What RVSM's two tables have in common."""

from __future__ import annotations

from typing import Any

from deep.recipes.choices import FREE, PIXELS, VGG
from deep.recipes.recipe import Recipe, Reported
from deep.recipes.schedules import Milestones

RATE = Milestones(0.1, 0.1, (80, 120, 160))
SGD = {"optimizer": "SGD", "options": {"momentum": 0.9, "weight_decay": 5e-4}}
SPARSE = "measured at u, the sparse copy; the paper does not say whether its accuracies are w's"
ETA = "eta is not printed: the learning rate of the base model, without momentum, which the method has not"
NO_DECAY = "no weight decay: the paper names none, nor has Algorithm 1; the base model's 5e-4 is a choice for it alone"
OWN = (ETA, NO_DECAY, SPARSE, FREE)


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
        choices=("batch 128, crops and flips: not printed", PIXELS, *([VGG] if model.startswith("vgg") else []), *choices),
        claims=("RVSM.S6.text",),
        **settings,
    )
