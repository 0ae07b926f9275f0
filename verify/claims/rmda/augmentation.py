"""Section 5.2: what data augmentation does to a finite sum."""

from __future__ import annotations

from itertools import product

import numpy as np

from verify.evidence import Fact, claim

SAMPLES = 50_000


def images() -> int:
    """Different images of a sample of 32 x 32 pixels: crops after a padding of 4, flipped or not."""
    sample = np.pad(np.arange(1, 32 * 32 + 1).reshape(32, 32), 4)
    crops = [sample[i : i + 32, j : j + 32] for i, j in product(range(9), repeat=2)]
    return len({x.tobytes() for crop in crops for x in (crop, crop[:, ::-1])})


@claim(
    "RMDA.S52.sum",
    place="Section 5.2, and Section 1 on Eq. 1",
    expected="refuted",
    why="CIFAR: 50,000 samples, each with 9 x 9 crops (padding 4) and their mirror images",
    form="printed",
    kind="text",
    erratum="gap",
    fix="RMDA.S52.sum.fix",
    falls="infinite-sum; that full gradients of it are too dear, and the need for an estimate without them, survives",
)
class NoFiniteSum:
    r"""With random cropping and horizontal flipping the problem is no longer a finite sum."""

    def facts(self) -> list[Fact]:
        return [Fact("a sample has more than the 162 images of 81 crops and two sides", images() > 162, f"{images()} images")]


@claim(
    "RMDA.S52.sum.fix",
    place="Section 5.2, and Section 1 on Eq. 1",
    expected="proved",
    why="a padding of 3 gives 98 images",
    kind="text",
)
class LargeSum:
    r"""On CIFAR it is a finite sum of 8.1 million terms, 162 for each sample: a full gradient, which SVRG takes again and
    again, costs as much as 162 epochs, and SAGA's table has 162 entries for each sample."""

    def facts(self) -> list[Fact]:
        return [Fact("162 images of a sample, 8.1 million terms", (images(), images() * SAMPLES) == (162, 8_100_000))]
