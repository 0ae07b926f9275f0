"""Better points: candidates that serve every input at once, then a search for each input by itself.

For a scalar map the candidates are a grid over all scales, and the search zooms into the grid. For arrays the candidates are
the inputs and the map's own outputs elsewhere, and the search moves coordinates, slices and singular directions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

Values = Callable[[np.ndarray], np.ndarray]
STEPS = (1.0, 0.3, 0.05, 0.005, -0.005, -0.05, -0.3)
ROUNDS, POINTS = 5, 9  # of the zoom
SMALL, SLICES = 40, 12  # coordinates, and slices along an axis, that are moved one by one
BLOCK = 2**16  # elements: temporaries of this size stay in cache


@dataclass(frozen=True)
class Candidates:
    """Points (p, *shape) with their values, finite ones only."""

    points: np.ndarray
    values: np.ndarray

    @staticmethod
    def of(points: np.ndarray, values: np.ndarray) -> Candidates:
        """Without repetitions and points that are not finite; numbers are sorted."""
        kept = np.isfinite(points).reshape(len(points), -1).all(axis=1) & np.isfinite(values)
        points, first = np.unique(points[kept], axis=0, return_index=True)
        return Candidates(points, values[kept][first])

    def joined(self, points: np.ndarray, values: np.ndarray) -> Candidates:
        return Candidates.of(np.concatenate([self.points, points]), np.concatenate([self.values, values]))

    def best(self, z: np.ndarray, t: float) -> np.ndarray:
        """For each input z (m, *shape) the index of the best candidate."""
        coordinates = np.ascontiguousarray(self.points.reshape(len(self.points), -1).T)
        inputs = np.ascontiguousarray(z.reshape(len(z), -1).T)
        index = np.empty(len(z), dtype=int)
        rows = max(1, BLOCK // max(len(self.points), 1))
        # memory of this size that is asked for anew comes page by page from the system, at several times the cost of the sums
        whole, squares = np.empty((2, min(rows, len(z)), len(self.points)))
        for start in range(0, len(z), rows):
            part = slice(start, start + rows)
            objective, square = whole[: len(index[part])], squares[: len(index[part])]
            objective.fill(0)
            for point, given in zip(coordinates, inputs, strict=True):
                np.subtract(given[part, None], point, out=square)
                objective += np.square(square, out=square)
            objective /= 2 * t
            objective += self.values
            index[part] = np.argmin(objective, axis=1)
        return index

    def nearest(self, z: np.ndarray, t: float, most: int = 6, by_value: bool = True) -> np.ndarray:
        """The best candidates for one input z, the best first; or those at the least distance."""
        cost = np.square(self.points - z).reshape(len(self.points), -1).sum(axis=1) / (2 * t)
        return self.points[np.argsort(cost + self.values * by_value, kind="stable")[:most]]


def grid() -> np.ndarray:
    """Numbers of both signs from 1e-10 to 1e12, thirty a decade, and multiples of 1/64 up to 4."""
    sizes = np.concatenate([np.geomspace(1e-10, 1e12, 661), np.arange(1, 257) / 64, np.arange(5.0, 33.0)])
    return np.concatenate([-sizes, [0.0], sizes])


def zoom(order: np.ndarray, index: np.ndarray, z: np.ndarray, t: float, value: Values) -> np.ndarray:
    """Scalar: the least point found between the neighbours of the candidate ``order[index]`` of each input."""
    low, high = order[np.maximum(index - 1, 0)], order[np.minimum(index + 1, len(order) - 1)]
    best = order[index]
    for _ in range(ROUNDS):
        points = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, POINTS)
        points[:, POINTS // 2] = best
        points.sort(axis=1)
        objective = np.square(points - z[:, None]) / (2 * t) + value(points.ravel()).reshape(points.shape)
        least, rows = np.argmin(objective, axis=1), np.arange(len(z))
        best, low = points[rows, least], points[rows, np.maximum(least - 1, 0)]
        high = points[rows, np.minimum(least + 1, points.shape[1] - 1)]
    return best


def descend(start: np.ndarray, z: np.ndarray, t: float, value: Values, along: Iterable[np.ndarray]) -> np.ndarray:
    """Arrays: moves from ``start`` that lower the objective, greedily, one sweep over the directions ``along``."""
    best, least = start, _at(start, z, t, value)
    for direction in along:
        trials = (best + step * direction for step in STEPS)
        lower = next(((x, f) for x in trials if (f := _at(x, z, t, value)) < least), None)
        if lower is not None:
            best, least = lower
    return best


def directions(x: np.ndarray, z: np.ndarray, elsewhere: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """To zero and to z, whole and by slices, coordinates and singular directions; to points elsewhere; and drawn ones."""
    size = float(np.abs(z).max(initial=0)) or 1.0
    yield from (-x, z - x)
    coordinates = _some(x.size, SMALL, rng)
    for mask in _masks(x.shape, coordinates, rng):
        if (x * mask).any():
            yield -x * mask
        if ((z - x) * mask).any():
            yield (z - x) * mask
    if x.ndim == 2 and np.isfinite(x).all():
        for matrix in (x, z):
            u, s, v = np.linalg.svd(matrix, full_matrices=False)
            yield from (-s[k] * np.outer(u[:, k], v[k]) for k in _some(len(s), SLICES, rng) if s[k] > 1e-12 * size)
    yield from (other - x for other in elsewhere)
    for _ in range(3):
        d = rng.normal(size=x.shape)
        yield d * (size / np.linalg.norm(d) if d.size else 1.0)
    for i in coordinates:
        d = np.zeros(x.shape)
        d.reshape(-1)[i] = size
        yield d


def calls_a_search(shape: tuple[int, ...]) -> int:
    """About how often a search by itself calls value."""
    coordinates = int(np.prod(shape, dtype=int)) if len(shape) else 0
    slices = sum(min(size, SLICES) for size in shape)
    return len(STEPS) * (12 + 2 * slices + 3 * min(coordinates, SMALL)) if len(shape) else ROUNDS * POINTS


def _some(size: int, most: int, rng: np.random.Generator) -> np.ndarray:
    """The indices below ``size``; of more than ``most`` the first, the last, and others that are drawn."""
    if size <= most:
        return np.arange(size)
    return np.array([0, size - 1, *rng.choice(np.arange(1, size - 1), most - 2, replace=False)])


def _masks(shape: tuple[int, ...], coordinates: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Slices along each axis of an array with several, then each of the coordinates."""
    for axis in range(len(shape) if len(shape) > 1 else 0):
        for i in _some(shape[axis], SLICES, rng):
            mask = np.zeros(shape)
            mask[(slice(None),) * axis + (i,)] = 1
            yield mask
    for i in coordinates if np.prod(shape, dtype=int) > 1 else ():
        mask = np.zeros(shape)
        mask.reshape(-1)[i] = 1
        yield mask


def _at(x: np.ndarray, z: np.ndarray, t: float, value: Values) -> float:
    return float(np.square(x - z).sum() / (2 * t) + value(x[None])[0])
