"""RMDA, Table 1: logistic regression on MNIST; settings of Table 3. Convex: the optimum and its pattern are known."""

from deep.recipes.rmda.table1 import rows
from deep.recipes.schedules import Stages

RECIPES = rows(
    "logistic",
    "RMDA, Table 1, logistic regression on MNIST; curves of Figs. 2 and 4; settings of Table 3",
    {
        "proxsgd": ((91.31,), (38.78,)),
        "proxssi": ((91.31,), (39.54,)),
        "rmda": ((91.34,), (56.51,)),
    },
    Stages(0.1, 0.1, 50, floor=1e-5),
    (1e-3, 1e-3, 1e-3),
    data="mnist",
    model="logistic",
    epochs=500,
    augment=False,
)
