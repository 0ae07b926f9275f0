"""What one step of training is: mostly a gradient and ``step()``, and what SR2, RigL, gates and signs do otherwise."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from deep import optim
from deep.baselines.hard_concrete import add_gates, expected_l0
from deep.baselines.rigl import RigL
from deep.baselines.subgradient import SubgradientAdam, SubgradientSGD
from deep.groups import groups
from deep.recipes.recipe import Recipe
from deep.training.world import World
from verify.arrays.torch import TORCH
from verify.methods.binary_connect import signs
from verify.penalties import Zero

Forward = Callable[[], Tensor]
OPTIMIZERS: dict[str, Any] = {made.__name__: made for made in (*optim.OPTIMIZERS, SubgradientSGD, SubgradientAdam)}
PLAIN = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}  # they know no penalties
OPTIMIZERS |= PLAIN


class Rule:
    """A recipe's optimizer, and a step with it; an epoch has ``steps``. ``forward()`` is the loss on the batch at hand."""

    def __init__(self, recipe: Recipe, model: nn.Module, scaler: Any, world: World, steps: int) -> None:
        self.recipe, self.model, self.scaler, self.world = recipe, model, scaler, world
        self.optimizer = make_optimizer(recipe, model)

    def set(self, numbers: Mapping[str, float]) -> None:
        """The scheduled numbers of the coming step; ``lam`` goes to the groups that have a penalty."""
        for group in self.optimizer.param_groups:
            for name, value in numbers.items():
                if name != "lam" or group.get("penalty") is not None:
                    group[name] = value

    def step(self, forward: Forward) -> Tensor:
        """One step; the loss before it."""
        self.optimizer.zero_grad()
        loss = self.loss(forward)
        self.scaler.scale(loss).backward()
        self.move()
        return loss.detach()

    def loss(self, forward: Forward) -> Tensor:
        """What is differentiated."""
        return forward()

    def move(self) -> None:
        """What is done once the gradients are there."""
        self.scaler.step(self.optimizer)
        self.scaler.update()

    def state_dict(self) -> dict[str, Any]:
        return {"optimizer": self.optimizer.state_dict(), "scaler": self.scaler.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])


class Comparing(Rule):
    """SR2's: the loss at the trial decides."""

    def step(self, forward: Forward) -> Tensor:
        def closure() -> Tensor:
            self.optimizer.zero_grad()
            loss = forward()
            loss.backward()
            return self._of_all(loss)

        @torch.no_grad()
        def evaluate() -> Tensor:
            return self._of_all(forward())

        return self.optimizer.step(closure, evaluate)

    def _of_all(self, loss: Tensor) -> Tensor:
        """The mean over the processes: all of them decide alike."""
        return self.world.sum(loss.detach().clone()) / self.world.size


class Rigged(Rule):
    """RigL's: the connections move with the optimizer until epoch ``end``, as many times in a shortened run."""

    def __init__(self, recipe: Recipe, model: nn.Module, scaler: Any, world: World, steps: int) -> None:
        super().__init__(recipe, model, scaler, world, steps)
        weights = [p for p in model.parameters() if p.ndim > 1]
        end = round(recipe.around_options["end"] * steps / recipe.shorten)
        self.rigl = RigL(self.optimizer, weights, **{**recipe.around_options, "end": end})
        self.rigl.interval = max(1, self.rigl.interval // recipe.shorten)

    def move(self) -> None:
        self.rigl.step()

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "rigl": self.rigl.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        super().load_state_dict(state)
        self.rigl.load_state_dict(state["rigl"])


class Gated(Rule):
    """Hard concrete gates: lam times the expected number of open ones is added to the mean loss of the batch."""

    def __init__(self, recipe: Recipe, model: nn.Module, scaler: Any, world: World, steps: int) -> None:
        self.weight = recipe.around_options["lam"]
        layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
        for layer in layers:
            add_gates(layer, recipe.by, recipe.around_options.get("droprate", 0.5))
        super().__init__(recipe, model, scaler, world, steps)

    def loss(self, forward: Forward) -> Tensor:
        return forward() + self.weight * expected_l0(self.model)


class Connected(Rule):
    """BinaryConnect's: weights are -1 and 1, and what the recipe leaves free takes gradient steps of the same length."""

    def __init__(self, recipe: Recipe, model: nn.Module, scaler: Any, world: World, steps: int) -> None:
        super().__init__(recipe, model, scaler, world, steps)
        binary = {id(p) for group in self.optimizer.param_groups for p in group["params"]}
        self.rest = torch.optim.SGD([p for p in model.parameters() if id(p) not in binary])

    def set(self, numbers: Mapping[str, float]) -> None:
        super().set(numbers)
        for group in self.rest.param_groups:
            group["lr"] = self.optimizer.param_groups[0]["lr"]

    def step(self, forward: Forward) -> Tensor:
        self.rest.zero_grad()
        loss = super().step(forward)
        self.rest.step()
        return loss


class Signed(Rule):
    """ProxQuant's: after ``epochs`` penalised weights become their signs, sign(0) = 1, and stay; what is free trains on."""

    def __init__(self, recipe: Recipe, model: nn.Module, scaler: Any, world: World, steps: int) -> None:
        super().__init__(recipe, model, scaler, world, steps)
        self.at, self.t = max(1, round(recipe.around_options["epochs"] * steps / recipe.shorten)), 0
        self.binary = [p for group in self.optimizer.param_groups if group["penalty"] is not None for p in group["params"]]

    def move(self) -> None:
        if self.t >= self.at:
            for p in self.binary:
                p.grad = None  # so that the optimizer leaves it alone
        self.optimizer.step()
        self.t += 1
        if self.t == self.at:
            for p in self.binary:
                p.detach().copy_(signs(p.detach(), TORCH))

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "t": self.t}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        super().load_state_dict(state)
        self.t = state["t"]


