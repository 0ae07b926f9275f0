"""What MRDA's tables have in common: l1, one weight lambda, and a step that is 1/gamma times one of the paper's.

What the tables call RDA is the modified method, Algorithm 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deep.recipes.choices import FREE, VGG
from deep.recipes.recipe import Recipe, Reported
from deep.recipes.schedules import InverseRoot, Milestones
from verify.penalties import L1

STEPS = 391  # an epoch of 50,000 images, 128 a batch
OF_GRID = "epochs of the grid are not printed: the 120 of Table 4, which has some of its cells"
AVERAGED = "biases and batch norm are averaged from 0 too, but have no penalty: Algorithm 2 excepts nothing from either"
COUNTED = (
    "zeros are shares of all weights: Eq. (30) divides by all parameters, biases and batch norm among them, 0.1 to 1.3 % more"
)
SGD_RATE = "learning rate 0.1, momentum 0.9: not printed"
SGD_DECAYS = "a tenth of the learning rate from epochs 60 and 90: not printed"


def _choices(settings: Mapping[str, Any]) -> list[str]:
    """What is said of the batch and of augmentation where a row does not say it itself, of pixels and of VGG."""
    kept = [] if "batch" in settings else ["batch 128"]
    kept += ["crops and flips"] if settings.get("augment", True) else []
    kept += ["pixels standardised with the data set's own mean and deviation"]
    return [f"{', '.join(kept)}: not printed", *([VGG] if settings["model"].startswith("vgg") else [])]


def method(name: str, gamma: float) -> dict[str, Any]:
    """The optimizer: "mrda", "sqrt-t" or "prox-sgd" with alpha_t = 1/(gamma sqrt t), or "sgd" with momentum."""
    found: dict[str, dict[str, Any]] = {
        "mrda": {"optimizer": "MRDA", "options": {"lr": 1 / gamma}, "claims": ("MRDA.T3.1", "MRDA.S4.tables")},
        "sqrt-t": {"optimizer": "SqrtT", "options": {"lr": 1 / gamma}, "claims": ("MRDA.E26", "MRDA.S4.tables")},
        "prox-sgd": {
            "optimizer": "ProxSGD",
            "schedules": {"lr": InverseRoot(1 / gamma, STEPS)},
            "claims": ("MRDA.S33.threshold", "MRDA.S4.tables"),
        },
        "sgd": {
            "optimizer": "SGD",
            "options": {"momentum": 0.9},
            "schedules": {"lr": Milestones(0.1, 0.1, (60, 90))},
            "claims": ("MRDA.S4.tables",),
        },
    }
    return found[name]


def numbers(accuracy: float, zeros: float | None = None, top5: float | None = None) -> dict[str, Reported]:
    """What a table prints, the share of zeros in [0, 1]."""
    percent = None if zeros is None else round(100 * zeros, 1)
    printed = {"accuracy": accuracy, "top5": top5, "zero_weights": percent}
    return {name: Reported(value) for name, value in printed.items() if value is not None}


def run(name: str, place: str, kind: str, lam: float | None, gamma: float, *choices: str, **settings: Any) -> Recipe:
    """A run of ``kind`` (see :func:`method`); ``lam`` is None without a penalty."""
    own = {"mrda": (AVERAGED,), "sgd": (SGD_RATE, *(() if "schedules" in settings else (SGD_DECAYS,)))}.get(kind, (FREE,))
    common: dict[str, Any] = {"data": "cifar10", "epochs": 120, "augment": True, "penalty": None if lam is None else L1(lam)}
    return Recipe(
        name=f"mrda.{name}",
        place=place,
        choices=(*_choices(settings), *own, COUNTED, *choices),
        **(common | method(kind, gamma) | settings),
    )


def grid(table: int, kind: str, lams: str, gammas: str, accuracies: str, zeros: str) -> list[Recipe]:
    """A recipe a cell: numbers as the paper prints them, in a row, over lambdas or over gammas; N/A is a cell without."""
    cells = [(lam, gamma) for lam in lams.split() for gamma in gammas.split()]
    found = []
    for (lam, gamma), accuracy, zero in zip(cells, accuracies.split(), zeros.split(), strict=True):
        missing = accuracy == "N/A"
        found.append(
            run(
                f"table{table}.resnet18.{kind}.lam{lam}-gamma{gamma}",
                f"MRDA, Table {table}, ResNet18 on CIFAR-10",
                kind,
                float(lam),
                float(gamma),
                *(OF_GRID, "the table has N/A for this cell") if missing else (OF_GRID,),
                model="resnet18",
                reported={} if missing else numbers(float(accuracy), float(zero)),
            )
        )
    return found
