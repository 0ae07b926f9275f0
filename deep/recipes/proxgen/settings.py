"""What ProxGEN's experiments on sparse networks have in common; its appendix with the settings is not at hand."""

from __future__ import annotations

from typing import Any

from deep.recipes.choices import DECAY, DEVIATION, VGG
from deep.recipes.recipe import Recipe
from deep.recipes.schedules import Milestones
from verify.penalties import L0, L1, L12, L23

LAM = 2e-6
SETTINGS: tuple[str, ...] = (
    "batch 128, 300 epochs, learning rate 1e-3, a tenth of it from epochs 150 and 250: in the authors' code",
    "lambda 2e-6: 0.1/50,000, the default of the authors' code, where the figure has several that are not printed",
    DECAY.format("the "),
    "biases and batch norm have no penalty, as in the authors' code, where the paper penalises all of theta (Sect. 4)",
    DEVIATION,
)
CORRECTED = "m and C are corrected for their start from 0, as in the authors' code; the paper prints them without (Sect. 4)"

PENALTIES = {"l1": L1(LAM), "l23": L23(LAM), "l12": L12(LAM), "l0": L0(LAM)}
ADAM: dict[str, Any] = {"options": {"preconditioner": "adam", "momentum": 0.9}}
SUBGRADIENT: dict[str, Any] = {"optimizer": "SubgradientAdam", "claims": ("PG.S4.grad",)}
PROXGEN: dict[str, Any] = {"optimizer": "ProxGEN", "claims": ("PG.T1", "PG.C4.adam"), **ADAM}
PROX_SGD: dict[str, Any] = {"optimizer": "TwoStageProxSGD", "claims": ("PG.E5.random",), **ADAM}
GATES: dict[str, Any] = {
    "optimizer": "Adam",
    "around": "hard concrete",
    "around_options": {"lam": LAM, "droprate": 0.5},
}


def run(name: str, place: str, *choices: str, data: str = "cifar10", **settings: Any) -> Recipe:
    return Recipe(
        name=f"proxgen.{name}",
        place=f"{place}; a curve, no number is printed",
        data=data,
        epochs=300,
        augment=True,
        schedules={"lr": Milestones(1e-3, 0.1, (150, 250))},
        choices=(*SETTINGS, CORRECTED, *([VGG] if settings["model"].startswith("vgg") else []), *choices),
        **settings,
    )


def sparse_network(figure: str, model: str, network: str) -> list[Recipe]:
    """The runs of Fig. 2 or 3: ProxGEN against subgradients for q > 0, Prox-SGD for l1, hard concrete gates for l0."""
    place = f"ProxGEN, Fig. {figure.removeprefix('fig')}, {network} on CIFAR-10"
    one = "one draw of the gates a batch, half of them open at the start"
    return [
        *(run(f"{figure}.{model}.proxgen.{q}", place, model=model, penalty=R, **PROXGEN) for q, R in PENALTIES.items()),
        *(
            run(f"{figure}.{model}.subgradient.{q}", place, model=model, penalty=PENALTIES[q], **SUBGRADIENT)
            for q in ("l1", "l23", "l12")
        ),
        run(f"{figure}.{model}.prox-sgd.l1", place, model=model, penalty=PENALTIES["l1"], **PROX_SGD),
        run(f"{figure}.{model}.hard-concrete.l0", place, one, model=model, **GATES),
    ]
