"""What the rows of RMDA's Table 1 have in common; their settings are in its Tables 3 to 10."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from deep.recipes.choices import FREE, PIXELS
from deep.recipes.recipe import Recipe, Reported
from deep.recipes.schedules import Stages
from verify.penalties import GroupL2

RESTART = (
    "a restart sets t and the sums to 0: a round is Algorithm 1 anew from the last output, with eta and c going on (Sect. 5)"
)
Numbers = Mapping[str, tuple[tuple[float, ...], ...]]


def rmda_schedules(rate: Stages) -> dict[str, Any]:
    """RMDA with its learning rate: c_t = min(1, 10^(-2 + floor(e/S))) with the stages S of the rate, and a new round where the
    rate changes."""
    changes = round(math.log10(rate.start / rate.floor))
    return {
        "optimizer": "RMDA",
        "schedules": {"lr": rate, "momentum": Stages(0.01, 10, rate.every, ceiling=1.0)},
        "restarts": tuple(round(rate.every) * k for k in range(1, changes + 1)),
    }


def rows(
    task: str, place: str, numbers: Numbers, rate: Stages, lams: tuple[float, float, float], *choices: str, **settings: Any
) -> list[Recipe]:
    """A recipe a method, and ProxSGD in both readings of its momentum.

    ``numbers`` are accuracy and zero groups, each with its spread, by method; ``rate`` is RMDA's, and its stages are those of
    all; ``lams`` are the group LASSO's weights for ProxSGD, ProxSSI and RMDA. ``choices`` and ``settings`` are for all.
    """
    stages = Stages(0.1, 0.1, rate.every)

    def row(method: str, lam: float | None, *own: str, variant: str = "", **rest: Any) -> Recipe:
        free = () if lam is None else (FREE,)
        measures = zip(("accuracy", "zero_kernels"), numbers[method], strict=False)
        return Recipe(
            name=f"rmda.table1.{task}.{method}{variant}",
            place=place,
            penalty=None if lam is None else GroupL2(lam),
            by=None if lam is None else "channel",
            reported={measure: Reported(*pair) for measure, pair in measures},
            choices=("batch 128: in the authors' code, not in the paper", PIXELS, *free, *choices, *own),
            claims=() if lam is None else ("RMDA.T2", "RMDA.S52.tables"),
            **settings,
            **rest,
        )

    found = [
        row(
            *("proxsgd", lams[0], "momentum 0.1 is read as v = 0.9 v + 0.1 g, the weight of the new gradient"),
            optimizer="ProxGEN",
            options={"preconditioner": None, "momentum": 0.9},
            schedules={"lr": stages},
        ),
        row(
            *("proxsgd", lams[0], "momentum 0.1 is read as v = 0.1 v + g, as torch's SGD has it"),
            variant="-heavy-ball",
            optimizer="ProxSGD",
            options={"momentum": 0.1},
            schedules={"lr": stages},
        ),
        row("proxssi", lams[1], optimizer="ProxSSI", schedules={"lr": Stages(1e-3, 0.1, rate.every)}),
        row("rmda", lams[2], RESTART, **rmda_schedules(rate)),
    ]
    if "msgd" in numbers:
        decay = 5e-4 if settings["augment"] else 0.0
        why = "the paper has no settings for MSGD: momentum 0.9, ProxSGD's learning rate, weight decay"
        found.append(
            row(
                *("msgd", None, f"{why} {decay:g}, as usual for such networks"),
                optimizer="SGD",
                options={"momentum": 0.9, "weight_decay": decay},
                schedules={"lr": stages},
            )
        )
    return found
