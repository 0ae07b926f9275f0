"""RMDA, Table 1: LeNet5 on MNIST; settings of Tables 5 and 12."""

from deep.recipes.rmda.table1 import rows
from deep.recipes.schedules import Stages

RECIPES = rows(
    "lenet5-mnist",
    "RMDA, Table 1, LeNet5 on MNIST; curves of Figs. 2 and 4; settings of Table 5",
    {
        "msgd": ((99.36, 0.06),),
        "proxsgd": ((99.13, 0.02), (76.57, 2.33)),
        "proxssi": ((99.07, 0.03), (77.82, 1.56)),
        "rmda": ((99.10, 0.06), (79.81, 1.56)),
    },
    Stages(1.0, 0.1, 50, floor=1e-4),
    (1.2e-4, 9e-5, 1e-4),
    "5x5 kernels, as in the authors' code; Table 12 prints 3x3",
    data="mnist",
    model="lenet5-large",
    epochs=500,
    augment=False,
)
