"""RMDA, Table 1: logistic regression on MNIST; settings of Table 3. Convex: the optimum and its pattern are known."""

from typing import Any

from deep.recipes.recipe import Recipe, Reported
from deep.recipes.schedules import Stages
from verify.penalties import GroupL2

RATE = Stages(0.1, 0.1, 50)


def _recipe(method: str, accuracy: float, sparsity: float, *choices: str, **settings: Any) -> Recipe:
    return Recipe(
        name=f"rmda.table1.logistic.{method}",
        place="RMDA, Table 1, logistic regression on MNIST; settings of Table 3",
        data="mnist",
        model="logistic",
        epochs=500,
        penalty=GroupL2(1e-3),
        by="channel",
        reported={"accuracy": Reported(accuracy), "zero_kernels": Reported(sparsity)},
        choices=("batch 128: in the authors' code, not in the paper", *choices),
        claims=("RMDA.T2",),
        **settings,
    )


RECIPES = [
    _recipe(
        *("proxsgd", 91.31, 38.78, "momentum 0.1 is read as v = 0.9 v + 0.1 g, the weight of the new gradient"),
        optimizer="ProxGEN",
        options={"preconditioner": None, "momentum": 0.9},
        schedules={"lr": RATE},
    ),
    _recipe(
        *("proxsgd-heavy-ball", 91.31, 38.78, "momentum 0.1 is read as v = 0.1 v + g, as torch's SGD has it"),
        optimizer="ProxSGD",
        options={"momentum": 0.1},
        schedules={"lr": RATE},
    ),
    _recipe(*("proxssi", 91.31, 39.54), optimizer="ProxSSI", schedules={"lr": Stages(1e-3, 0.1, 50)}),
    _recipe(
        *("rmda", 91.34, 56.51, "a restart sets t to 0, as Algorithm 1 begins with beta_1 = 1; the paper does not say"),
        optimizer="RMDA",
        schedules={"lr": Stages(0.1, 0.1, 50, floor=1e-5), "momentum": Stages(0.01, 10, 50, ceiling=1.0)},
        restarts=(50, 100, 150, 200),
    ),
]
