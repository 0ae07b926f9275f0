"""What SR2's tables have in common: plain steps of three methods, 300 epochs, weights pruned at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deep.recipes.choices import DECAY, DEVIATION, FREE
from deep.recipes.recipe import Recipe, Reported
from deep.recipes.schedules import Constant
from deep.recipes.titles import DATA
from verify.penalties import L0, L1

COUNTED = "shares of zeros are those of weights, without biases and batch norm: the paper does not say of what they are"
COMMON = ("batch 128, crops and flips: in the authors' code, not in the paper", FREE, COUNTED, DEVIATION)
NO_DECAY = DECAY.format("ProxGEN's ")
MEASURES = ("accuracy", "zero_weights", "small_weights")
RATE = "the learning rate is not printed: 1e-3, as in ProxGEN's authors' code, without its decays, which the paper leaves out"
REJECTED = (
    "a rejected step multiplies sigma by 5.56, which Table 1 prints as gamma_1 above gamma_2 = 2.95: the authors' code does so"
)
SIGMA = (
    "sigma_0 is not printed: 41, as in the authors' code, which says that it works better with ResNet-34, and nothing of "
    "DenseNet, which has it here too"
)
SIGMA_MIN = "sigma_min is not printed, and the authors' code has none: 1e-3, the optimizer's default"
RESNET = (
    "the printed 21.79M parameters are those of ResNet-34 for ImageNet with 1,000 classes (21,797,672): here the network for "
    "CIFAR (21,282,122), as accuracies near 94 % are expected of it alone"
)
DENSENET = (
    "the printed size is that of the network for ImageNet with 1,000 classes: its first layers are taken, not those for CIFAR, "
    "with which accuracies far below ResNet-34's are not expected"
)

METHODS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "proxsgd": (
        (RATE, NO_DECAY),
        {"optimizer": "TwoStageProxSGD", "options": {"momentum": 0.0}, "schedules": {"lr": Constant(1e-3)}},
    ),
    "proxgen": (
        (RATE, NO_DECAY),
        {
            "optimizer": "ProxGEN",
            "options": {"preconditioner": None, "momentum": 0.0},
            "schedules": {"lr": Constant(1e-3)},
        },
    ),
    "sr2": ((REJECTED, SIGMA, SIGMA_MIN), {"optimizer": "SR2", "options": {"sigma0": 41.0, "gamma1": 5.56}}),
}
CLAIMS = {"sr2": ("SR2.T1", "SR2.A3.noise", "SR2.S5.sampled", "SR2.S5.tables")}

Numbers = Mapping[str, Mapping[str, tuple[float, float, float]]]
Pruned = Mapping[tuple[str, str], Mapping[str, float]]


def rows(
    table: str,
    figure: str,
    penalty: type[L0 | L1],
    numbers: Numbers,
    *choices: str,
    pruned: Pruned | None = None,
    **settings: Any,
) -> list[Recipe]:
    """A recipe a weight and method. ``numbers``: accuracy, exact zeros and small weights, by lambda and method; ``pruned``:
    what the text prints of the pruning curves, by both too."""
    task = settings["model"].removesuffix("-imagenet")
    network = task.replace("resnet", "ResNet-").replace("densenet", "DenseNet-")
    found = []
    for lam, of_method in numbers.items():
        for method, printed in of_method.items():
            own, how = METHODS[method]
            told = {**dict(zip(MEASURES, printed, strict=True)), **(pruned or {}).get((lam, method), {})}
            found.append(
                Recipe(
                    name=f"sr2.{table}.{task}.{method}.lam{lam}",
                    place=f"SR2, Table {table.removeprefix('table')}, {network} on {DATA[settings['data']]}; its pruning "
                    f"curve in {figure} comes out of the run",
                    epochs=300,
                    augment=True,
                    penalty=penalty(float(lam)),
                    reported={name: Reported(value) for name, value in told.items()},
                    choices=(*COMMON, *own, *choices),
                    claims=CLAIMS.get(method, ("SR2.S5.tables",)),
                    **settings,
                    **how,
                )
            )
    return found
