from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

from verify.methods.base import Method
from verify.options import check_literals


class Regularisation(NamedTuple):
    """The weight sigma > 0 of the quadratic term, of the batch's shape and the same for all arrays of a model."""

    sigma: Any


class Adaptive(NamedTuple):
    """The parameters of SR2's Algorithm 1: 0 < eta1 <= eta2 < 1, 0 < gamma3 <= 1 < gamma1 <= gamma2, sigma0 >= sigma_min > 0.

    The algorithm asks sigma+ to lie in an interval and leaves open where. Here it is, 0 being the lower end and 1 the upper:
    ``fall`` in [max(sigma_min, gamma3 sigma), sigma] after a very successful step, ``hold`` in [sigma, gamma1 sigma] after a
    successful one, ``rise`` in [gamma1 sigma, gamma2 sigma] after a failure. ``kappa`` is kappa_m of Assumption 3, used only
    by a method that tests it. ``rounding`` is the unit roundoff of the arithmetic (0: exact), ``loss_error`` a bound on the
    error of f(w) - f(y) (0: given without cancellation).
    """

    eta1: Any
    eta2: Any
    gamma1: Any
    gamma2: Any
    gamma3: Any
    sigma_min: Any
    sigma0: Any
    fall: Any = 0
    hold: Any = 0
    rise: Any = 0
    kappa: Any = None
    rounding: Any = 0
    loss_error: Any = 0


class Sums(NamedTuple):
    """What the decision needs, summed over all arrays: R(w) - R(y), <g, y - w>, |y - w|^2, |w|^2 + |y|^2, the sizes of the
    terms of the first two, the number of entries without a minimiser; and f(w) - f(y), which the driver adds."""

    penalty: Any
    slope: Any
    square: Any
    size: Any
    terms: Any
    missing: Any
    loss: Any = None


class Decision(NamedTuple):
    """sigma+, and what became of the step: taken, failed, or still (a zero step that counts as a success). ``lost`` is
    the fall that rounding may hide."""

    sigma: Any
    taken: Any
    failed: Any
    still: Any
    very: Any
    lost: Any = 0


