"""What is measured at a few steps of a run: how far from the certified point, and how good the gradient estimate is."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.loop import Blocks, Step
from synthetic.measures.structure import agreement, structure
from synthetic.problems import Instance
from synthetic.reference import Reference
from synthetic.solvers import Solver

POINTS = 12  # of each kind


def checkpoints(steps: int) -> set[int]:
    """Steps spread evenly and logarithmically, the first and the last among them."""
    spread = np.concatenate([np.geomspace(1, steps, POINTS), np.linspace(1, steps, POINTS)])
    return {int(t) for t in np.round(spread)}


def norm(w: Blocks) -> Any:
    """Euclidean, over all blocks: (runs,)."""
    return np.sqrt(sum(np.sum(np.square(v.reshape(len(v), -1)), axis=1) for v in w.values()))


def position(instance: Instance, reference: Reference, truth: Any, w: Blocks) -> dict[str, Any]:
    """Where w is, one number a run: F, its gap to the certified point's, the distance to that, the share of groups as there."""
    value = instance.objective(w)
    found = {
        "objective_value": value,
        "objective_gap": value - reference.objective,
        "objective_distance": norm({name: v - reference.w[name] for name, v in w.items()}),
        "objective_correct": agreement(structure(instance.blocks, w), truth),
    }
    if hasattr(instance, "error"):
        found["objective_error"] = instance.error(w)
    return found


def estimates(instance: Instance, solver: Solver, step: Step) -> dict[str, Any]:
    """|estimate - grad f(w)| and |g - grad f(w)| at the w where the step took its gradient g, and |grad f(w)|."""
    exact = instance.gradient(step.before)
    estimate = {name: solver.estimate(turn) for name, turn in step.turns.items()}
    return {
        "objective_estimate_error": norm({name: estimate[name] - g for name, g in exact.items()}),
        "objective_raw_error": norm({name: step.turns[name].g - g for name, g in exact.items()}),
        "objective_gradient": norm(exact),
    }
