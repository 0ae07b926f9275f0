"""RMDA, Table 2: unstructured sparsity, RMDA with l1 against RigL and a dense network, ResNet50; settings of Table 14."""

from typing import Any

from deep.recipes.choices import FREE, PIXELS
from deep.recipes.recipe import Recipe, Reported
from deep.recipes.rmda.table1 import RESTART, rmda_schedules
from deep.recipes.schedules import Stages, WarmUp
from deep.recipes.titles import DATA
from verify.penalties import L1

STEPS = 391  # an epoch of 50,000 images, 128 a batch
RIGL_RATE = WarmUp(1760 / STEPS, Stages(0.1, 0.2, 20000 / STEPS))
RIGL_OPTIONS = {"momentum": 0.9, "nesterov": True, "weight_decay": 1e-4}
RIGL: tuple[str, ...] = (
    "Nesterov's momentum, as in the code that is named; Table 14 prints 0.9",
    "all 50,000 images, 391 steps an epoch: that code keeps 5,000 to validate (352 steps), which Table 14's steps are made for",
    "warm-up, decay and end in steps, as Table 14 prints them: masks stop at epoch 168, the rate is 1e-8 by 512; they are "
    "for 250 epochs, and that code takes decay and end 4 times for 1000",
)
STEM = (
    "ResNet50 with a 3x3 first convolution: the code that is named has 7x7 and pooling, as for ImageNet, in the versions seen, "
    "which is not expected to reach the accuracies of the table on images of 32x32"
)


def _row(data: str, method: str, printed: tuple[float, ...], choices: tuple[str, ...], **settings: Any) -> Recipe:
    return Recipe(
        name=f"rmda.table2.resnet50-{data}.{method}",
        place=f"RMDA, Table 2, ResNet50 on {DATA[data]}; curves of Fig. 5; settings of Table 14",
        data=data,
        model="resnet50",
        epochs=1000,
        augment=True,
        reported={name: Reported(value) for name, value in zip(("accuracy", "zero_weights"), printed, strict=False)},
        choices=("batch 128: in the authors' code, not in the paper", PIXELS, STEM, *choices),
        claims=("RMDA.S52.tables",),
        **settings,
    )


def _rows(data: str, lam: float, dense: float, rmda: tuple[float, float], rigl: tuple[float, float]) -> list[Recipe]:
    return [
        _row(
            data,
            "rmda",
            rmda,
            (FREE, RESTART),
            penalty=L1(lam),
            **rmda_schedules(Stages(1.0, 0.1, 150, floor=1e-3)),
        ),
        _row(
            data,
            "rigl",
            rigl,
            RIGL,
            optimizer="SGD",
            options=RIGL_OPTIONS,
            schedules={"lr": RIGL_RATE},
            around="RigL",
            around_options={"density": 0.02, "end": 65918 / STEPS, "prune": 0.3, "interval": 100},
            label_smoothing=0.1,
        ),
        _row(
            data,
            "dense",
            (dense,),
            ("the paper has no settings for the dense baseline: those of RigL, without masks", *RIGL),
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
