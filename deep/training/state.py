"""The state of a run: all that a checkpoint holds, and a trainer that goes on from it bit for bit."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_map_only

from deep.training.world import World


def capture(trainer: Any) -> dict[str, Any]:
    """The state as tensors and plain data, the random numbers of all processes among it: to be called in each of them."""
    return {
        "recipe": trainer.recipe.name,
        "seed": trainer.seed,
        "key": trainer.key,
        "epoch": trainer.epoch,
        "step": trainer.step,
        "sum": trainer.sum,
        "model": trainer.model.state_dict(),
        "rule": trainer.rule.state_dict(),
        "random": trainer.world.gathered(_random_state(trainer.world)),
        "history": trainer.history,
        "best": trainer.best,
        "seconds": trainer.seconds + time.monotonic() - trainer.clock,
        "watches": {type(watch).__name__: watch.state_dict() for watch in trainer.watches},
    }


def restore(trainer: Any, state: dict[str, Any], path: Path) -> None:
    """Put the state in the file ``path``, which is on the CPU, into the trainer: what counts steps there stays there, where a
    GPU is not waited for. ValueError if more or fewer processes made it, and if it is another run's."""
    if len(state["random"]) != trainer.world.size:
        made, here = len(state["random"]), trainer.world.size
        raise ValueError(f"{trainer.folder} was trained by {made} processes, here are {here}; start as many")
    if state.get("key") != trainer.key:  # earlier versions did not say
        whose = f"{state['recipe']} with seed {state.get('seed', 'unknown')}"
        own = f"this is {trainer.recipe.name} with seed {trainer.seed}, and settings and code must be its own too"
        raise ValueError(f"{path} is another run's, {whose}; {own}: move it away, or begin anew with --fresh")
    trainer.model.load_state_dict(state["model"])
    trainer.rule.load_state_dict(state["rule"])
    trainer.epoch, trainer.step, trainer.sum = state["epoch"], state["step"], state["sum"].to(trainer.world.device)
    trainer.history, trainer.best, trainer.seconds = state["history"], state["best"], state["seconds"]
    for watch in trainer.watches:
        saved = state["watches"].get(type(watch).__name__)
        if saved is None:  # the run was without telemetry until here
            watch.missed()
        else:
            watch.load_state_dict(tree_map_only(Tensor, lambda v: v.to(trainer.world.device), saved))
    mine = state["random"][trainer.world.rank]
    torch.set_rng_state(mine["cpu"].cpu())
    if trainer.world.device.type == "cuda":
        torch.cuda.set_rng_state(mine["cuda"].cpu(), trainer.world.device)


def _random_state(world: World) -> dict[str, Tensor]:
    state = {"cpu": torch.get_rng_state()}
    if world.device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state(world.device)
    return state
