"""Recipes that train in a moment, on the embedded digits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from deep.recipes import Recipe
from deep.recipes.schedules import Constant, Stages
from deep.training.trainer import Trainer
from deep.training.world import World
from verify.penalties import L0, L1, BinaryW, GroupL2

LR = {"lr": Constant(0.05)}


def recipe(name: str = "rmda", **changes: Any) -> Recipe:
    return Recipe(**{"name": f"small.{name}", "place": "none", **START, **KINDS[name], **changes})


START: dict[str, Any] = {"data": "digits", "model": "logistic", "epochs": 3, "batch": 32, "subset": 200}  # 7 steps an epoch
GROUPED: dict[str, Any] = {"penalty": GroupL2(1e-3), "by": "channel"}
KINDS: dict[str, dict[str, Any]] = {
    "rmda": {
        "optimizer": "RMDA",
        "schedules": {"lr": Stages(0.1, 0.1, 1), "momentum": Stages(0.1, 10, 1, ceiling=1.0)},
        "restarts": (1,),
        **GROUPED,
    },
    "proxsgd": {"optimizer": "ProxSGD", "schedules": LR, "options": {"momentum": 0.9}, **GROUPED},
    "proxssi": {"optimizer": "ProxSSI", "schedules": LR, **GROUPED},
    "proxgen": {"optimizer": "ProxGEN", "schedules": LR, "penalty": L1(1e-4)},
    "sr2": {"optimizer": "SR2", "penalty": L0(1e-4)},
    "rvsm": {"optimizer": "RVSM", "schedules": LR, "options": {"beta": 1.0}, "penalty": L1(1e-2), "point": "prox_point"},
    "proxquant": {
        "optimizer": "ProxQuant",
        "schedules": {**LR, "lam": Stages(1e-4, 2, 1)},
        "penalty": BinaryW(1e-4, 1),
    },
    "signs": {
        "optimizer": "RevisedProxQuant",
        "schedules": {**LR, "lam": Stages(1e-4, 2, 1)},
        "penalty": BinaryW(1e-4, 1),
        "around": "signs",
        "around_options": {"epochs": 10 / 7},
    },
    "rda": {"optimizer": "RDA", "schedules": LR, "penalty": L1(1e-4)},
    "sgd": {"optimizer": "SGD", "schedules": LR, "options": {"momentum": 0.9}},
    "adam": {"optimizer": "SubgradientAdam", "schedules": LR, "penalty": L1(1e-4)},
    "binaryconnect": {"optimizer": "BinaryConnect", "schedules": LR},
    "rigl": {
        "optimizer": "SGD",
        "schedules": LR,
        "around": "RigL",
        "around_options": {"density": 0.3, "end": 15 / 7, "interval": 4},
    },
    "gates": {
        "optimizer": "Adam",
        "schedules": LR,
        "around": "hard concrete",
        "around_options": {"lam": 1e-3},
    },
}


def trainer(made: Recipe, folder: Path, seed: int = 0, **options: Any) -> Trainer:
    return Trainer(made, seed, World(), folder, **options)


def weights(trained: Trainer) -> dict[str, Any]:
    """All that a run ends in: parameters and buffers, and the optimizer's state, as bytes."""
    return {**flat(trained.model.state_dict()), **flat(trained.rule.state_dict())}


def flat(value: Any, name: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {k: v for key, inner in value.items() for k, v in flat(inner, f"{name}.{key}").items()}
    if isinstance(value, list | tuple):
        return {k: v for key, inner in enumerate(value) for k, v in flat(inner, f"{name}.{key}").items()}
    return {name: value.numpy().tobytes() if isinstance(value, torch.Tensor) else value}
