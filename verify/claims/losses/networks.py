"""The two small networks, against sums over all their indices."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from verify.arrays import NUMPY
from verify.claims.losses.setting import EXACT, both, tanh, within
from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform
from verify.losses import ConvNetwork, patch_relu

TOLERANCE = "1e-12"
SAMPLES, POSITIONS, PIXELS, FILTERS, SCORES = 2, 2, 2, 2, 1


class Bounded:
    """Arrays of numbers below 100, in half the cases small integers, which put many scores on the kink of relu."""

    shapes: ClassVar[dict[str, tuple[int, ...]]]

    def cases(self, rng: Any, size: int) -> Case:
        coarse = rng.random(size) < 0.5
        drawn = {name: rng.normal(size=(size, *shape)) for name, shape in self.shapes.items()}
        return {name: np.where(coarse.reshape(-1, *[1] * (x.ndim - 1)), np.round(x), x) for name, x in drawn.items()}

    def domain(self, case: Case, xp: Any) -> Any:
        met = True
        for name in self.shapes:
            met = xp.both(met, xp.all(xp.abs(case[name].reshape(len(case[name]), -1)) < 100, axis=-1))
        return met


class Convolution(Bounded):
    activation: Literal["tanh", "relu"]
    shapes: ClassVar = {
        "P": (SAMPLES, POSITIONS, PIXELS),
        "y": (SAMPLES, SCORES),
        "filters": (FILTERS, PIXELS),
        "linear": (SCORES, POSITIONS * FILTERS),
        "move": (FILTERS, PIXELS),
    }

    def cases(self, rng: Any, size: int) -> Case:
        case = super().cases(rng, size)
        far, small = log_uniform(rng, 1.0, 1e6, (size, 1, 1)), log_uniform(rng, 1e-9, 1.0, (size, 1, 1))
        return case | {"y": case["y"] * far, "move": case["move"] * small}

    def margin(self, case: Case, xp: Any) -> Any:
        P, y, filters, linear, move = (both(case)[0][name] for name in self.shapes)
        new = filters + move
        network = ConvNetwork(self.activation)
        Q, Y, W, V, N = (EXACT.held(each) for each in (P, y, filters, linear, new))
        V = V.reshape(-1, SCORES, POSITIONS, FILTERS)
        z, hidden, scores = self.scores(Q, W, V)
        apart, moved = scores - Y, self.scores(Q, N, V)[2] - Y
        slope = 1 - hidden * hidden if self.activation == "tanh" else np.where(z > 0, 1, 0)
        back = np.einsum("bis,bspf->bipf", apart, V) * slope
        activity = np.einsum("bipq,bfq->bipf", np.abs(P), np.abs(filters) + np.abs(new))
        large = 1 + np.einsum("bipf,bspf->bis", activity, np.abs(linear).reshape(V.shape))
        all_of = large + np.abs(y)
        far = np.sum(all_of * large, axis=(1, 2))[:, None, None]
        by_filter, by_column = network.gradient(P, y, filters, linear, NUMPY)
        return within(
            *(TOLERANCE, xp),
            (network.value(P, y, filters, linear, NUMPY), np.sum(apart**2, axis=-1) / 2, np.sum(all_of**2, axis=-1)),
            (by_filter, np.einsum("bipf,bipq->bfq", back, Q), far * (1 + np.sum(np.abs(P), axis=(1, 2, 3)))[:, None, None]),
            (by_column, np.einsum("bis,bipf->bspf", apart, hidden).reshape(linear.shape), far),
            (
                network.fall(P, y, (filters, linear), (new, linear), NUMPY),
                np.sum((apart - moved) * (apart + moved), axis=-1) / 2,
                np.sum(large * (np.abs(apart) + np.abs(moved)), axis=-1),
            ),
        )

    def scores(self, P: Any, W: Any, V: Any) -> tuple[Any, Any, Any]:
        z = np.einsum("bipq,bfq->bipf", P, W)
        hidden = tanh(z) if self.activation == "tanh" else np.where(z > 0, z, 0 * z)
        return z, hidden, np.einsum("bipf,bspf->bis", hidden, V)


@claim(
    "LOSS.ConvNetwork",
    place="verify/losses/conv_network.py",
    expected="unrefuted",
    form="own",
    kind="costly",
    why="a hidden unit at another place, a slope not of tanh, or a fall by subtraction where y is far away disagrees at once",
)
class Smooth(Convolution):
    r"""With patches $P_{ipq}$ of sample $i$, $h_{ipf} = \tanh(\sum_q P_{ipq} W_{fq})$ and scores $\sum_{pf} V_{spf} h_{ipf}$,
    the loss $\frac12 |\mathrm{scores} - y|^2$, its gradients in $W$ and $V$ and its fall when $W$ moves are in float64 what the
    sums over all indices are in 340 digits, within $10^{-12}$ of the terms summed; the fall within that of the scores times
    their distance from $y$, however far $y$ is."""

    activation = "tanh"


@claim(
    "LOSS.ConvNetwork.relu",
    place="verify/losses/conv_network.py",
    expected="unrefuted",
    form="own",
    kind="costly",
    why="an activation or a slope for tanh disagrees at once",
)
class Kinked(Convolution):
    r"""As LOSS.ConvNetwork, with $h = \max(0, \cdot)$, whose derivative at 0 is read as 0."""

    activation = "relu"


@claim(
    "LOSS.patch_relu",
    place="verify/losses/patch_relu.py",
    expected="unrefuted",
    form="own",
    why="a sum where the mean over patches is meant, or a gradient without its 2, disagrees at once",
)
class PatchMean(Bounded):
    r"""For patches $X_{ipq}$ the output $\frac1k \sum_p \max(0, \langle w, x_{ip}\rangle)$, the loss $(\cdot - y)^2$ and its
    gradient, summed over the samples, are in float64 what the sums over all indices are in 340 digits, within $10^{-12}$ of the
    terms summed."""

    shapes: ClassVar = {"X": (SAMPLES, POSITIONS, PIXELS), "y": (SAMPLES,), "w": (PIXELS,)}

    def margin(self, case: Case, xp: Any) -> Any:
        (X, y, w), (Q, Y, W) = ([part[name] for name in self.shapes] for part in both(case))
        z = np.einsum("bipq,bq->bip", Q, W)
        output = np.sum(np.where(z > 0, z, 0 * z), axis=-1) / POSITIONS
        apart, size = output - Y, 1 + np.sum(np.abs(z), axis=-1) + np.abs(Y)
        along = np.einsum("bi,bip,bipq->bq", apart, np.where(z > 0, 1, 0), Q) * 2 / POSITIONS
        return within(
            *(TOLERANCE, xp),
            (patch_relu.output(X, w, NUMPY), output, size),
            (patch_relu.value(X, y, w, NUMPY), apart**2, size**2),
            (patch_relu.gradient(X, y, w, NUMPY), along, (np.sum(size, axis=-1) * np.sum(np.abs(X), axis=(1, 2, 3)))[:, None]),
        )