@dataclass(frozen=True)
class SR2(Method):
    """Stochastic quadratic regularisation (SR2, Algorithm 1).

    y = prox_{R/sigma}(w - g/sigma), s = y - w. With dF = F(w) - F(y) and dpsi = R(w) - R(y) - <g, s>: failed if
    dF < eta1 dpsi (w stays, sigma grows), else y is taken, and sigma may fall if dF >= eta2 dpsi. What the paper leaves open:

    - ``gradient`` and ``objective``: which of the full and the sampled f the driver takes g and f(w) - f(y) from. The three
      modes are full/full (exact), sampled/full (the theory) and sampled/sampled (the experiments);
    - ``zero``: a step s = 0 counts as a success that keeps sigma, or as a failure (Theorem 2's proof);
    - ``lost``: a step whose dF rounding hides, and whose length or dpsi too, is a zero step, or is tested as computed;
    - ``unbounded``: without a minimiser the step fails, or nothing changes;
    - ``unmodelled``: a step that violates Assumption 3 with ``kappa`` is not looked for, fails, or is set to zero (as printed).
    """

    State: ClassVar[type] = Regularisation
    Hyper: ClassVar[type] = Adaptive
    quantities: ClassVar[dict[str, str]] = {"sigma": "SR2.T1.sigmamax.fix"}

    gradient: Literal["full", "sampled"] = "sampled"
    objective: Literal["full", "sampled"] = "full"
    zero: Literal["success", "failure"] = "success"
    lost: Literal["zero", "tested"] = "zero"
    unbounded: Literal["failure", "stay"] = "failure"
    unmodelled: Literal["ignored", "failure", "zero"] = "ignored"

    def __post_init__(self) -> None:
        check_literals(self)

    def init(self, w: Any, hyper: Adaptive, penalty: Any, xp: Any) -> Regularisation:
        return Regularisation(hyper.sigma0)

    def propose(self, state: Regularisation, w: Any, g: Any, hyper: Adaptive, penalty: Any, xp: Any) -> tuple[Any, Any]:
        """The trial y, and its sums but for the loss. w has the axes of sigma, then those of the array."""
        step = 1 / _column(state.sigma, w)
        y = penalty._prox(w - step * g, step, xp)
        s, fall = y - w, penalty._value(w, xp) - penalty._value(y, xp)  # a coordinate (or group)

        def total(part: Any) -> Any:
            return _total(part, state.sigma, xp)

        terms = total(xp.abs(fall)) + total(xp.abs(g * s))  # apart, since a fall may be one a group
        missing = xp.where(y - y == 0, 0, 1)
        return y, Sums(total(fall), total(g * s), total(s * s), total(w * w + y * y), terms, total(missing))

    def decide(self, scalars: Any, sums: Sums, hyper: Adaptive, xp: Any) -> Decision:
        """``scalars`` is sigma. rho itself is never formed: dF is compared with multiples of dpsi."""
        sigma, both, either, no = scalars, xp.both, xp.either, xp.negate
        predicted, actual = sums.penalty - sums.slope, sums.penalty + sums.loss
        solvable = both(sums.missing == 0, actual - actual == 0)
        still, lost = sums.square == 0, 45 * hyper.rounding * sums.terms + hyper.loss_error
        if self.lost == "zero":
            short = sums.square <= 64 * hyper.rounding * hyper.rounding * sums.size
            still = either(still, both(xp.abs(actual) <= lost, either(short, predicted <= lost)))
        good, very = actual >= hyper.eta1 * predicted, actual >= hyper.eta2 * predicted
        if self.unmodelled != "ignored":
            beyond = xp.abs(sums.loss + sums.slope) > hyper.kappa * sums.square
            still = either(still, beyond) if self.unmodelled == "zero" else still
            good = both(good, no(beyond)) if self.unmodelled == "failure" else good
        still = both(solvable, still)
        failed = both(solvable, both(no(good), no(still)))
        failed = either(failed, no(solvable)) if self.unbounded == "failure" else failed
        failed = either(failed, still) if self.zero == "failure" else failed
        taken = both(solvable, both(good, no(still)))
        low = xp.maximum(hyper.sigma_min, hyper.gamma3 * sigma)
        lower = low + hyper.fall * (sigma - low)
        same = sigma * (1 + hyper.hold * (hyper.gamma1 - 1))
        higher = sigma * (hyper.gamma1 + hyper.rise * (hyper.gamma2 - hyper.gamma1))
        moved = xp.where(taken, xp.where(very, lower, same), sigma)
        still = both(still, no(failed))
        return Decision(xp.where(failed, higher, moved), taken, failed, still, both(taken, very), lost)

    def commit(self, state: Regularisation, w: Any, trial: Any, scalars: Decision, xp: Any) -> tuple[Any, Any]:
        return Regularisation(scalars.sigma), xp.where(_column(scalars.taken, w), trial, w)

    def step(
        self,
        state: Any,
        w: Any,
        g: Any,
        hyper: Any,
        penalty: Any,
        xp: Any,
        drop: Callable[[Any, Any], Any] | None = None,
    ) -> tuple[Any, Any]:
        """One whole step of a single array; ``drop(w, y)`` is f(w) - f(y), without cancellation, of the batch's shape."""
        if drop is None:
            raise ValueError("SR2 compares losses: pass drop(w, y) = f(w) - f(y)")
        trial, sums = self.propose(state, w, g, hyper, penalty, xp)
        made = self.decide(state.sigma, sums._replace(loss=drop(w, trial)), hyper, xp)
        return self.commit(state, w, trial, made, xp)

    @staticmethod
    def sigma(state: Regularisation, w: Any, hyper: Adaptive) -> Any:
        return state.sigma


def _dimensions(x: Any) -> int:
    return x.ndim if hasattr(x, "ndim") else 0


def _axes(x: Any, sigma: Any) -> int:
    return _dimensions(x) - _dimensions(sigma)


def _column(scalar: Any, w: Any) -> Any:
    """A scalar a batch entry with the axes of one array appended."""
    return scalar.reshape(scalar.shape + (1,) * _axes(w, scalar)) if _dimensions(scalar) else scalar


def _total(x: Any, sigma: Any, xp: Any) -> Any:
    extra = _axes(x, sigma)
    return xp.sum(x, axis=tuple(range(-extra, 0))) if extra > 0 else x
