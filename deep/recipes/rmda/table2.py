"""RMDA, Table 2: unstructured sparsity, RMDA with l1 against RigL and a dense network, ResNet50; settings of Table 14."""

from typing import Any

from deep.recipes.recipe import Recipe, Reported
from deep.recipes.rmda.table1 import rmda_schedules
from deep.recipes.schedules import Stages, WarmUp
from deep.recipes.titles import DATA
from verify.penalties import L1

STEPS = 391  # an epoch of 50,000 images, 128 a batch
RIGL_RATE = WarmUp(1760 / STEPS, Stages(0.1, 0.2, 20000 / STEPS))
RIGL_OPTIONS = {"momentum": 0.9, "weight_decay": 1e-4}
STEM = (
    "ResNet50 with a 3x3 first convolution: the code that is named has 7x7 and pooling, as for ImageNet, in the versions seen, "
    "which is not expected to reach the accuracies of the table on images of 32x32"
)


def _row(data: str, method: str, accuracy: float, zeros: float | None, *choices: str, **settings: Any) -> Recipe:
    return Recipe(
        name=f"rmda.table2.resnet50-{data}.{method}",
        place=f"RMDA, Table 2, ResNet50 on {DATA[data]}; curves of Fig. 5; settings of Table 14",
        data=data,
        model="resnet50",
        epochs=1000,
        augment=True,
        reported={"accuracy": Reported(accuracy)} | ({} if zeros is None else {"zero_weights": Reported(zeros)}),
        choices=("batch 128: in the authors' code, not in the paper", STEM, *choices),
        claims=("RMDA.S52.tables",),
        **settings,
    )


def _rows(data: str, lam: float, dense: float, rmda: tuple[float, float], rigl: tuple[float, float]) -> list[Recipe]:
    return [
        _row(
            *(data, "rmda", *rmda, "a restart sets t to 0, as Algorithm 1 begins with beta_1 = 1; the paper does not say"),
            penalty=L1(lam),
            **rmda_schedules(Stages(1.0, 0.1, 150, floor=1e-3)),
        ),
        _row(
            *(data, "rigl", *rigl, "the schedule is given in steps: 391 an epoch"),
            optimizer="SGD",
            options=RIGL_OPTIONS,
            schedules={"lr": RIGL_RATE},
            around="RigL",
            around_options={"density": 0.02, "end": 65918, "prune": 0.3, "interval": 100},
            label_smoothing=0.1,
        ),
        _row(
            *(data, "dense", dense, None, "the paper has no settings for the dense baseline: those of RigL, without masks"),
            optimizer="SGD",
            options=RIGL_OPTIONS,
            schedules={"lr": RIGL_RATE},
            label_smoothing=0.1,
        ),
    ]


RECIPES = [
    *_rows("cifar10", 1e-5, 94.81, (93.78, 98.36), (93.41, 98.00)),
    *_rows("cifar100", 3e-5, 74.61, (74.32, 98.32), (70.88, 98.00)),
]
