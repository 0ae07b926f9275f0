"""A first run on a CPU, in well under a minute: handwritten digits that come with the package, RMDA with group LASSO, and the
same network without a penalty to compare with."""

from __future__ import annotations

from typing import Any

from deep.recipes.recipe import Recipe
from deep.recipes.schedules import Stages
from verify.penalties import GroupL2

SETTINGS: dict[str, Any] = {"data": "digits", "model": "convnet", "epochs": 60, "batch": 32}

RECIPES = [
    Recipe(
        name="quickstart",
        place="a first run, of no paper",
        optimizer="RMDA",
        penalty=GroupL2(6e-4),
        by="channel",
        schedules={"lr": Stages(1.0, 0.1, 15, floor=1e-2), "momentum": Stages(0.1, 10, 15, ceiling=1.0)},
        restarts=(15, 30),
        claims=("RMDA.T2",),
        **SETTINGS,
    ),
    Recipe(
        name="quickstart-dense",
        place="the network of quickstart without a penalty",
        optimizer="SGD",
        options={"momentum": 0.9},
        schedules={"lr": Stages(0.05, 0.1, 15)},
        **SETTINGS,
    ),
]
