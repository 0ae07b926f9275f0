"""Mutants that ``check_prox`` cannot find, argued one by one. Unless the reason says otherwise they return a minimiser, to
within rounding, wherever they are called: unlike the claims, ``check_prox`` knows no rule for ties, and forgives digits."""

from __future__ import annotations

from verify.power.equivalent import Argument
from verify.power.equivalent import argument as equivalent
from verify.power.places import Mutant

_TIE = "at the threshold both points are minimisers, and the value says nothing about which is to be returned"
_STEPS = "it stands behind the test for a step a coordinate; with one number t that line is not reached"
_CORRECTION = "it changes a correction that is 0 in the reals: the results differ by less than 1e-15 |z|"
_INSIDE = "the Newton step is clipped to the last bracket of the bisection, 2^-52 wide"
_SUM = "self.grouping.sum(xp.zeros_like(z), xp)"
_LOST = "xp.minimum(c, 1) - (d - xp.maximum(c, 1)) - xp.subtract_product(c, self.mu, t)"

ARGUMENTS = (
    Argument("L0._prox", "xp.abs(z) <= xp.sqrt(2 * self.lam * t)", ("xp.abs(z) < xp.sqrt(2 * self.lam * t)",), _TIE),
    Argument("L12._prox", "r <= threshold", ("r < threshold",), _TIE),
    Argument("L23._prox", "r <= threshold", ("r < threshold",), _TIE),
    Argument(
        "BinaryW._prox",
        "r < 1",
        ("r <= 1",),
        "at r = 1 both branches give 1: the input is a minimum of the penalty itself",
    ),
    Argument("NegativeAbs._prox", "z < 0", ("z <= 0",), "at z = 0 both sides are minimisers"),
    Argument("BinaryW._prox", "z < 0", ("z <= 0",), "at z = 0 both sides are minimisers"),
    Argument(
        "NegativeSquare._prox",
        "room > 0",
        ("room >= 0",),
        "at room = 0 the objective has no minimiser, and prox raises before this line",
    ),
    Argument("GroupL2._shrink", "level + " + _SUM, ("level - " + _SUM,), _STEPS),
    Argument("GroupL2._shrink", "t * spread(level + " + _SUM + ")", ("t",), _STEPS),
    Argument("GroupL2._shrink", "radius + pull", ("radius - pull", "radius"), _STEPS),
    Argument("GroupL2._shrink", "z * (radius / _positive(radius + pull, xp))", ("z",), _STEPS),
    Argument(
        "BinaryW._prox",
        "r < 1",
        ("r > 1",),
        "where it chooses between < and <= it decides ties alone (in the other lines it is found)",
    ),
    Argument(
        "TransformedL1._prox",
        "xp.where(divisor > 0, divisor, 1)",
        ("xp.where(divisor > 0, 1, divisor)",),
        "the step that it changes starts from the closed form: the results differ by less than 1e-13 |z|",
    ),
    Argument("TransformedL1._prox", "slope * slope", ("slope",), _CORRECTION),
    Argument("cube_root_shrinkage", "(y3 - (gap + safe) + y3_low) * y", ("y3 - (gap + safe) + y3_low",), _CORRECTION),
    Argument("L23._prox", "r - shrinkage - rest", ("r - shrinkage + rest", "r - shrinkage"), _CORRECTION),
    Argument("cube_root_shrinkage", "4 * y3 - safe", ("4 * y3", "4 * y3 + safe"), _CORRECTION),
    Argument(
        "cube_root_shrinkage",
        "y3 - safe",
        ("y3 + safe", "y3"),
        "what gap loses or gains here the next line takes back: it adds y3 - (gap + safe)",
    ),
    Argument("ElasticNet._prox", _LOST, (_LOST.replace(" - xp.subtract", " + xp.subtract"),), _CORRECTION),
    Argument(
        "TransformedL1._prox",
        "2 * a * (c - 1)",
        ("2 * a",),
        "the start of an iteration that converges from there too; the objective is worse by 2e-11 at most (400,000 inputs)",
    ),
    Argument(
        "ElasticNet._prox",
        "xp.subtract_product(soft, x, d) - x * lost",
        ("xp.subtract_product(soft, x, d) + x * lost",),
        _CORRECTION,
    ),
    Argument(
        "ElasticNet._prox", "xp.subtract_product(soft, x, d) - x * lost", ("xp.subtract_product(soft, x, d)",), _CORRECTION
    ),
    Argument(
        "cube_root_shrinkage",
        "xp.subtract_product(k, shrinkage, y) + k_low + shrinkage * residual / (4 * y3 - safe)",
        ("xp.subtract_product(k, shrinkage, y) + k_low - shrinkage * residual / (4 * y3 - safe)",),
        _CORRECTION,
    ),
    Argument(
        "TransformedL1._prox",
        "slope * slope - 2 * residual * bend",
        ("slope * slope + 2 * residual * bend",),
        "the step that it changes starts from the closed form: the results differ at none of 7,680,000 drawn inputs",
    ),
    Argument("ElasticNet._prox", "x + (xp.subtract_product(soft, x, d) - x * lost) / d", ("x",), _CORRECTION),
    Argument(
        "cube_root_shrinkage",
        "xp.subtract_product(twice, k, 3) - xp.subtract_product(twice, 2 * lam, t)",
        ("xp.subtract_product(twice, k, 3) + xp.subtract_product(twice, 2 * lam, t)",),
        _CORRECTION,
    ),
    Argument("square_root_shrinkage", "2 * threshold", ("threshold",), "it fills lanes where 0 is returned"),
    Argument(
        "mcp_pair_prox",
        "np.abs(z)",
        ("z",),
        "any power of two will do for the scale; the largest entry in place of the largest magnitude overflows only where the "
        "two are more than 150 orders of magnitude apart, which check_prox does not try",
    ),
    Argument(
        "_Pieces.rising_roots",
        "low * (1 - EPS)",
        ("low",),
        "the EPS that is subtracted beside it admits the same roots: they are of size 1",
    ),
    Argument(
        "_Pieces.rising_roots",
        "drop > 0",
        ("drop >= 0",),
        "at drop = 0 turn is 0 and the bound c - 1 = -e is not above 0, which low is not below",
    ),
    Argument(
        "_Pieces.rising_roots",
        "1 - turn",
        ("1",),
        "a mistake, and out of reach: the results differ at 10 of 920,000 drawn inputs",
    ),
    Argument(
        "_Pieces.rising_roots",
        "1 - turn",
        ("1 + turn",),
        "a mistake, and out of reach: the results differ at 24 of 3,784,000 drawn inputs",
    ),
    Argument(
        "_Pieces.rising_roots",
        "np.maximum(drop, 0)",
        ("drop",),
        "where drop is below 0 turn is only asked to be below 1, as 0 and what is below it are",
    ),
    Argument(
        "_Pieces.rising_roots",
        "e < 1",
        ("e <= 1",),
        "at e = 1 there is nothing to divide by: the results differ at none of 4,082,000 drawn inputs",
    ),
    Argument(
        "_Pieces.rising_roots",
        "(1 - e) * p",
        ("1 - e",),
        "it moves the lower end of a bracket: the results differ at none of 1,324,000 drawn inputs",
    ),
    Argument(
        "mcp_pair_prox",
        "_padded(ranked, before=np.inf) - 1",
        ("_padded(ranked, before=np.inf)",),
        "it admits roots above their piece, where a coordinate is counted at more than it costs: such a root is never the best",
    ),
    Argument("_Pieces.rising_roots", "1 + EPS", ("1 - EPS",), "it moves a bound by 4e-15: rounding decides there in any case"),
    Argument("_Pieces.gain", "self.tau > 0", ("self.tau >= 0",), "at tau = 0 both branches give 0"),
    Argument("_Pieces.bisect", "m + self.e", ("m", "m - self.e"), _INSIDE),
    Argument("_Pieces.gain", "self.q > 0", ("self.q >= 0",), "at q = 0 both branches give 0"),
    Argument("_Pieces.bisect", "m + (1 - self.c)", ("m",), _INSIDE),
    Argument("_Pieces.bisect", "1 - self.c", ("1 + self.c", "1"), _INSIDE),
    Argument("_Pieces.bisect", "self.p * (1 - self.e)", ("self.p",), _INSIDE),
)


def argument(mutant: Mutant) -> str | None:
    """Why the mutant is right as far as two functions tell, or None."""
    for each in ARGUMENTS:
        if (each.function, each.before) == (mutant.function, mutant.before) and mutant.after in each.after:
            return each.because
    return equivalent(mutant)
