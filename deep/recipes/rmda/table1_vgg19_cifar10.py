"""RMDA, Table 1: VGG19 with batch norm and one linear layer on CIFAR-10; settings of Tables 7 and 13."""

from deep.recipes.rmda.table1 import rows
from deep.recipes.schedules import Stages

RECIPES = rows(
    "vgg19-cifar10",
    "RMDA, Table 1, VGG19 on CIFAR-10; curves of Figs. 2 and 4; settings of Table 7",
    {
        "msgd": ((94.03, 0.11),),
        "proxsgd": ((92.38, 0.31), (72.57, 6.04)),
        "proxssi": ((92.51, 0.03), (81.05, 0.16)),
        "rmda": ((93.62, 0.15), (86.37, 0.25)),
    },
    Stages(0.1, 0.1, 100, floor=1e-6),
    (5e-5, 3e-7, 1e-4),
    data="cifar10",
    model="vgg19",
    epochs=1000,
    augment=True,
)
