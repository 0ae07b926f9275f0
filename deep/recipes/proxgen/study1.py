"""ProxGEN, Study 1: support of the lasso, by Prox-SGD and ProxGEN from a random start and from 0. No network."""

from deep.recipes.recipe import Recipe

RECIPES = [
    Recipe(
        name="proxgen.study1.lasso",
        place="ProxGEN, Study 1 and Fig. 4, support of the lasso; a figure, no number is printed",
        data="none",
        model="lasso",
        epochs=3000,
        optimizer="ProxGEN",
        choices=(
            "problem and step sizes are not printed: a synthetic lasso whose solution is known, "
            "full gradients, 3000 of them; both methods with and without Adam's preconditioner",
        ),
        claims=("PG.E5.random", "PG.E5.zero"),
        command="proxproof bench Study1",
    )
]
