"""ProxGEN, Fig. 1: condition (C-4) while ResNet-34 trains on CIFAR-10."""

from deep.recipes.proxgen.settings import PENALTIES, PROXGEN, run

RECIPES = [
    run(
        *("fig1.resnet34.proxgen", "ProxGEN, Fig. 1, the least eigenvalue of condition (C-4), ResNet-34 on CIFAR-10"),
        "the penalty is not printed: l1, so that it is the run of Fig. 3",
        model="resnet34",
        penalty=PENALTIES["l1"],
        **PROXGEN,
    )
]
