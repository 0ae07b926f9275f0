"""ProxGEN, Study 2: DenseNet-201 on CIFAR-100 with l1."""

from deep.recipes.proxgen.settings import PENALTIES, PROX_SGD, PROXGEN, run

PLACE = "ProxGEN, Study 2 and Fig. 5, DenseNet-201 on CIFAR-100"

RECIPES = [
    run(
        *(f"study2.densenet201.{method}", PLACE, "no setting of Study 2 is printed: those of Figs. 2 and 3"),
        data="cifar100",
        model="densenet201",
        penalty=PENALTIES["l1"],
        **how,
    )
    for method, how in (("proxgen", PROXGEN), ("prox-sgd", PROX_SGD))
]
