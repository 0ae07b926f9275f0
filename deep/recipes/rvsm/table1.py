"""RVSM, Table 1: VGG16 on CIFAR-10 with three penalties."""

from deep.recipes.rvsm.settings import OWN, SGD, row
from verify.penalties import L0, L1, TransformedL1

PLACE = "RVSM, Table 1, VGG16 on CIFAR-10; settings in Sect. 6"
EPOCHS = "epochs and learning rate are not printed: those of Table 2"
RUNS = {"l1": (L1(1e-5), 93.7, 35.68), "tl1": (TransformedL1(1e-5, 1.0), 93.07, 63.34), "l0": (L0(1e-5), 92.54, 86.89)}

RECIPES = [
    *(
        row(
            *(f"table1.vgg16.rvsm.{name}", PLACE, "vgg16", accuracy, zeros, EPOCHS, *OWN),
            optimizer="RVSM",
            options={"beta": 1e-2},
            penalty=penalty,
            point="prox_point",
        )
        for name, (penalty, accuracy, zeros) in RUNS.items()
    ),
    row("table1.vgg16.base", PLACE, "vgg16", 93.82, 0.0, EPOCHS, "momentum 0.9 and weight decay 5e-4: not printed", **SGD),
]
