"""SR2, Fig. 1: ProxGEN and ProxSGD with momentum, a preconditioner and decays of the learning rate."""

from deep.recipes.recipe import Recipe
from deep.recipes.schedules import Milestones
from deep.recipes.sr2.settings import COMMON, NO_DECAY, RESNET
from verify.penalties import L1

RECIPES = [
    Recipe(
        name=f"sr2.fig1.resnet34.{method}",
        place="SR2, Fig. 1, accelerated ProxGEN and ProxSGD; a curve, no number is printed",
        data="cifar10",
        model="resnet34",
        epochs=300,
        augment=True,
        optimizer=optimizer,
        options={"preconditioner": "adam", "momentum": 0.9},
        penalty=L1(1e-4),
        schedules={"lr": Milestones(1e-3, 0.1, (150, 250))},
        choices=(
            *COMMON,
            NO_DECAY,
            RESNET,
            "network and penalty are not printed: ResNet-34 and l1 with the least lambda of Table 2a",
            "learning rate 1e-3 and its factor 0.1: in ProxGEN's authors' code, not in the paper",
        ),
        claims=("SR2.S5.tables",),
    )
    for method, optimizer in (("proxgen", "ProxGEN"), ("proxsgd", "TwoStageProxSGD"))
]
