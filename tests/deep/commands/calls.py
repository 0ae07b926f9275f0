"""The training commands as a person calls them, and two recipes of the user's own."""

from __future__ import annotations

from deep.commands import main

OWN = """
from deep.recipes import Recipe, Reported
from deep.recipes.schedules import Constant
from verify.penalties import GroupL2

RECIPES = [
    Recipe(
        name=f"own.{name}", place="Table 1 of nobody", data="digits", model="logistic", optimizer=name, epochs=2, batch=64,
        penalty=GroupL2(1e-3), by="channel", schedules={"lr": Constant(0.1)}, subset=128,
        reported={"accuracy": Reported(70.0, 1.0), "zero_groups": Reported(10.0)}, choices=("all of it",),
    )
    for name in ("RMDA", "ProxSGD")
]
"""


def call(*words):
    return main([str(word) for word in words])


def saved_and_interrupted(run):
    """In the place of a trainer's ``_save_if_due``: Ctrl-C after the first epoch."""
    run.save()
    raise KeyboardInterrupt
