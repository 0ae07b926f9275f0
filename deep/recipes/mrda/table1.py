"""MRDA, Table 1: ResNet18 on CIFAR-10, three methods over lambda, gamma = 1."""

from deep.recipes.mrda.settings import grid

LAMS = "1e-2 1e-3 1e-4 1e-5 1e-6 1e-7 1e-8"

RECIPES = [
    *grid(
        *(1, "mrda", LAMS, "1.0"),
        "10.00 38.73 74.04 86.39 90.67 90.14 88.38",
        "1.00 1.00 1.00 0.99 0.94 0.61 0.16",
    ),
    *grid(
        *(1, "sqrt-t", LAMS, "1.0"),
        "10.00 10.00 10.00 10.00 8.43 49.20 82.47",
        "1.00 1.00 1.00 1.00 1.00 0.99 0.72",
    ),
    *grid(
        *(1, "prox-sgd", LAMS, "1.0"),
        "17.90 75.11 88.740 88.20 89.02 86.92 87.75",
        "1.00 0.97 0.52 0.01 0.00 0.00 0.00",
    ),
]
