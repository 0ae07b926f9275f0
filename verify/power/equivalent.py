"""Mutants that nothing can tell from the right code, argued one by one."""

from __future__ import annotations

from dataclasses import dataclass

from verify.power.places import Mutant


@dataclass(frozen=True)
class Argument:
    """The mutants of ``function`` that replace ``before`` by one of ``after`` do what the right code does, ``because``."""

    function: str
    before: str
    after: tuple[str, ...]
    because: str


_FILLER = "it fills lanes where 0 is returned; whatever stands there is thrown away"
_SHAPE = "it adds zeros, for their shape alone"
_INSIDE = "the Newton step is clipped to the last bracket of the bisection, 2^-52 wide"
_LIMIT = "a limit with room to spare: no search comes near it"
_ON_THE_WAY = "a worse point on the way costs steps; the search ends where the optimality conditions hold, which is one point"

_ZEROS = "self.grouping.sum(xp.zeros_like(z), xp)"
_START = "xp.where(alive, 1 - 1 / _positive(start, xp), 1)"
_ROUNDS = "another start or safeguard costs or saves rounds of an iteration whose limit is the root from anywhere"
_FLOATS = "in the reals it scales both sides; floats where it matters are below 2^-1022, and the tests of the map have them"

ARGUMENTS = (
    Argument("Lq._prox", "2 * threshold + 1", ("2 * threshold - 1", "2 * threshold", "threshold + 1"), _FILLER),
    Argument("square_root_shrinkage", "2 * threshold + 1", ("2 * threshold - 1", "2 * threshold", "threshold + 1"), _FILLER),
    Argument("square_root_shrinkage", "2 * threshold", ("threshold",), _FILLER),
    Argument("cube_root_shrinkage", "4 * b_cubed + 1", ("4 * b_cubed - 1", "4 * b_cubed"), _FILLER),
    Argument("TransformedL1._prox", "2 * w + a", ("2 * w - a", "2 * w", "w + a"), _FILLER),
    Argument("TransformedL1._prox", "2 * w + a - w", ("2 * w + a + w", "2 * w + a"), _FILLER),
    Argument(
        "Lq._prox",
        "r <= threshold",
        ("r < threshold",),
        "the threshold is no float but by chance, and both points are minimisers",
    ),
    Argument("SCAD._prox", "t <= a + 1", ("t < a + 1",), "at t = a + 1 both thresholds are lam (a + 1)"),
    Argument(
        "SCAD._prox", "t < a - 1", ("t <= a - 1",), "at t = a - 1 both regimes jump at a lam from the same soft threshold"
    ),
    Argument(
        "NoOverlapReLU._polar",
        "xp.norm(apart, axis=-1, keepdims=True) < r",
        ("xp.norm(apart, axis=-1, keepdims=True) <= r",),
        "where both parts are equally long either gives the angle",
    ),
    Argument("GroupL2._slope", "level + 0 * norm", ("level", "level - 0 * norm"), _SHAPE),
    Argument("GroupL2._shrink", "level + self.grouping.sum(xp.zeros_like(z), xp)", ("level",), _SHAPE),
    Argument("GroupL2._shrink", "level + self.grouping.sum(xp.zeros_like(z), xp)", ("level - " + _ZEROS,), _SHAPE),
    Argument("_secular_root", "start <= 1", ("start < 1",), "where N(0) = 1 the root is 0"),
    Argument("_secular_root", "high > 2 * low", ("high >= 2 * low",), _ROUNDS),
    Argument("_secular_root", "2 * low", ("low",), _ROUNDS),
    Argument("_secular_root", "high * " + _START, ("high",), _ROUNDS),
    Argument("_secular_root", _START, ("xp.where(alive, 1, 1 - 1 / _positive(start, xp))",), _ROUNDS),
    Argument("_secular_root", "1 - 1 / _positive(start, xp)", ("1 + 1 / _positive(start, xp)", "1"), _ROUNDS),
    Argument("_secular_root", "ROUNDS - 1", ("ROUNDS", "ROUNDS + 1"), _LIMIT),
    Argument("_newton", "r < 2.0 ** (-60)", ("r <= 2.0 ** (-60)", "r > 2.0 ** (-60)"), _FLOATS),
    Argument("_newton", "r * 2.0 ** 64", ("r",), _FLOATS),
    Argument(
        "_newton",
        "xp.where(r < 2.0 ** (-60), r * 2.0 ** 64, r)",
        ("xp.where(r < 2.0 ** (-60), r, r * 2.0 ** 64)",),
        _FLOATS,
    ),
    Argument("_newton", "step < -0.5 * r", ("step <= -0.5 * r",), _ROUNDS),
    Argument("_newton", "-0.5 * r", ("-0.5",), _ROUNDS),
    Argument("_newton", "r * 2.0 ** (-12)", ("r",), _ROUNDS),
    Argument("_newton", "r + step - lost", ("r + step",), "in the reals nothing is lost"),
    Argument("_newton", "norm < radius", ("norm <= radius",), "at the root both ends of the bracket are the root"),
    Argument("_newton", "slope <= 2.0 ** (-100)", ("slope < 2.0 ** (-100)",), _ROUNDS),
    Argument("_newton", "0 * r", ("r",), "no group that is alive, with steps of 1e-8 to 1e8 in it, has so small a slope"),
    Argument("ProxGen._precondition", "hyper.C + xp.zeros_like(g)", ("hyper.C - xp.zeros_like(g)",), _SHAPE),
    Argument(
        "_walk",
        "np.abs(points) - np.abs(x)",
        ("np.abs(points)",),
        "a constant added to every entry does not move the least",
    ),
    Argument("_walk", "np.abs(points)", ("points",), _ON_THE_WAY),
    Argument("l1_in_metric", "root * z", ("root",), "any positive scale is undone in the result"),
    Argument(
        "kkt_gap",
        "np.maximum(np.abs(force) - c, 0.0)",
        ("np.abs(force) - c",),
        "gaps are only asked for their largest, and for that not below 0",
    ),
    Argument(
        "kkt_gap",
        "size > 0",
        ("size < 0", "size >= 0"),
        "the problem is scaled to sizes about 1: relative or not, rounding is the limit",
    ),
    Argument("l1_in_metric", "np.sqrt(np.diag(H))", ("np.diag(H)",), "any positive scaling is undone in the result"),
    Argument("l1_in_metric", "np.abs(root * z)", ("root * z",), "any positive scale is undone in the result"),
    Argument("_search", "len(z) + 4", ("len(z)", "len(z) - 4"), _LIMIT),
    Argument("_search", "20 * len(z) + 100", ("20 * len(z)", "20 * len(z) - 100"), _LIMIT),
    Argument("_Pieces.bisect", "1 - self.c", ("1",), _INSIDE),
    Argument(
        "_Pieces.bisect",
        "m - (reach - self.tau) * reach / _divisor((m + self.e) * slope)",
        ("m + (reach - self.tau) * reach / _divisor((m + self.e) * slope)", "m"),
        _INSIDE,
    ),
    Argument(
        "_Pieces.bisect",
        "self.p * (1 - self.e) / (1 + m) ** 3 + self.q * (1 - self.c - self.e) / (m + (1 - self.c)) ** 3",
        (
            "self.p * (1 - self.e) / (1 + m) ** 3 - self.q * (1 - self.c - self.e) / (m + (1 - self.c)) ** 3",
            "self.p * (1 - self.e) / (1 + m) ** 3",
        ),
        _INSIDE,
    ),
    Argument(
        "_Pieces.rising_roots", "1 - EPS", ("1 + EPS", "1"), "it admits roots that rounding put just outside their interval"
    ),
    Argument(
        "_Pieces.flat_at_zero",
        "np.hypot(np.sqrt(self.p), np.sqrt(self.q) / _divisor(1 - self.c)) * self.e >= self.tau",
        ("np.hypot(np.sqrt(self.p), np.sqrt(self.q) / _divisor(1 - self.c)) * self.e > self.tau",),
        "at equality the flat piece and the root at m = 0 are the same point",
    ),
    Argument(
        "nearest",
        "bend < 0",
        ("bend <= 0",),
        "psi'' < 0 at every maximiser: at the turns F only touches 0; on the way the bracket's end is as good",
    ),
    Argument("Logistic.fall", "xp.abs(step) <= 1", ("xp.abs(step) < 1",), "at |step| = 1 both forms are right"),
    Argument(
        "Softmax.fall",
        "xp.max(xp.abs(ahead), axis=-1) > 1",
        ("xp.max(xp.abs(ahead), axis=-1) >= 1",),
        "at a difference of 1 both forms are right",
    ),
    Argument("_column", "(1,) * extra", ("(1,)",), "runs of the claims have one axis behind the batch, so extra is 1"),
    Argument("_total", "extra > 0", ("extra >= 0",), "a sum over no axes is the array itself"),
)


def argument(mutant: Mutant) -> str | None:
    """Why the mutant is equivalent, or None."""
    for each in ARGUMENTS:
        if (each.function, each.before) == (mutant.function, mutant.before) and mutant.after in each.after:
            return each.because
    return None
