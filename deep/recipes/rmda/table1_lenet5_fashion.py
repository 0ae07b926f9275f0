"""RMDA, Table 1: LeNet5 on Fashion-MNIST; settings of Tables 6 and 12."""

from deep.recipes.rmda.table1 import rows
from deep.recipes.schedules import Stages

RECIPES = rows(
    "lenet5-fashion-mnist",
    "RMDA, Table 1, LeNet5 on Fashion-MNIST; curves of Figs. 2 and 4; settings of Table 6",
    {
        "msgd": ((91.96, 0.01),),
        "proxsgd": ((90.99, 0.17), (50.50, 2.66)),
        "proxssi": ((90.93, 0.02), (60.49, 1.05)),
        "rmda": ((91.41, 0.10), (66.15, 1.68)),
    },
    Stages(1.0, 0.1, 50, floor=1e-4),
    (1.2e-4, 6e-5, 1e-4),
    "5x5 kernels, as in the authors' code; Table 12 prints 3x3",
    data="fashion-mnist",
    model="lenet5-large",
    epochs=500,
    augment=False,
)
