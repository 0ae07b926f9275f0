"""A watch on an optimizer without a trainer around it, and runs whose last step is looked at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from deep.telemetry import Watch, watches_of
from tests.deep.training.small import recipe, trainer


def watching(optimizer: Any, kind: type[Watch]) -> Any:
    fake = SimpleNamespace(rule=SimpleNamespace(optimizer=optimizer))
    return next(watch for watch in watches_of(fake) if isinstance(watch, kind))


def numbers(x: Any) -> Any:
    return x.detach().double().numpy()


def run_of(folder: Any, name: str = "rmda", **changes: Any) -> tuple[list[Any], Any]:
    """A run, with what its last step began from: (W_{t-1}, then the finished run)."""
    made = trainer(recipe(name, **changes), folder)
    params, begun = list(made.model.parameters()), list[Any]()
    step = made.rule.step

    def kept(forward: Any) -> Any:
        begun[:] = [numbers(p).copy() for p in params]
        return step(forward)

    made.rule.step = kept  # type: ignore[method-assign]
    made.run()
    return begun, made
