"""SR2, Table 2a: ResNet-34 on CIFAR-10 with l1."""

from dataclasses import replace

from deep.recipes.sr2.settings import RESNET, rows
from verify.penalties import L1

TEXT = (
    "the text gives it 86.93 % and 99.50 % zeros when pruned at 1e-3 (Sect. 5.1); the table has 99.25 small weights, and "
    "83.27 % unpruned: 99.50 is SR2's at this lambda"
)
ROWS = rows(
    *("table2a", "Fig. 3 (top)", L1),
    {
        "1e-4": {"proxsgd": (85.12, 0.00, 64.70), "proxgen": (85.98, 1.02, 72.94), "sr2": (93.94, 56.18, 98.12)},
        "1e-3": {"proxsgd": (89.67, 0.00, 94.85), "proxgen": (83.27, 73.34, 99.25), "sr2": (88.46, 67.97, 99.50)},
        "1e-2": {"proxsgd": (88.12, 0.00, 98.28), "proxgen": (35.56, 99.34, 99.92), "sr2": (29.33, 62.17, 91.84)},
    },
    RESNET,
    pruned={
        ("1e-4", "sr2"): {"accuracy_at_1e-3": 93.32, "zero_weights_at_1e-3": 98.12},
        ("1e-3", "proxgen"): {"accuracy_at_1e-3": 86.93, "zero_weights_at_1e-3": 99.50},
    },
    data="cifar10",
    model="resnet34",
)

RECIPES = [replace(row, choices=(*row.choices, TEXT)) if row.name.endswith("proxgen.lam1e-3") else row for row in ROWS]
