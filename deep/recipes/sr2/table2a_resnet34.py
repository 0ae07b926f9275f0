"""SR2, Table 2a: ResNet-34 on CIFAR-10 with l1."""

from deep.recipes.sr2.settings import rows
from verify.penalties import L1

RECIPES = rows(
    *("table2a", "Fig. 3 (top)", L1),
    {
        "1e-4": {"proxsgd": (85.12, 0.00, 64.70), "proxgen": (85.98, 1.02, 72.94), "sr2": (93.94, 56.18, 98.12)},
        "1e-3": {"proxsgd": (89.67, 0.00, 94.85), "proxgen": (83.27, 73.34, 99.25), "sr2": (88.46, 67.97, 99.50)},
        "1e-2": {"proxsgd": (88.12, 0.00, 98.28), "proxgen": (35.56, 99.34, 99.92), "sr2": (29.33, 62.17, 91.84)},
    },
    data="cifar10",
    model="resnet34",
)
