"""What a watch is: it looks on while a network trains, and says in each row of the history whether a theorem's words hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from torch import Tensor

Row = dict[str, float]


@dataclass(frozen=True)
class Quantity:
    """A number of each row: the ``claim`` it bears on, its ``name``, its ``formula`` (LaTeX) and its ``meaning``."""

    claim: str
    name: str
    formula: str
    meaning: str

    @property
    def column(self) -> str:
        """Its column in the history and in log.csv: the claim's id, then the name."""
        return f"{self.claim} {self.name}"


class Watch:
    """Base of the watches; ``trainer`` is the :class:`deep.training.trainer.Trainer` that is watched.

    A watch changes nothing that the run computes. Between the ends of epochs it does not ask the device for a number. What it
    remembers from one epoch to the next is in :meth:`state_dict`, as tensors and plain data, alike in all processes.
    """

    quantities: ClassVar[tuple[Quantity, ...]] = ()

    def __init__(self, trainer: Any) -> None:
        self.trainer, self.optimizer = trainer, trainer.rule.optimizer

    @classmethod
    def fits(cls, optimizer: Any) -> bool:
        """Whether there is something to watch in an optimizer of a class that the watch serves."""
        return True

    def before_step(self) -> None:
        """What is to be kept before a step."""

    def after_step(self, loss: Tensor) -> None:
        """What is to be gathered after a step; ``loss`` is that before it."""

    def after_epoch(self, row: Row) -> Row:
        """The numbers of the epoch that has ended, by column, those that have a finite value; ``row`` has what is measured."""
        raise NotImplementedError

    def missed(self) -> None:
        """Steps before the present place of the run were made without this watch. What of its numbers is about them too is to
        be left out from now on: NaN, until it is about other steps alone."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what :meth:`state_dict` gave."""


def columns(found: dict[Quantity, float]) -> Row:
    """The numbers by column; those that are not finite are left out."""
    return {quantity.column: float(value) for quantity, value in found.items() if math.isfinite(value)}


def any_state(optimizer: Any) -> dict[str, Any]:
    """The state of the first parameter that has one, for what is alike in all; {} where no step has been made."""
    return next((kept for kept in optimizer.state.values() if kept), {})


def ratio(a: float, b: float) -> float:
    """a/b, NaN for b = 0."""
    return a / b if b else math.nan


WATCHES: dict[type[Watch], tuple[type, ...]] = {}
W = TypeVar("W", bound=type[Watch])


def watch(*optimizers: type) -> Callable[[W], W]:
    """Register a class of watches for optimizers of these classes, and of those made from them."""

    def register(cls: W) -> W:
        WATCHES[cls] = optimizers
        return cls

    return register


def watches_of(trainer: Any) -> list[Watch]:
    """The watches of a run, in the order of their registration."""
    optimizer = trainer.rule.optimizer
    return [cls(trainer) for cls, served in WATCHES.items() if isinstance(optimizer, served) and cls.fits(optimizer)]


def describe() -> list[dict[str, Any]]:
    """All quantities as plain data: ``column``, ``claim``, ``name``, ``formula``, ``meaning`` and ``optimizers``, the names of
    the classes in whose runs it is logged."""
    return [
        {
            "column": quantity.column,
            "claim": quantity.claim,
            "name": quantity.name,
            "formula": quantity.formula,
            "meaning": quantity.meaning,
            "optimizers": tuple(optimizer.__name__ for optimizer in served),
        }
        for cls, served in WATCHES.items()
        for quantity in cls.quantities
    ]
