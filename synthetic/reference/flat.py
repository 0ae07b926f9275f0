"""All blocks of an instance as one vector a run, for the solvers: x is (R, D)."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.problems.instance import Blocks, Instance
from synthetic.problems.pattern import free, pattern


class Flat:
    """An instance seen through vectors x (R, D). ``t`` (R,) is the step 1/L of prox-gradient, ``scale`` (R,) is
    |grad f| at its start, ``radius`` the least radius of a penalty's subdifferential at 0 (lam w_g); inf if none is a ball."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.shapes = {name: value.shape[1:] for name, value in instance.begin.items()}
        self.t = 1 / instance.lipschitz
        self.scale = norm(self.gradient(self.pack(instance.start())))
        radii = [np.ravel(r) for n, b in instance.blocks.items() if (r := b.zero_radius(instance.begin[n])) is not None]
        self.radius = min((float(r) for r in np.concatenate([[np.inf], *radii]) if r > 0), default=np.inf)

    def pack(self, w: Blocks) -> Any:
        return np.concatenate([np.asarray(w[name]).reshape(self.instance.runs, -1) for name in self.shapes], axis=1)

    def unpack(self, x: Any) -> Blocks:
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])
        parts = np.split(x, ends[:-1], axis=1)
        return {n: p.reshape(len(x), *s) for (n, s), p in zip(self.shapes.items(), parts, strict=True)}

    def gradient(self, x: Any) -> Any:
        return self.pack(self.instance.gradient(self.unpack(x)))

    def objective(self, x: Any) -> Any:
        return self.instance.objective(self.unpack(x))

    def product(self, x: Any, v: Any) -> Any:
        return self.pack(self.instance.product(self.unpack(x), self.unpack(v)))

    def prox(self, z: Any, t: Any) -> Any:
        """The prox of all penalties with the step t (R,)."""
        w = self.unpack(z)
        steps = {name: t.reshape(-1, *[1] * len(shape)) for name, shape in self.shapes.items()}
        return self.pack({name: self.instance.blocks[name].prox(v, steps[name]) for name, v in w.items()})

    def pattern(self, x: Any) -> Any:
        return self.pack({name: pattern(self.instance.blocks[name], v) for name, v in self.unpack(x).items()})

    def free(self, x: Any) -> Any:
        return self.pack({name: free(self.instance.blocks[name], v) for name, v in self.unpack(x).items()})

    def distance(self, x: Any, g: Any) -> Any:
        """The Euclidean distance (R,) of -g to the subdifferential of the penalties at x."""
        w, g = self.unpack(x), self.unpack(g)
        parts = [self.instance.blocks[n].subgradient_distance(v, g[n], axis=tuple(range(1, v.ndim))) for n, v in w.items()]
        return np.sqrt(np.sum(np.square(parts), axis=0))


def norm(x: Any) -> Any:
    """Euclidean, a row: (R,). No square of it is too small or too large for a number."""
    return np.hypot.reduce(x, axis=1)
