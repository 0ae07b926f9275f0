"""One run of a recipe: the same code on a CPU, on a GPU, and in several processes under torchrun.

Everything random is a function of the seed and the place in the run (the order of an epoch, its augmentation) or part of the
checkpoint (torch's generators), so that a run that was killed and goes on ends in the same bits.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from deep.data import generator, load, order
from deep.models import build
from deep.recipes.recipe import Recipe
from deep.telemetry import watches_of
from deep.training import checkpoint, measures
from deep.training.precision import forward_in
from deep.training.rules import make_rule
from deep.training.state import capture, restore
from deep.training.version import code_version
from deep.training.world import World

Row = dict[str, float]


class Trainer:
    """A recipe with its data, network, optimizer and place in the run.

    ``folder`` takes checkpoints: after an epoch, or every ``steps_between`` steps in a long one, if ``seconds_between`` have
    passed since the last. ``compile`` is None or a mode of ``torch.compile`` for the network. ``telemetry`` makes the watches
    of :mod:`deep.telemetry`. ValueError and FileNotFoundError for what cannot be run.
    """

    def __init__(
        self,
        recipe: Recipe,
        seed: int,
        world: World,
        folder: Path,
        *,
        root: str | None = None,
        compile: str | None = None,
        telemetry: bool = True,
        seconds_between: float = 60.0,
        steps_between: int = 50,
    ) -> None:
        self.recipe, self.seed, self.world, self.folder, self.compile = recipe, seed, world, folder, compile
        self.key = recipe.key(seed, code_version(), compile, world.size)
        self.data = load(recipe.data, root, device=world.device, subset=recipe.subset, normalise=recipe.normalise)
        self.steps = math.ceil(len(self.data.train) / recipe.batch)
        last = len(self.data.train) - (self.steps - 1) * recipe.batch
        if last < world.size:
            raise ValueError(
                f"{recipe.name}: {world.size} processes share a batch, and the last of an epoch has {last} of the "
                f"{len(self.data.train)} images: take another batch (now {recipe.batch}), subset or number of processes"
            )
        self.augment = self.data.augment if recipe.augment else None
        torch.manual_seed(seed)
        self.model = build(recipe.model, shape=self.data.shape, classes=self.data.classes).to(world.device)
        if world.device.type == "cuda":
            torch.backends.cudnn.deterministic = True  # of its ways the ones that give the same bits each time
            self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.rule = make_rule(recipe, self.model, world, self.steps)
        self.cast = forward_in(recipe.precision, world.device)
        replicated = world.replicated(self.model)
        self.network: Callable[[Tensor], Tensor] = replicated if compile is None else compiled(replicated, compile)
        self.loss = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
        self.epoch, self.step, self.history = 0, 0, list[Row]()
        self.best: Row = {}
        self.sum = torch.zeros((), dtype=torch.float64, device=world.device)
        self.seconds = 0.0
        self.between = seconds_between, steps_between
        self.stop: Callable[[], bool] = lambda: False
        self._saved = self.clock = time.monotonic()
        self.watches = watches_of(self) if telemetry else []

    def run(self, after_epoch: Callable[[Row], None] = lambda row: None) -> None:
        """Train to the end of the recipe; ``after_epoch`` is given each new row of the history. FloatingPointError where the
        gradients or the training loss are no longer finite, unless the optimizer skips such steps. KeyboardInterrupt, with a
        checkpoint, when ``stop`` says so: after a step of one process, or where several would keep one anyway."""
        self._saved = self.clock = time.monotonic()
        while self.epoch < self.recipe.length:
            try:
                self._one_epoch()
                row = self._measured()
            except FloatingPointError as error:
                raise FloatingPointError(f"{self.recipe.name} diverged in epoch {self.epoch + 1}: {error}") from None
            self.history.append(row)
            at_point = measures.at_point(row, self.recipe.point)
            if at_point["accuracy"] > self.best.get("accuracy", -1.0):
                self.best = at_point
            self.epoch, self.step = self.epoch + 1, 0
            self.sum = torch.zeros_like(self.sum)
            self._save_if_due()
            after_epoch(row)

    def _one_epoch(self) -> None:
        indices, changes = self.draws(self.epoch)
        if self.step == 0 and self.recipe.begins_round(self.epoch):
            self.rule.optimizer.restart()
        for step in range(self.step, self.steps):
            self._prefetch(*self._batch(step + 1, indices, changes))
            self.rule.set(self.recipe.numbers(self.epoch + step / self.steps, self.steps))
            self._one_step(*self._batch(step, indices, changes))
            self.step = step + 1
            stops = self.world.size == 1 and self.stop()
            if self.step < self.steps and (stops or self.step % self.between[1] == 0):
                self._save_if_due()

    def draws(self, epoch: int) -> tuple[Tensor, Tensor | None]:
        """The order of an epoch's images, and their augmentation."""
        n, device = len(self.data.train), self.data.train.place
        indices = order(n, seed=self.seed, epoch=epoch, device=device)
        if self.augment is None:
            return indices, None
        return indices, self.augment.draw(n, generator(seed=self.seed, epoch=epoch, device=device))

    def _batch(self, step: int, indices: Tensor, changes: Tensor | None) -> tuple[Tensor, Tensor | None]:
        rows = slice(step * self.recipe.batch, (step + 1) * self.recipe.batch)
        return indices[rows], None if changes is None else changes[rows]

    def _prefetch(self, index: Tensor, changes: Tensor | None) -> None:
        """Images in files are read while the step before theirs is computed."""
        mine = self.world.share(len(index))
        if len(index):
            self.data.train.prefetch(index[mine], augment=self.augment, parameters=None if changes is None else changes[mine])

    def _one_step(self, index: Tensor, changes: Tensor | None) -> None:
        for watch in self.watches:
            watch.before_step()
        loss = self.rule.step(self.forward(self.network, index, changes))
        self.sum += loss.double() * (len(index) / self.world.size)
        for watch in self.watches:
            watch.after_step(loss)

    def forward(self, network: Callable[[Tensor], Tensor], index: Tensor, changes: Tensor | None) -> Callable[[], Tensor]:
        """The loss of a network on this process's part of a batch; the mean over processes is that over the whole batch."""
        whole, mine = len(index), self.world.share(len(index))
        parameters = None if changes is None else changes[mine]
        images, labels = self.data.train.batch(index[mine], augment=self.augment, parameters=parameters)
        if self.world.device.type == "cuda":
            images = images.contiguous(memory_format=torch.channels_last)
        part = len(labels) * self.world.size / whole

        def loss() -> Tensor:
            with self.cast():
                found = self.loss(network(images), labels)
            return found if part == 1 else found * part

        return loss

    def _measured(self) -> Row:
        """The row of the history for the epoch that has just ended."""
        if self.world.device.type == "cuda":
            torch.cuda.synchronize(self.world.device)  # the epoch's steps are over when the device is
        now = time.monotonic()
        trained = now - self.clock
        self.world.share_buffers(self.model)
        train_loss = float(self.world.sum(self.sum.clone())) / len(self.data.train)
        optimizer, model = self.rule.optimizer, self.model
        guard = getattr(optimizer, "nonfinite", None)  # torch's own optimizers have none
        if guard is not None:
            guard.settle()
        if not math.isfinite(train_loss) and (guard is None or guard.choice != "skip"):
            raise FloatingPointError(f"the training loss is {train_loss}; take a smaller lr")
        row: Row = {"epoch": self.epoch + 1, **self.recipe.numbers(self.epoch, self.steps), "train_loss": train_loss}
        zeros = measures.zeros(optimizer, model)
        row |= {**self._at_point(), **zeros["iterate"]}
        if not measures.same_point(optimizer):
            with optimizer.at_prox_points():
                found = {**self._at_point(), **zeros["prox_point"]}
            row |= {f"{measures.POINT}{name}": value for name, value in found.items()}
        for watch in self.watches:
            row |= watch.after_epoch(row)
        self.clock = time.monotonic()
        self.seconds += self.clock - now + trained
        return row | {"seconds": self.seconds, "train_seconds": trained}

    def _at_point(self) -> Row:
        """What is measured of the parameters as they are."""
        scores = measures.accuracy(self.model, self.data.test, self.world, self.cast)
        return {
            "penalty": measures.penalty_value(self.rule.optimizer),
            **{"test_loss" if name == "loss" else name: value for name, value in scores.items()},
            "small_weights": measures.small_weights(self.model),
            **measures.binary(self.rule.optimizer, self.model, self.data.test, self.world, self.cast),
        }

    def _save_if_due(self) -> None:
        if self.epoch == self.recipe.length:
            return
        stops = self.world.any(self.stop())
        if stops or self.world.any(time.monotonic() - self._saved >= self.between[0]):
            self.save()
        if stops:
            raise KeyboardInterrupt

    def save(self) -> None:
        """Keep the state in a checkpoint."""
        captured = capture(self)
        if self.world.first:
            checkpoint.save(self.folder, self.epoch * self.steps + self.step, captured)
        self._saved = time.monotonic()

    def resume(self, warn: Callable[[str], None]) -> bool:
        """Go on from the newest sound checkpoint; False if there is none. ValueError if more or fewer processes made it, if it
        is another run's, or if these processes see different ones."""
        newest = checkpoint.newest(self.folder, warn)
        self.world.same("no checkpoint" if newest is None else newest.name, self.folder)
        if newest is not None:
            restore(self, checkpoint.load(newest), newest)
        return newest is not None

    def seconds_per_epoch(self) -> float:
        """The median time of an epoch's steps, without what is measured after it."""
        return statistics.median(row["train_seconds"] for row in self.history)


def compiled(network: nn.Module, mode: str) -> Any:
    """The network by ``torch.compile``, once for each size of a batch: code for any size, which PyTorch makes after the second,
    may round otherwise, and a run that is resumed would begin without it. ValueError for a mode that torch does not have."""
    try:
        return torch.compile(network, mode=mode, dynamic=False)
    except RuntimeError as error:
        raise ValueError(f"--compile {mode}: {error}") from None
