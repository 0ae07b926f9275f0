"""What SR2's tables have in common: plain steps of three methods, 300 epochs, weights pruned at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deep.recipes.recipe import Recipe, Reported
from deep.recipes.schedules import Constant
from deep.recipes.titles import DATA
from verify.penalties import L0, L1

MEASURES = ("accuracy", "zero_weights", "small_weights")
RATE = "the learning rate is not printed: 1e-3, as in ProxGEN's authors' code, without its decays, which the paper leaves out"
REJECTED = (
    "a rejected step multiplies sigma by 5.56, which Table 1 prints as gamma_1 above gamma_2 = 2.95: the authors' code does so"
)
SIGMA = "sigma_0 is not printed: 41, as in the authors' code for ResNet-34"
DENSENET = (
    "the printed size is that of the network for ImageNet with 1,000 classes: its first layers are taken, not those for CIFAR, "
    "with which accuracies far below ResNet-34's are not expected"
)

METHODS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "proxsgd": (
        (RATE,),
        {"optimizer": "TwoStageProxSGD", "options": {"momentum": 0.0}, "schedules": {"lr": Constant(1e-3)}},
    ),
    "proxgen": (
        (RATE,),
        {
            "optimizer": "ProxGEN",
            "options": {"preconditioner": None, "momentum": 0.0},
            "schedules": {"lr": Constant(1e-3)},
        },
    ),
    "sr2": ((REJECTED, SIGMA), {"optimizer": "SR2", "options": {"sigma0": 41.0, "gamma1": 5.56}}),
}
CLAIMS = {"sr2": ("SR2.T1", "SR2.A3.noise", "SR2.S5.sampled", "SR2.S5.tables")}

Numbers = Mapping[str, Mapping[str, tuple[float, float, float]]]


def rows(table: str, figure: str, penalty: type[L0 | L1], numbers: Numbers, *choices: str, **settings: Any) -> list[Recipe]:
    """A recipe a weight and method. ``numbers``: accuracy, exact zeros and small weights, by lambda and method."""
    task = settings["model"].removesuffix("-imagenet")
    network = task.replace("resnet", "ResNet-").replace("densenet", "DenseNet-")
    found = []
    for lam, of_method in numbers.items():
        for method, printed in of_method.items():
            own, how = METHODS[method]
            found.append(
                Recipe(
                    name=f"sr2.{table}.{task}.{method}.lam{lam}",
                    place=f"SR2, Table {table.removeprefix('table')}, {network} on {DATA[settings['data']]}; its pruning "
                    f"curve in {figure} comes out of the run",
                    epochs=300,
                    augment=True,
                    penalty=penalty(float(lam)),
                    reported={name: Reported(value) for name, value in zip(MEASURES, printed, strict=True)},
                    choices=("batch 128, crops and flips: in the authors' code, not in the paper", *own, *choices),
                    claims=CLAIMS.get(method, ("SR2.S5.tables",)),
                    **settings,
                    **how,
                )
            )
    return found
