"""SR2, Table 2a: DenseNet-121 on CIFAR-10 with l1."""

from deep.recipes.sr2.settings import DENSENET, rows
from verify.penalties import L1

RECIPES = rows(
    *("table2a", "Fig. 2 (top)", L1),
    {
        "1e-4": {"proxsgd": (72.20, 0.00, 20.22), "proxgen": (72.26, 6.50, 22.71), "sr2": (84.69, 79.47, 92.15)},
        "1e-3": {"proxsgd": (77.43, 0.00, 82.18), "proxgen": (76.81, 44.21, 94.40), "sr2": (68.26, 95.43, 98.17)},
        "1e-2": {"proxsgd": (78.36, 0.00, 94.16), "proxgen": (59.69, 98.03, 99.13), "sr2": (76.49, 78.11, 98.59)},
    },
    DENSENET,
    pruned={("1e-4", "sr2"): {"zero_weights_at_1e-2": 97.5}, ("1e-3", "proxgen"): {"zero_weights_at_1e-3": 94.4}},
    data="cifar10",
    model="densenet121-imagenet",
)
