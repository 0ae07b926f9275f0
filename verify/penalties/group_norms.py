"""What penalties of group norms share: sum over groups g of p(|x_g|, lam w_g) for a function p of one number.

A subclass writes p (``_of_norm``), its slope and the prox of one number (``_radius``); here are the groups, their weights,
and the step from a norm back to its coordinates: the prox of a function of |x| moves z along itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY, namespace
from verify.penalties.base import Penalty, as_floating
from verify.penalties.group_blocks import blocks, take
from verify.penalties.group_kinds import Shape
from verify.penalties.group_weights import checked_weights, per_group, weight
from verify.penalties.grouping import grouping


class _GroupNorms(Penalty):
    """Base of the group penalties; expects the fields ``lam``, ``axes``, ``groups`` and ``weights``.

    ``weights``: "size" is sqrt(coordinates of the group), "layer" sqrt(coordinates of the whole array; RMDA, Table 17: give
    the number instead when x has batch axes), None all ones, else a number or one a group. ``lam``, and what else p has of
    parameters, is a number or one a group.
    """

    lam: Any
    weights: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        name = type(self).__name__
        object.__setattr__(self, "_groups", grouping(name, getattr(self, "axes", None), getattr(self, "groups", None)))
        object.__setattr__(self, "weights", checked_weights(name, self.weights))

    @property
    def grouping(self) -> Any:
        return self._groups  # type: ignore[attr-defined]

    def group_support(self, x: Any) -> Any:
        x = as_floating(x)
        xp = namespace(x)
        self.grouping.check(x.shape, type(self).__name__)
        return xp.negate(self.grouping.sum(xp.abs(xp.sign(x)), xp) == 0)

    def group_norms(self, x: Any) -> Any:
        x = as_floating(x)
        self.grouping.check(x.shape, type(self).__name__)
        return self.grouping.norm(x, namespace(x))

    def zero_radius(self, x: Any) -> Any:
        x = as_floating(x)
        self.grouping.check(x.shape, type(self).__name__)
        return self._level(tuple(x.shape), x, namespace(x))

    def support(self, x: Any) -> Any:
        """Condition of x's shape: the coordinate's group is not exactly zero."""
        x, alive = as_floating(x), self.group_support(x)
        return namespace(x).either(self.grouping.spread(alive), x != 0)

    def _value(self, x: Any, xp: Any) -> Any:
        return self._fitted(x.shape, x, xp)._of_norm(self.grouping.norm(x, xp), self._level(x.shape, x, xp), xp)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return self._fitted(z.shape, z, xp)._shrink(z, t, self._level(z.shape, z, xp), xp)

    def _shrink(self, z: Any, t: Any, level: Any, xp: Any) -> Any:
        """The prox, given level = lam w of each group: z along itself from |z_g| to the prox of one number."""
        norm = self.grouping.norm(z, xp)
        return self._along(z, norm, self._radius(norm, t, level, xp), xp)

    def _along(self, x: Any, norm: Any, length: Any, xp: Any) -> Any:
        """Each group of x, given its norm, with another length; one of norm 0 stays 0."""
        return x * self.grouping.spread(length / xp.where(norm > 0, norm, 1))

    def _of_norm(self, norm: Any, level: Any, xp: Any) -> Any:
        raise NotImplementedError

    def _slope(self, norm: Any, level: Any, xp: Any) -> Any:
        """dp/dr at r = norm > 0."""
        raise NotImplementedError

    def _radius(self, norm: Any, t: Any, level: Any, xp: Any) -> Any:
        """argmin over r >= 0 of (r - norm)^2/(2t) + p(r)."""
        raise NotImplementedError

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        return xp.where(self._vanishes(x, xp), self._ball_gap(g, xp), g + self._pull(x, xp))

    def _vanishes(self, x: Any, xp: Any) -> Any:
        return self.grouping.spread(self.grouping.norm(x, xp) == 0)

    def _pull(self, x: Any, xp: Any) -> Any:
        """The gradient p'(|x_g|) x_g/|x_g| of a group that is not zero."""
        norm = self.grouping.norm(x, xp)
        slope = self._fitted(x.shape, x, xp)._slope(norm, self._level(x.shape, x, xp), xp)
        return self._along(x, norm, slope, xp)

    def _ball_gap(self, g: Any, xp: Any) -> Any:
        """What is left of g outside the ball of radius lam w_g: a group at zero has that ball as its subdifferential."""
        norm = self.grouping.norm(g, xp)
        return self._along(g, norm, xp.maximum(norm - self._level(g.shape, g, xp), 0), xp)

    def _level(self, shape: Shape, like: Any, xp: Any) -> Any:
        """lam w_g, a number or a per-group array for arrays of ``shape``."""
        return per_group(self, "lam", shape, like, xp) * weight(self, shape, like, xp)

    def _others(self, shape: Shape, like: Any, xp: Any) -> dict[str, Any]:
        """The parameters of p that are not in the level, each a number or a per-group array for arrays of ``shape``."""
        return {name: per_group(self, name, shape, like, xp) for name in self.ranges() if name != "lam"}

    def _fitted(self, shape: Shape, like: Any, xp: Any) -> Any:
        """This penalty for arrays of ``shape``: p takes numbers and per-group arrays alone."""
        others = self._others(shape, like, xp)
        return self._with(**others) if others else self

    def _check_parameters(self, shape: Shape) -> None:
        self.grouping.check(shape, type(self).__name__)

    def _check_step_shape(self, t_shape: Shape, z_shape: Shape) -> None:
        group_shape = self.grouping.group_shape(z_shape)
        fits = [t_shape[-1 - i] in (1, group_shape[-1 - i]) for i in range(min(len(t_shape), len(group_shape)))]
        if len(t_shape) > len(group_shape) or not all(fits):
            super()._check_step_shape(t_shape, z_shape)
        if self.grouping.has_one_a_coordinate(t_shape, z_shape) and not self._takes_metric:
            wanted = f"t is a number or one a group, of shape {group_shape}"
            raise ValueError(f"{type(self).__name__}.prox: {wanted}; got one a coordinate, of shape {t_shape}")

    @property
    def _takes_metric(self) -> bool:
        """Whether one step a coordinate, a diagonal metric, is understood."""
        return False

    def _prox_numpy(self, z: Any, t: Any, out: Any) -> Any:
        # Float64 throughout, so that float32 results carry one rounding; in blocks of whole groups, so that it stays in cache.
        level, others = (of(z.shape, np.empty(0), NUMPY) for of in (self._level, self._others))
        if out is not None and out is not z and np.may_share_memory(out, z):
            z = z.copy()
        result = np.empty_like(z) if out is None else out
        with np.errstate(all="ignore"):
            for part in blocks(z.shape, self.grouping) if z.size else ():
                step, at, *rest = (take(v, part, z.ndim) for v in (t, level, *others.values()))
                here = self._with(**dict(zip(others, rest, strict=True))) if others else self
                result[part] = here._shrink(z[part].astype(np.float64, copy=False), step, at, NUMPY)
        return result
