"""SR2, Table 2b: ResNet-34 on CIFAR-10 with l0."""

from deep.recipes.sr2.settings import RESNET, rows
from verify.penalties import L0

RECIPES = rows(
    *("table2b", "Fig. 3 (bottom)", L0),
    {
        "1e-4": {"proxgen": (86.87, 5.48, 7.13), "sr2": (90.59, 93.43, 93.43)},
        "1e-3": {"proxgen": (85.81, 11.04, 11.07), "sr2": (92.20, 94.41, 94.42)},
        "1e-2": {"proxgen": (86.40, 28.85, 28.86), "sr2": (87.82, 99.04, 99.07)},
    },
    RESNET,
    data="cifar10",
    model="resnet34",
)
