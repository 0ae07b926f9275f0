"""Randomness of an epoch as a function of the seed and the epoch alone.

A run that was stopped and resumed in epoch e asks for epoch e again and has the same order and the same random numbers: no
state of a generator has to be kept with it, and none can be lost.
"""

from __future__ import annotations

import numpy as np
import torch


def order(n: int, *, seed: int, epoch: int, device: str | torch.device = "cpu") -> torch.Tensor:
    """A permutation of 0, ..., n - 1 (int64, (n,)), all equally likely; the same on every device.

    Raises ValueError for a negative number.
    """
    if n < 0:
        raise ValueError(f"n={n} must be 0 or more")
    return torch.from_numpy(np.random.default_rng(_state(seed, epoch, 0)).permutation(n)).to(device)


def generator(*, seed: int, epoch: int, device: str | torch.device = "cpu") -> torch.Generator:
    """A new generator for what else an epoch draws (augmentation), independent of :func:`order`.

    Generators of different kinds of devices give different numbers. Raises ValueError for a negative number.
    """
    word = int(_state(seed, epoch, 1).generate_state(1, np.uint64)[0])
    return torch.Generator(device).manual_seed(word >> 1)  # 63 bits: a seed is a signed integer


def _state(seed: int, epoch: int, use: int) -> np.random.SeedSequence:
    if seed < 0 or epoch < 0:
        raise ValueError(f"seed={seed} and epoch={epoch} must be 0 or more")
    return np.random.SeedSequence([seed, epoch, use])
