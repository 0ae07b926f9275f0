"""RMDA, Fig. 1: synthetic problems with a planted group structure, by RMDA and the others. No network of :mod:`deep.models`."""

from deep.recipes.recipe import Recipe


def _panel(letter: str, network: str, title: str, choices: tuple[str, ...]) -> Recipe:
    return Recipe(
        name=f"rmda.fig1.{network}",
        place=f"RMDA, Fig. 1 ({letter}), {title} on synthetic data; a figure, no number is printed",
        data="none",
        model=network,
        epochs=200,
        optimizer="RMDA",
        choices=choices,
        claims=("RMDA.S51.only", "RMDA.T2"),
        command=f"proxproof bench Fig1{letter}",
    )


DRAWN = "sizes, data and settings are not printed: 20 data sets of our own, batches of 32, structures certified at the optimum"

RECIPES = [
    _panel("a", "logistic", "logistic regression", (DRAWN,)),
    _panel(
        "c",
        "convnet",
        "a network of one convolution and one linear layer",
        (DRAWN, "started near the planted network, as there"),
    ),
]
