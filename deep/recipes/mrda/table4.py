"""MRDA, Table 4: ResNet18 on CIFAR-10, each method with its best numbers."""

from deep.recipes.mrda.settings import numbers, run

RUNS: dict[str, tuple[float | None, float, tuple[float, float, float]]] = {
    "sqrt-t": (1e-8, 1.0, (82.47, 0.72, 99.07)),
    "prox-sgd": (1e-5, 0.8, (89.80, 0.03, 99.40)),
    "mrda": (1e-6, 1.0, (90.67, 0.94, 99.53)),
    "sgd": (None, 1.0, (89.27, 0.00, 99.57)),
}

RECIPES = [
    run(
        f"table4.resnet18.{kind}",
        "MRDA, Table 4, ResNet18 on CIFAR-10",
        kind,
        lam,
        gamma,
        model="resnet18",
        reported=numbers(*printed),
    )
    for kind, (lam, gamma, printed) in RUNS.items()
]
