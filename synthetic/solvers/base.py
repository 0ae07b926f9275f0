"""A solver: an update rule of ``verify.methods``, its hyper-parameters at each step, and what of it is measured.

Step sizes are given in units of 1/L, L the Lipschitz constant of each run's gradient, unless a solver says otherwise: the same
number then means the same on every data set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple

import numpy as np

from synthetic.settings import check
from verify.names import register

REGISTRY: dict[str, type[Solver]] = {}
MULTIPLES = (0.1, 0.3, 1.0, 3.0, 10.0)  # of the default; the experiment Tuning is why that is the default


class Plan(NamedTuple):
    """The length of a run, and L of each: (runs,)."""

    epoch_steps: int
    epochs: int
    lipschitz: Any

    @property
    def steps(self) -> int:
        return self.epoch_steps * self.epochs


class Turn(NamedTuple):
    """One step of one block: what went in, the trial that the method proposed, and what came out."""

    state: Any
    w: Any
    g: Any
    hyper: Any
    penalty: Any
    trial: Any
    next_state: Any
    next_w: Any


@dataclass(frozen=True)
class Solver:
    """Base of all solvers. A subclass is found by its name; its fields are the settings of a job, each with a default.

    ``method`` is the update rule (a property where a setting chooses it) and ``hyper(t, plan)`` its hyper-parameters at step
    t = 1, 2, ...: numbers, or one a run.
    ``claims`` are those of ``verify.claims`` that its results bear on. ``tuned`` is the setting that :func:`grid` varies.
    ``decides``: the method compares losses in ``decide`` (SR2); its hyper-parameters then stay one number a run, of shape
    (R,), and are not given the axes of a block.
    """

    method: ClassVar[Any]
    claims: ClassVar[tuple[str, ...]] = ()
    tuned: ClassVar[str] = "step"
    decides: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        register(REGISTRY, cls, "a solver")

    def __post_init__(self) -> None:
        check(self)

    def hyper(self, t: int, plan: Plan) -> Any:
        raise NotImplementedError

    @property
    def full_gradient(self) -> bool:
        """The gradient is that of all samples, whatever the batch."""
        return False

    def restarts(self, t: int, plan: Plan) -> bool:
        """The state is made anew from the iterate before step t."""
        return False

    def decide(self, states: list[Any], sums: list[Any], hyper: Any, fall: Callable[[str], Any]) -> Any:
        """The method's decision over all blocks, if it makes one; ``fall("full")`` or ``fall("sampled")`` is f(w) - f(y)."""
        return None

    def prox_point(self, turn: Turn) -> Any:
        """The second point of a method that has one: a value of the penalty's prox map that its iterate is not. Else None."""
        return None

    def estimate(self, turn: Turn) -> Any:
        """The estimate of grad f(w) that the step used; the batch's gradient if the method averages nothing."""
        return turn.g

    def label(self) -> str:
        """The settings that are not the default, as "name=value" joined by commas."""
        return ",".join(f"{f.name}={getattr(self, f.name)}" for f in fields(self) if getattr(self, f.name) != f.default)


def solver(name: str, settings: dict[str, Any]) -> Solver:
    """The solver of that name. Raises ValueError for a name or a setting that there is not, or a value out of its range."""
    if name not in REGISTRY:
        raise ValueError(f"there is no method {name!r}; there are {', '.join(sorted(REGISTRY))}")
    known = [f.name for f in fields(REGISTRY[name])]
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise ValueError(f"{name} has no setting {', '.join(unknown)}; it has {', '.join(known) or 'none'}")
    return REGISTRY[name](**settings)


def grid(name: str, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """``settings`` with the tuned one at MULTIPLES of what it is: as many trials for every method."""
    made = solver(name, settings)
    return [settings | {made.tuned: getattr(made, made.tuned) * multiple} for multiple in MULTIPLES]


def column(hyper: Any, axes: int) -> Any:
    """Hyper-parameters whose numbers a run have ``axes`` more axes, to broadcast against a block."""
    if not any(np.ndim(value) for value in hyper):
        return hyper
    return type(hyper)(*(v.reshape(v.shape + (1,) * axes) if np.ndim(v) else v for v in hyper))
