"""RMDA, Table 1: ResNet50 on CIFAR-100; settings of Table 10, RMDA also with the weight as printed."""

from dataclasses import replace

from deep.recipes.rmda.table1 import rows
from deep.recipes.schedules import Stages
from verify.penalties import GroupL2

ROWS = rows(
    "resnet50-cifar100",
    "RMDA, Table 1, ResNet50 on CIFAR-100; curves of Figs. 2 and 4; settings of Table 10",
    {
        "msgd": ((79.13, 0.19),),
        "proxsgd": ((75.53, 0.49), (51.83, 0.34)),
        "proxssi": ((74.52, 0.29), (32.79, 2.53)),
        "rmda": ((76.12, 0.46), (57.67, 3.76)),
    },
    Stages(1.0, 0.1, 150, floor=1e-4),
    (4e-5, 3e-7, 1e-5),
    data="cifar100",
    model="resnet50",
    epochs=1500,
    augment=True,
)
RMDA = next(recipe for recipe in ROWS if recipe.optimizer == "RMDA")

RECIPES = [
    *(recipe for recipe in ROWS if recipe is not RMDA),
    replace(RMDA, choices=(*RMDA.choices, "lambda 1e-5, as in the authors' code; Table 10 prints 1e-3")),
    replace(
        RMDA,
        name=f"{RMDA.name}-as-printed",
        penalty=GroupL2(1e-3),
        choices=(*RMDA.choices, "lambda 1e-3, as Table 10 prints it; the authors' code has 1e-5"),
    ),
]
