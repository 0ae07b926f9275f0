"""SR2, Table 3b: DenseNet-201 on CIFAR-100 with l0."""

from deep.recipes.sr2.settings import DENSENET, rows
from verify.penalties import L0

RECIPES = rows(
    *("table3b", "Fig. 4 (bottom)", L0),
    {
        "1e-4": {"proxgen": (40.77, 2.97, 4.02), "sr2": (48.91, 22.69, 22.78)},
        "1e-3": {"proxgen": (40.44, 5.11, 5.60), "sr2": (49.28, 39.82, 39.92)},
        "1e-2": {"proxgen": (39.91, 11.84, 12.33), "sr2": (1.00, 98.91, 99.50)},
    },
    DENSENET,
    data="cifar100",
    model="densenet201-imagenet",
)
