"""What a finished run leaves: ``result.json`` with its numbers beside the paper's, and the network itself."""

from __future__ import annotations

import hashlib
import io
import json
import math
import platform
import re
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from deep.baselines.hard_concrete import permanent
from deep.models import BUILT_IN
from deep.recipes.recipe import Recipe
from deep.sparsity import sparsity
from deep.training import measures
from deep.training.log import BOARD, LOG
from deep.training.trainer import Trainer
from deep.training.version import code_version
from verify.files import write_whole

RESULT, NETWORK = "result.json", "network.pt"
NEEDED = (
    *("recipe", "place", "seed", "key", "code", "settings", "choices", "claims", "point"),
    *("reported", "final", "sparsity", "history", "seconds", "environment"),
)
WITHIN = {"settings": ("shorten", "by"), "history": ("epoch",), "environment": ("device", "torch")}


def result_of(trainer: Trainer) -> dict[str, Any]:
    """The result as plain data. Percentages; ``history`` has a list a column, None where an epoch has no such value."""
    recipe, last = trainer.recipe, trainer.history[-1]
    with _final_point(trainer):
        pruning = measures.pruning(trainer.model, trainer.data.test, trainer.world)
    told = {name: value for name, value in measures.pruned(pruning).items() if name in recipe.reported}
    return {
        "recipe": recipe.name,
        "place": recipe.place,
        "seed": trainer.seed,
        "key": trainer.key,
        "code": code_version(),
        "settings": recipe.computed(trainer.compile, trainer.world.size),
        "shape": list(trainer.data.shape),
        "classes": trainer.data.classes,
        **({} if recipe.file is None or recipe.model in BUILT_IN else {"file": recipe.file}),  # which registers the network
        "choices": list(recipe.choices),
        "claims": list(recipe.claims),
        "point": recipe.point,
        "reported": reported(recipe),
        "final": _finite(measures.at_point(last, recipe.point) | told),
        "best": {name: trainer.best[name] for name in ("epoch", "accuracy")},
        "pruning": [_finite(row) for row in pruning],
        "sparsity": sparsity(trainer.rule.optimizer, trainer.model).to_dict(),
        "history": by_column(trainer.history),
        "seconds": last["seconds"],
        "seconds_per_epoch": trainer.seconds_per_epoch(),
        "environment": environment(trainer),
    }


def reported(recipe: Recipe) -> dict[str, dict[str, float | None]]:
    """The paper's numbers as plain data."""
    return {name: asdict(number) for name, number in recipe.reported.items()}


def by_column(history: list[dict[str, float]]) -> dict[str, list[float | None]]:
    """The rows as columns of numbers of six digits, None for one that is not finite."""
    names = dict.fromkeys(name for row in history for name in row)
    return {name: [_short(row.get(name)) for row in history] for name in names}


def environment(trainer: Trainer) -> dict[str, Any]:
    """What the run was made with."""
    device = trainer.world.device
    return {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine(),
        "processes": trainer.world.size,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def keep(trainer: Trainer, folder: Path) -> dict[str, Any]:
    """Write the network, then the result; returns the result."""
    result = result_of(trainer)
    if trainer.world.first:
        buffer = io.BytesIO()
        with _final_point(trainer):
            torch.save(permanent(trainer.model).state_dict(), buffer)
        result["network"] = hashlib.sha256(buffer.getvalue()).hexdigest()
        write_whole(folder / NETWORK, buffer.getvalue())
        write_whole(folder / RESULT, as_json(result))
    return result


def as_json(made: dict[str, Any]) -> str:
    """A result as text, each list of numbers on one line."""
    text = json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def read(path: Path) -> dict[str, Any] | None:
    """The result in a file, or in the file of a folder; None if there is none. ValueError for a file that is damaged or holds
    something else."""
    path = path / RESULT if path.is_dir() else path
    if not path.is_file():
        return None
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}); remove it, and train again") from None
    if lacking := _lacking(made):
        raise ValueError(f"{path} is no result of a run (it has no {', '.join(lacking)}); remove it, and train again")
    return made  # type: ignore[no-any-return]


def _lacking(made: Any) -> list[str]:
    """What every result has and ``made`` has not."""
    if not isinstance(made, dict):
        return list(NEEDED)
    inner = [(outer, name) for outer, names in WITHIN.items() if outer in made for name in names]
    lacks = [f"{outer}.{name}" for outer, name in inner if not isinstance(made[outer], dict) or name not in made[outer]]
    return [name for name in NEEDED if name not in made] + lacks


def network_in(folder: Path, made: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the network that a run with this result ended in. ValueError for a file that is damaged."""
    path = folder / NETWORK
    content = path.read_bytes()
    try:
        if made.get("network", digest := hashlib.sha256(content).hexdigest()) != digest:  # older results do not say
            raise ValueError("not the SHA-256 of its result")
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        if not isinstance(state, dict):
            raise ValueError(f"a {type(state).__name__}, not a network's parameters")
    except Exception as error:  # torch has many for a file that is none of its own
        raise ValueError(f"{path} is damaged ({' '.join(str(error).split())[:80]}); train again with --fresh") from None
    return state


def remove(folder: Path) -> None:
    """Remove the result, the networks, the figure and the logs of a run that is to begin anew."""
    for path in (folder / RESULT, folder / NETWORK, folder / LOG, *folder.glob("shrunk.*"), folder / "figure.png"):
        path.unlink(missing_ok=True)
    shutil.rmtree(folder / BOARD, ignore_errors=True)


def _final_point(trainer: Trainer) -> Any:
    """Within, the network is that of the point that the recipe's numbers are about."""
    from contextlib import nullcontext

    return trainer.rule.optimizer.at_prox_points() if trainer.recipe.point == "prox_point" else nullcontext()


def _short(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")


def _finite(row: dict[str, float]) -> dict[str, float | None]:
    """The row with None for a number that is not finite, which JSON does not have."""
    return {name: value if math.isfinite(value) else None for name, value in row.items()}
