"""What an algorithm is: a state, and an update rule in three parts that meet other arrays in one place only.

``propose`` works on one array at a time, ``decide`` once on the sums of all of them, ``commit`` again on one. A method without
a decision leaves the last two to this class. Hyper-parameters and penalties are arguments, so that schedules, batches of
cases and the replay pass what they like.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from verify.names import register

REGISTRY: dict[str, type[Method]] = {}


class Method:
    """Base of all methods. ``State`` and ``Hyper`` are named tuples. ``quantities`` maps the name of a quantity that is worth
    watching in a run to the id of the claim it bears on; the method of that name computes it, ``name(state, w, hyper)``."""

    State: ClassVar[type]
    Hyper: ClassVar[type]
    quantities: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        register(REGISTRY, cls, "a method")

    def init(self, w: Any, hyper: Any, penalty: Any, xp: Any) -> Any:
        """The state before the first step."""
        raise NotImplementedError

    def propose(self, state: Any, w: Any, g: Any, hyper: Any, penalty: Any, xp: Any) -> tuple[Any, Any]:
        """(trial, sums): the trial state and iterate from the gradient g at w, and what ``decide`` needs summed up."""
        raise NotImplementedError

    def decide(self, scalars: Any, sums: Any, hyper: Any, xp: Any) -> Any:
        """New scalars from the old ones and the sums over all arrays; none by default."""
        return scalars

    def commit(self, state: Any, w: Any, trial: Any, scalars: Any, xp: Any) -> tuple[Any, Any]:
        """(state, w) after the decision; by default the trial is taken."""
        return trial

    def step(self, state: Any, w: Any, g: Any, hyper: Any, penalty: Any, xp: Any) -> tuple[Any, Any]:
        """One whole step of a single array (with any leading batch axes)."""
        trial, sums = self.propose(state, w, g, hyper, penalty, xp)
        return self.commit(state, w, trial, self.decide(None, sums, hyper, xp), xp)


class NoState(NamedTuple):
    """The state of a method that remembers nothing."""
