"""The ranges of the numbers that optimizers take, under the names they share."""

from verify.penalties.parameters import POSITIVE, Range

__all__ = ["DECAY", "LR", "MIXING", "MOMENTUM", "POSITIVE"]

LR = Range(0.0)
MOMENTUM = Range(0.0, 1.0)
MIXING = Range(0.0, 1.0, high_open=False)
DECAY = Range(0.0, 1.0)
