"""SR2, Table 2b: DenseNet-121 on CIFAR-10 with l0."""

from deep.recipes.sr2.settings import DENSENET, rows
from verify.penalties import L0

RECIPES = rows(
    *("table2b", "Fig. 2 (bottom)", L0),
    {
        "1e-4": {"proxgen": (71.09, 2.39, 3.27), "sr2": (80.29, 14.67, 14.74)},
        "1e-3": {"proxgen": (70.44, 4.13, 4.13), "sr2": (79.11, 23.82, 25.85)},
        "1e-2": {"proxgen": (71.03, 9.63, 10.05), "sr2": (79.79, 94.99, 95.06)},
    },
    DENSENET,
    data="cifar10",
    model="densenet121-imagenet",
)