AROUND = {"RigL": Rigged, "hard concrete": Gated, "signs": Signed}
OWN = {"SR2": Comparing, "BinaryConnect": Connected}  # optimizers whose steps are of another kind


def make_rule(recipe: Recipe, model: nn.Module, world: World, steps: int) -> Rule:
    """The rule that the recipe means, with so many steps an epoch. ValueError for names that do not exist and options that do
    not fit."""
    if recipe.around is not None and recipe.around not in AROUND:
        raise ValueError(f"{recipe.name}: around must be None or one of {', '.join(AROUND)}; got {recipe.around!r}")
    if recipe.around is not None and recipe.optimizer in OWN:
        raise ValueError(f"{recipe.name}: {recipe.optimizer} has steps of its own; around must be None, got {recipe.around!r}")
    if recipe.around is None and recipe.around_options:
        raise ValueError(f"{recipe.name}: around is None and would ignore around_options, {dict(recipe.around_options)}")
    kind = OWN.get(recipe.optimizer, Rule) if recipe.around is None else AROUND[recipe.around]
    scaler = torch.amp.grad_scaler.GradScaler(world.device.type, enabled=recipe.precision == "float16")
    if scaler.is_enabled() and kind not in (Rule, Gated):
        raise ValueError(f"{recipe.name}: float16 scales the loss, which {kind.__name__} steps cannot have; use bfloat16")
    try:
        made = kind(recipe, model, scaler, world, steps)
    except (TypeError, KeyError) as error:  # options of one's own recipe: another name or kind than the optimizer takes
        raise ValueError(f"{recipe.name}: its options do not fit: {type(error).__name__}: {error}") from error
    unknown = sorted(set(recipe.schedules) - {name for group in made.optimizer.param_groups for name in group})
    if unknown:
        raise ValueError(f"{recipe.name}: {recipe.optimizer} has no {', '.join(unknown)} that a schedule could set")
    if recipe.restarts and not hasattr(made.optimizer, "restart"):
        raise ValueError(f"{recipe.name}: {recipe.optimizer} has no rounds to be restarted; restarts is {recipe.restarts}")
    return made


def make_optimizer(recipe: Recipe, model: nn.Module) -> Any:
    """The optimizer of the recipe on the model's parameters, grouped as its penalty needs. ValueError for a name that does not
    exist, and for a penalty with an optimizer that has none."""
    if recipe.optimizer not in OPTIMIZERS:
        raise ValueError(f"{recipe.name}: unknown optimizer {recipe.optimizer!r}; there are {', '.join(OPTIMIZERS)}")
    made = OPTIMIZERS[recipe.optimizer]
    penalty: Any = recipe.penalty
    if penalty is not None and recipe.optimizer in PLAIN:
        instead = f"use ProxSGD, ProxGEN (which is Adam's) or Subgradient{recipe.optimizer}"
        raise ValueError(f"{recipe.name}: {recipe.optimizer} would ignore {penalty!r}: {instead}")
    parameters: Any = list(model.named_parameters())
    if penalty is not None:
        parameters = groups(model, penalty, by=recipe.by, free=recipe.free)
    elif made is optim.BinaryConnect:
        parameters = groups(model, Zero(), free=recipe.free)[0]["params"]
    options = dict(recipe.options)
    accepted = inspect.signature(made).parameters
    options |= {name: value for name, value in recipe.numbers(0).items() if name in accepted}
    if recipe.optimizer == "SR2":
        options["buffers"] = model
    return made(parameters, **options)
