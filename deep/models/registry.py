"""Networks by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from verify.names import hint

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Model:
    """A network: ``make(shape, classes)`` is one with new weights, ``about`` says in a line what it is and who trains it,
    ``smallest`` is the least height and width of an image of which its convolutions and poolings leave anything."""

    name: str
    about: str
    make: Callable[[Shape, int], nn.Module]
    smallest: int = 1


MODELS: dict[str, Model] = {}


def register(name: str, about: str, make: Callable[[Shape, int], nn.Module], smallest: int = 1) -> None:
    """Enter a network into ``MODELS``. ValueError where its name is taken."""
    if name in MODELS:
        raise ValueError(f"there is a model {name!r} already: give yours another name")
    MODELS[name] = Model(name, about, make, smallest)


def build(name: str, *, shape: Shape, classes: int = 10) -> nn.Module:
    """The network ``name`` of ``MODELS``, from images (n, *shape), shape = (channels, height, width), to scores (n, classes).

    Its weights are drawn from torch's global generator: seed that first. They are float32 on the default device. ValueError
    for an unknown name (with those that are near), and for images that are too small.
    """
    if name not in MODELS:
        known = hint(name, MODELS) or f"there are {', '.join(sorted(MODELS))}"
        raise ValueError(f"unknown model {name!r}; {known}; one that a file of yours registers is known once that is imported")
    if len(shape) != 3 or min(shape) < 1 or classes < 1:
        raise ValueError(f"{name}: shape=(channels, height, width) and classes must be positive; got {shape} and {classes}")
    model = MODELS[name]
    if min(shape[1:]) < model.smallest:
        raise ValueError(
            f"{name} needs images of {model.smallest} x {model.smallest} at least; got {shape[1]} x {shape[2]}: "
            "enlarge or pad them, or take another model"
        )
    return model.make(shape, classes)
