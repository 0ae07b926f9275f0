"""RMDA, Table 1: ResNet50 on CIFAR-10; settings of Table 9, RMDA also with the weight as printed."""

from dataclasses import replace

from deep.recipes.rmda.table1 import rows
from deep.recipes.schedules import Stages
from verify.penalties import GroupL2

ROWS = rows(
    "resnet50-cifar10",
    "RMDA, Table 1, ResNet50 on CIFAR-10; curves of Figs. 2 and 4; settings of Table 9",
    {
        "msgd": ((95.65, 0.03),),
        "proxsgd": ((92.36, 0.14), (76.82, 4.09)),
        "proxssi": ((94.09, 0.08), (74.81, 1.28)),
        "rmda": ((94.25, 0.02), (83.01, 0.50)),
    },
    Stages(1.0, 0.1, 150, floor=1e-4),
    (5e-5, 3e-7, 1e-5),
    data="cifar10",
    model="resnet50",
    epochs=1500,
    augment=True,
)
RMDA = next(recipe for recipe in ROWS if recipe.optimizer == "RMDA")

RECIPES = [
    *(recipe for recipe in ROWS if recipe is not RMDA),
    replace(RMDA, choices=(*RMDA.choices, "lambda 1e-5, as in the authors' code; Table 9 prints 1e-3")),
    replace(
        RMDA,
        name=f"{RMDA.name}-as-printed",
        penalty=GroupL2(1e-3),
        choices=(*RMDA.choices, "lambda 1e-3, as Table 9 prints it; the authors' code has 1e-5"),
    ),
]
