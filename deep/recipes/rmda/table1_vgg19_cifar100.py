"""RMDA, Table 1: VGG19 with batch norm and one linear layer on CIFAR-100; settings of Tables 8 and 13."""

from deep.recipes.rmda.table1 import rows
from deep.recipes.schedules import Stages

RECIPES = rows(
    "vgg19-cifar100",
    "RMDA, Table 1, VGG19 on CIFAR-100; curves of Figs. 2 and 4; settings of Table 8",
    {
        "msgd": ((74.62, 0.22),),
        "proxsgd": ((71.91, 0.08), (8.63, 4.88)),
        "proxssi": ((66.20, 0.38), (46.41, 1.42)),
        "rmda": ((72.23, 0.20), (58.86, 0.41)),
    },
    Stages(0.1, 0.1, 100, floor=1e-6),
    (3e-5, 1e-7, 1e-4),
    data="cifar100",
    model="vgg19",
    epochs=1000,
    augment=True,
)
