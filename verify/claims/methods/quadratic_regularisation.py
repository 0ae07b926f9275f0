"""SR2's sums over arrays of any shape, and its decision as the branches that its description names."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from verify.claims.methods.setting import agree, sizes, total
from verify.evidence import Case, claim
from verify.evidence.draw import mostly
from verify.evidence.margins import soft
from verify.methods.sr2 import SR2, Adaptive, Decision, Regularisation, Sums
from verify.penalties import L1

ROWS, COLUMNS = 2, 2
HYPER = Adaptive(0.25, 0.5, 2, 4, 0.5, 1, 1)  # the sums do not look at it


@claim(
    "METHOD.SR2.sums",
    place="verify/methods/sr2.py",
    expected="unrefuted",
    form="own",
    why="signed terms in place of their sizes, sums over one axis of a matrix, or a step w + g/sigma disagrees",
)
class Added:
    r"""For a matrix and $\lambda|x|_1$ the trial is $y = w - g/\sigma$ soft-thresholded at $\lambda/\sigma$, and the sums are
    those of $\lambda(|w| - |y|)$, $g(y - w)$, $(y - w)^2$, $w^2 + y^2$ and the sizes of the first two, entry by entry; no entry
    lacks a minimiser. A step that is taken puts $y$ in the place of all of $w$."""

    def cases(self, rng: Any, size: int) -> Case:
        shape = (size, ROWS, COLUMNS)
        drawn = {name: mostly(rng, np.round(rng.normal(size=shape) * 2, 1), 0.0) for name in ("w", "g")}
        return drawn | {"sigma": sizes(rng, size), "lam": sizes(rng, size, 1, 1), "taken": rng.integers(0, 2, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        lam = case["lam"][:, 0, 0]
        met = xp.both(xp.both(case["sigma"] > xp.constant("0.01"), case["sigma"] < 100), xp.both(lam > 0, lam < 100))
        return xp.both(met, xp.all((xp.abs(case["w"]) + xp.abs(case["g"])).reshape(len(lam), -1) < 100, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        sigma, lam, method = case["sigma"], case["lam"][:, 0, 0], SR2()
        penalty, state = L1._unchecked(lam=case["lam"]), Regularisation(sigma)
        y, sums = method.propose(state, case["w"], case["g"], HYPER, penalty, xp)
        parts: list[list[Any]] = [[], [], [], [], []]
        pairs, taken = [], case["taken"] == 1
        made = Decision(2 * sigma, taken, xp.negate(taken), xp.negate(taken), taken)
        after, w_after = method.commit(state, case["w"], y, made, xp)
        for i in range(ROWS):
            for j in range(COLUMNS):
                w, g = case["w"][:, i, j], case["g"][:, i, j]
                x = soft(w - g / sigma, lam / sigma, xp)
                fall, slope = lam * xp.abs(w) - lam * xp.abs(x), g * (x - w)
                values = (fall, slope, (x - w) ** 2, w * w + x * x, xp.abs(fall) + xp.abs(slope))
                for part, value in zip(parts, values, strict=True):
                    part.append(value)
                pairs += [(y[:, i, j], x), (w_after[:, i, j], xp.where(taken, x, w))]
        found = (sums.penalty, sums.slope, sums.square, sums.size, sums.terms, sums.missing + 0 * sigma)
        pairs += list(zip(found, [*(total(part) for part in parts), 0 * sigma], strict=True))
        return agree(xp, *pairs, (after.sigma, 2 * sigma))


class Numbers(NamedTuple):
    """One case of the decision."""

    predicted: Any
    actual: Any
    model: Any
    square: Any
    size: Any
    terms: Any
    missing: Any


def decided(method: SR2, n: Numbers, sigma: Any, hyper: Adaptive) -> tuple[str, Any]:
    """What becomes of the step, and sigma, as the docstring of SR2 says it: one branch a sentence."""
    higher = sigma * (hyper.gamma1 + hyper.rise * (hyper.gamma2 - hyper.gamma1))
    if n.missing:
        return ("failed", higher) if method.unbounded == "failure" else ("nothing", sigma)
    beyond = abs(n.model) > hyper.kappa * n.square
    zero = n.square == 0 or (method.unmodelled == "zero" and beyond)
    if method.lost == "zero":
        lost = 45 * hyper.rounding * n.terms + hyper.loss_error
        short = n.square <= (8 * hyper.rounding) ** 2 * n.size
        zero = zero or (-lost <= n.actual <= lost and (short or n.predicted <= lost))
    if zero:
        return ("still", sigma) if method.zero == "success" else ("failed", higher)
    if n.actual < hyper.eta1 * n.predicted or (method.unmodelled == "failure" and beyond):
        return "failed", higher
    if n.actual >= hyper.eta2 * n.predicted:
        low = max(hyper.sigma_min, hyper.gamma3 * sigma)
        return "very", (1 - hyper.fall) * low + hyper.fall * sigma
    return "taken", (1 - hyper.hold) * sigma + hyper.hold * hyper.gamma1 * sigma


NAMES = ("penalty", "slope", "loss", "square", "size", "terms", "missing")
OPTIONS = {"zero": ("success", "failure"), "lost": ("zero", "tested"), "unbounded": ("failure", "stay")}
ENDS = ("gamma1", "gamma2", "gamma3", "sigma_min", "fall", "hold", "rise", "kappa", "rounding", "loss_error")
MODEL = ("ignored", "failure", "zero")


@claim(
    "METHOD.SR2.decide",
    place="verify/methods/sr2.py",
    expected="unrefuted",
    form="own",
    kind="run",
    why="either threshold strict, an end of an interval for another, or a zero step that counts as taken disagrees",
)
class Branches:
    r"""In all combinations of its options SR2's decision is the list of cases that its description gives: a step without a
    minimiser, a zero or lost step, one outside the model, $\Delta F < \eta_1 \Delta\psi$, $\ge \eta_2 \Delta\psi$, or between.
    The sums are drawn on a grid, so that all of the comparisons meet equality."""

    def cases(self, rng: Any, size: int) -> Case:
        grid = np.array([-2, -1, -0.5, -0.25, 0, 0, 0.25, 0.5, 1, 2])
        case = {name: rng.choice(grid, size) for name in ("penalty", "slope")}
        predicted = case["penalty"] - case["slope"]
        loss = rng.choice([0.25, 0.5, 0.25, 0.5, 0.375, 1, 0], size) * predicted - case["penalty"]
        case["loss"] = np.where(rng.random(size) < 0.5, loss, rng.choice(grid, size))
        case |= {"rounding": rng.choice([0.0, 0.0, 1 / 64, 1 / 8], size), "terms": rng.choice([0.25, 1, 4], size)}
        case["square"] = rng.choice([0, 0.25, 1, 1, 4, 16], size)
        case["size"] = np.where(
            rng.random(size) < 0.3, case["square"] * rng.choice([1.0, 64.0], size), rng.choice([1.0, 16.0], size)
        )
        lost = (rng.random(size) < 0.2) & (predicted > 0) & (case["rounding"] > 0)
        case["terms"] = np.where(lost, predicted / 45 / np.where(case["rounding"] > 0, case["rounding"], 1), case["terms"])
        case["loss_error"] = np.where(lost, 0, rng.choice([0, 0, 0.25, 0.5], size))
        case |= {"missing": rng.choice([0, 0, 0, 0, 1, 2], size), "kappa": rng.choice([0.25, 0.5, 1, 2, 4], size)}
        case |= {name: rng.choice([0, 0, 0.25, 0.5, 1], size) for name in ("fall", "hold", "rise")}
        case |= {"sigma": sizes(rng, size), "sigma_min": rng.choice([0.125, 0.25, 0.5], size)}
        case |= {"gamma3": rng.choice([0.25, 0.5, 1], size), "gamma1": rng.choice([1.5, 2], size)}
        case |= {name: rng.integers(0, 2, size) for name in OPTIONS}
        return case | {"gamma2": case["gamma1"] * rng.choice([1, 2], size), "unmodelled": rng.integers(0, 3, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        """No sum of squares or sizes below 0, the parameters in their range."""
        met = xp.both(xp.both(case["square"] >= 0, case["size"] >= 0), xp.both(case["terms"] >= 0, case["rounding"] >= 0))
        met = xp.both(met, case["loss_error"] >= 0)
        met = xp.both(met, xp.both(case["gamma3"] > 0, xp.both(case["gamma3"] <= 1, case["gamma1"] > 1)))
        met = xp.both(met, xp.both(case["sigma_min"] > 0, xp.both(case["kappa"] > 0, case["sigma"] >= case["sigma_min"])))
        return xp.both(met, case["gamma2"] >= case["gamma1"])

    def margin(self, case: Case, xp: Any) -> Any:
        rows = [self.each(case, i, xp) for i in range(len(case["sigma"]))]
        return agree(xp, (np.array([found for found, _ in rows]), np.array([right for _, right in rows])))

    def each(self, case: Case, i: int, xp: Any) -> tuple[list[Any], list[Any]]:
        """(sigma, taken, failed, still, very) as found and as listed."""
        p = {name: value[i] for name, value in case.items()}
        options: dict[str, Any] = {name: words[int(p[name])] for name, words in OPTIONS.items()}
        method = SR2(**options, unmodelled=MODEL[int(p["unmodelled"])])  # type: ignore[arg-type]
        ends = {name: p[name] for name in ENDS}
        hyper = Adaptive(eta1=xp.constant("0.25"), eta2=xp.constant("0.5"), sigma0=p["sigma"], **ends)
        made = method.decide(p["sigma"], Sums(**{name: p[name] for name in NAMES}), hyper, xp)
        predicted, actual = p["penalty"] - p["slope"], p["penalty"] + p["loss"]
        model = p["loss"] + p["slope"]
        numbers = Numbers(predicted, actual, model, p["square"], p["size"], p["terms"], int(p["missing"]))
        what, sigma = decided(method, numbers, p["sigma"], hyper)
        flags = [what in ("taken", "very"), what == "failed", what == "still", what == "very"]
        one = p["sigma"] / p["sigma"]
        found = [_number(made.sigma), *(one * int(bool(flag)) for flag in (made.taken, made.failed, made.still, made.very))]
        return found, [sigma, *(one * int(flag) for flag in flags)]


def _number(x: Any) -> Any:
    return x[()] if isinstance(x, np.ndarray) else x
