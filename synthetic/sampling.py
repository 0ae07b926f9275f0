"""Which samples each step of each run sees. A run has a random stream of its own: what it draws depends on no other run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class Sampler:
    """The batches of some runs, an epoch at a time. Streams depend on (data seed, run seed) alone, so that all methods see the
    same samples.

    ``batch`` None is the whole set at every step. An epoch has samples // batch steps.
    """

    def __init__(self, samples: int, batch: int | None, sampling: str, seeds: Sequence[tuple[int, int]]) -> None:
        if batch is not None and batch > samples:
            raise ValueError(f"a batch has at most as many samples as there are, {samples}; got {batch}")
        self.samples, self.sampling = samples, sampling
        self.batch = None if batch == samples and sampling == "reshuffled" else batch
        self.epoch_steps = 1 if batch is None else samples // batch
        self.streams = [np.random.default_rng(np.random.SeedSequence(run, spawn_key=(data,))) for data, run in seeds]

    def epoch(self) -> np.ndarray | None:
        """Indices of the next epoch, (steps, runs, batch); None: the whole set at each step."""
        if self.batch is None:
            return None
        taken = self.epoch_steps * self.batch
        if self.sampling == "independent":
            uniform = np.empty((len(self.streams), taken))
            for stream, row in zip(self.streams, uniform, strict=True):
                stream.random(out=row)
            uniform *= self.samples  # twice as fast as random integers, and as uniform: 2^53 is much larger than samples
            drawn = uniform.astype(np.intp)
        else:
            drawn = np.stack([stream.permutation(self.samples)[:taken] for stream in self.streams])
        return drawn.reshape(-1, self.epoch_steps, self.batch).swapaxes(0, 1)
