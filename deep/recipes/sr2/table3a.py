"""SR2, Table 3a: DenseNet-201 on CIFAR-100 with l1."""

from deep.recipes.sr2.settings import DENSENET, rows
from verify.penalties import L1

RECIPES = rows(
    *("table3a", "Fig. 4 (top)", L1),
    {
        "1e-4": {"proxsgd": (42.38, 0.00, 25.23), "proxgen": (41.11, 2.95, 4.01), "sr2": (57.63, 59.74, 92.65)},
        "1e-3": {"proxsgd": (42.38, 0.00, 72.47), "proxgen": (46.70, 48.94, 96.99), "sr2": (33.04, 97.21, 98.92)},
        "1e-2": {"proxsgd": (42.86, 0.00, 25.21), "proxgen": (6.96, 98.83, 99.48), "sr2": (7.31, 98.30, 99.60)},
    },
    DENSENET,
    pruned={("1e-4", "sr2"): {"accuracy_at_1e-2": 58.50, "zero_weights_at_1e-2": 97.57}},
    data="cifar100",
    model="densenet201-imagenet",
)
