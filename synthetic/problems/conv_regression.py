"""A small network with one convolution and one linear layer, some channels and columns of which are planted (RMDA, Fig. 1c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np

from synthetic.problems.curvature import local_lipschitz
from synthetic.problems.instance import Blocks, Instance
from synthetic.problems.problem import Problem
from synthetic.problems.rows import mean
from synthetic.settings import NonNegative
from verify.arrays import NUMPY as XP
from verify.losses import ConvNetwork
from verify.penalties import GroupL2
from verify.penalties.parameters import Range


@dataclass(frozen=True)
class ConvRegression(Problem):
    """A convolution and a linear layer with tanh between them; planted channels and columns, started near the ground truth.

    Images are normal, (channels, side, side); the kernel is 3 by 3 with stride 2. Of the filters (filters, channels, 3, 3)
    ``active_channels`` input channels are not 0, of linear (outputs, features) ``active_columns`` columns. Responses are the
    ground truth's outputs plus normal ``noise``, the loss is half the square of the difference, and the start is the ground
    truth plus normal noise of size ``apart``. Penalty: group LASSO with weights sqrt(size) on channels and on columns. What is
    certified is the stationary point reached from the ground truth. (RMDA classifies; with a softmax loss the stationary
    points that we found from the ground truth lie far from it, and so do their patterns.)
    """

    activation: ClassVar[Literal["tanh", "relu"]] = "tanh"
    sizes: ClassVar = ("samples", "channels", "filters", "side", "outputs", "active_channels", "active_columns")
    among: ClassVar = {"active_channels": "channels"}

    samples: int = 400
    channels: int = 4
    filters: int = 3
    side: Annotated[int, Range(3.0)] = 5
    outputs: int = 3
    active_channels: int = 2
    active_columns: int = 6
    noise: NonNegative = 0.1
    apart: NonNegative = 0.02
    lam: NonNegative = 0.03

    def instance(self, seeds: Sequence[int]) -> Instance:
        drawn = [self._draw(rng) for rng in self.generators(seeds)]
        filters, linear, filters_0, linear_0, P, y = (np.stack(part) for part in zip(*drawn, strict=True))
        return Network(
            blocks={"filters": GroupL2(self.lam, axes=(-4, -2, -1)), "linear": GroupL2(self.lam, axes=-2)},
            begin={"filters": filters_0, "linear": linear_0},
            truth={"filters": filters, "linear": linear},
            samples=self.samples,
            convex=False,
            network=ConvNetwork(self.activation),
            P=P,
            y=y,
        )

    def _draw(self, rng: np.random.Generator) -> tuple[Any, ...]:
        places = ((self.side - 3) // 2 + 1) ** 2
        filters = _columns(rng, 9 * self.filters, self.channels, self.active_channels, 2.0)
        filters = np.ascontiguousarray(filters.reshape(self.filters, 3, 3, self.channels).transpose(0, 3, 1, 2))
        linear = _columns(rng, self.outputs, places * self.filters, self.active_columns, 1.0)
        P = _patches(rng.normal(size=(self.samples, self.channels, self.side, self.side)))
        y = ConvNetwork(self.activation).forward(P, filters.reshape(self.filters, -1), linear, XP)[1]
        y += self.noise * rng.normal(size=y.shape)
        begin = (a + self.apart * rng.normal(size=a.shape) for a in (filters, linear))
        return filters, linear, *begin, P, y


@dataclass(frozen=True)
class ReLUConvRegression(ConvRegression):
    """The same network with ReLU and without noise: outside the theorems' hypotheses, as its loss is not smooth.

    A stationary point may lie on a kink, where no residual vanishes; it is then binned as unsolved. Noise makes that common.
    """

    covered: ClassVar[bool] = False
    activation: ClassVar[Literal["tanh", "relu"]] = "relu"
    noise: NonNegative = 0.0
    lam: NonNegative = 0.005


@dataclass(frozen=True, kw_only=True)
class Network(Instance):
    """The mean loss of a :class:`ConvNetwork`; P is (sets, n, positions, q), y (sets, n, C). The Lipschitz constant is a local
    estimate."""

    network: ConvNetwork
    P: Any
    y: Any

    def gradient(self, w: Blocks, index: Any = None) -> Blocks:
        def sums(P: Any, y: Any, filters: Any, linear: Any) -> tuple[Any, Any]:
            return self.network.gradient(P[:, None], y[:, None], filters, linear, XP)

        filters, linear = self._mean(sums, index, w)
        return {"filters": filters.reshape(w["filters"].shape), "linear": linear}

    def loss(self, w: Blocks, index: Any = None) -> Any:
        def sums(P: Any, y: Any, filters: Any, linear: Any) -> tuple[Any]:
            return (self.network.value(P[:, None], y[:, None], filters, linear, XP).sum(-1),)

        return self._mean(sums, index, w)[0]

    def drop(self, w: Blocks, y: Blocks, index: Any = None) -> Any:
        def sums(P: Any, labels: Any, *both: Any) -> tuple[Any]:
            return (self.network.fall(P[:, None], labels[:, None], both[:2], both[2:], XP).sum(-1),)

        return self._mean(sums, index, w, y)[0]

    def _mean(self, sums: Any, index: Any, *points: Blocks) -> list[Any]:
        flat = [a for w in points for a in (w["filters"].reshape(*w["filters"].shape[:2], -1), w["linear"])]
        return mean(sums, (self.P, self.y), flat, self.copies, index)

    @property
    def lipschitz(self) -> Any:
        return np.repeat(self._lipschitz, self.copies)

    @cached_property
    def _lipschitz(self) -> Any:
        return local_lipschitz(self, self.begin)


def _columns(rng: np.random.Generator, rows: int, count: int, active: int, size: float) -> Any:
    """A matrix (rows, count) with ``active`` columns not 0, of norms between size and 1.5 size."""
    a = rng.normal(size=(rows, count))
    return a / np.linalg.norm(a, axis=0) * size * rng.uniform(1, 1.5, size=count) * (rng.permutation(count) < active)


def _patches(images: Any) -> Any:
    """Patches (n, positions, channels 9) of images (n, channels, side, side): kernel 3 by 3, stride 2."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), axis=(2, 3))[:, :, ::2, ::2]
    n, channels, high, wide = windows.shape[:4]
    return np.ascontiguousarray(windows.transpose(0, 2, 3, 1, 4, 5)).reshape(n, high * wide, channels * 9)
