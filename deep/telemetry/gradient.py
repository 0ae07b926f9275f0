"""The whole loss, its gradient, and the noise of a batch's, measured now and then.

f is what the run minimises: the expected loss of a batch, with the augmentation, the batch statistics and the precision of the
training. It and its gradient are taken as means over the first batches of the epoch to come, which the run has not seen yet:
they are fresh draws of the same law.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from deep.optim.swap import Kept, swapped

TIMES, EVERY = 10, 25  # so many times in a run, but not more often than every EVERY epochs needs for all images
SHARE = 1 / 25  # of an epoch's images: what an epoch may cost on average
FEW = 1000  # images, which may always be taken


@dataclass(frozen=True)
class Gradient:
    """``mean``: an estimate of grad f, all parameters in one vector. ``noise``: sqrt(E|g_xi - grad f|^2) of a batch. What the
    mean is off by, sqrt(E|mean - grad f|^2), is at most ``error`` and at least ``drawn``, the part due to images that were not
    drawn. Without augmentation both are the same, and 0 if all images were, but for batch statistics."""

    mean: Tensor
    noise: float
    error: float
    drawn: float

    def distance(self, x: Tensor | float) -> float:
        """|x - grad f|: the square of |x - mean| is too large by that of the mean's error, which is taken off (``drawn``). NaN
        where it is smaller, and nothing can be said."""
        square = length(self.mean - x) ** 2 - self.drawn**2
        return math.sqrt(square) if square >= 0 else math.nan


def due(trainer: Any) -> int:
    """How many images f or its gradient is to be taken over at the end of the present epoch; 0 if it is not to be.

    In a run of 250 epochs or more all training images every 25 epochs; in a shorter one 10 times (each epoch, if it has no
    more) so many images that it is 1/25 of those trained on; and at the end. All images, or whole batches: at least four, and
    1000 images."""
    n, length, epoch = len(trainer.data.train), trainer.recipe.length, trainer.epoch + 1
    batch = trainer.recipe.batch
    every = min(EVERY, max(1, length // TIMES))
    if epoch % every and epoch != length:
        return 0
    return min(n, batch * max(math.ceil(max(n * every * SHARE, FEW) / batch), 4))


def loss(trainer: Any, images: int) -> float:
    """f where the parameters are, over so many images. The run goes on as if nothing had been."""
    total = torch.zeros((), dtype=torch.float64, device=trainer.world.device)
    with torch.no_grad(), _undisturbed(trainer.model, trainer.world.device):
        for size, of_batch in _batches(trainer, images):
            total += size * of_batch()
    return float(trainer.world.sum(total)) / (trainer.world.size * images)


def gradient(trainer: Any, at: dict[Tensor, Tensor], images: int) -> Gradient:
    """The gradient at the values ``at`` of the parameters, over so many images. The run goes on as if nothing had been.

    With g_j of b_j images, m in all, of J batches of size b: mean = sum b_j g_j/m, noise^2 = (sum b_j |g_j|^2 - m |mean|^2)
    over (J - 1) b, error^2 = noise^2 b/m and drawn^2 = (1 - m/n) error^2, as for draws without replacement."""
    batch, n = trainer.recipe.batch, len(trainer.data.train)
    total: Any = 0.0
    squares, batches = 0.0, 0
    with swapped(at), _undisturbed(trainer.model, trainer.world.device):
        for size, of_batch in _batches(trainer, images):
            g = _gradient_of(trainer, list(at), of_batch)
            total, squares, batches = total + size * g, squares + size * length(g) ** 2, batches + 1
    mean = total / images
    variance = max(squares - images * length(mean) ** 2, 0.0) / ((batches - 1) * batch) if batches > 1 else math.nan
    error, rest = math.sqrt(variance * batch / images), 1 - images / n
    drawn = math.sqrt(rest) * error if rest else 0.0
    return Gradient(mean, math.sqrt(variance), drawn if trainer.augment is None else error, drawn)


def length(x: Tensor) -> float:
    """|x|, summed in float64."""
    return float(torch.linalg.vector_norm(x, dtype=torch.float64))


def _batches(trainer: Any, images: int) -> Iterator[tuple[int, Callable[[], Tensor]]]:
    """The batches of so many images: of how many each is, and its loss, for the network as it is when that is called."""
    indices, changes = trainer.draws(trainer.epoch + 1)
    for start in range(0, images, trainer.recipe.batch):
        rows = slice(start, min(start + trainer.recipe.batch, images))
        yield rows.stop - start, trainer.forward(trainer.model, indices[rows], None if changes is None else changes[rows])


def _gradient_of(trainer: Any, params: list[Tensor], of_batch: Callable[[], Tensor]) -> Tensor:
    scaler = trainer.rule.scaler
    with torch.enable_grad():
        found = torch.autograd.grad(scaler.scale(of_batch()), params, allow_unused=True)
    flat = [(torch.zeros_like(p) if g is None else g).flatten() for p, g in zip(params, found, strict=True)]
    return trainer.world.sum(torch.cat(flat)) / (trainer.world.size * scaler.get_scale())


@contextmanager
def _undisturbed(model: Any, device: torch.device) -> Iterator[None]:
    """Within, what a forward pass leaves behind is undone at the end: batch statistics and random numbers."""
    kept = Kept((), model)
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        try:
            yield
        finally:
            kept.restore()
