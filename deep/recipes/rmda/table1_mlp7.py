"""RMDA, Table 1: seven fully connected layers on Fashion-MNIST; settings of Tables 4 and 11."""

from deep.recipes.rmda.table1 import rows
from deep.recipes.schedules import Stages

RECIPES = rows(
    "mlp7",
    "RMDA, Table 1, fully connected network on Fashion-MNIST; curves of Figs. 2 and 4; settings of Table 4",
    {
        "proxsgd": ((88.72, 0.05), (31.42, 0.36)),
        "proxssi": ((88.44, 0.41), (35.25, 1.56)),
        "rmda": ((88.09, 0.04), (42.89, 0.66)),
    },
    Stages(0.1, 0.1, 50, floor=1e-5),
    (1e-4, 4e-6, 7e-5),
    data="fashion-mnist",
    model="mlp7",
    epochs=500,
    augment=False,
)
