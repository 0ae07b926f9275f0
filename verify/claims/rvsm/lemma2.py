"""Lemma 2: one Lipschitz constant for a run, read in the ways the paper uses it, and the bound on norms that gives it."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm import setting
from verify.claims.rvsm.setting import K_TWO, draw_runs, in_range, iterates, penalised, problem
from verify.evidence import Case, Fact, Hypothesis, Lemma, claim
from verify.evidence.draw import integers, log_uniform, mostly, uniform
from verify.losses import NoOverlapReLU

STEPS = 25


def fixed_norm(case: Case, xp: Any) -> Any:
    """2b/(2a + beta k^2), which no iterate from outside falls below; for k = 1, where it is 0, that of k = 2."""
    k = xp.maximum(case["k"], 2)
    two_b = (k * k - k) / xp.pi
    return two_b / (two_b + k + case["beta"] * k * k)


def lowest_norm(case: Case, xp: Any) -> Any:
    return xp.minimum(xp.norm(case["w0"], axis=-1), fixed_norm(case, xp))


def per_run(case: Case, xp: Any) -> Any:
    """The constant of Lemma 4 (sharp) at the lowest norm of the run."""
    return problem(case, xp).lipschitz(lowest_norm(case, xp), xp)


def eleven(case: Case, L: Any, xp: Any, steps: int = STEPS) -> Any:
    """The smallest 1 - |change of the gradient| / (L |step|) of a run, 1e-10 being allowed for rounding."""
    f, before, worst = problem(case, xp), None, None
    for w, _ in iterates(case, xp, steps):
        g = f.gradient(w, xp)
        if before is not None:
            move = L * xp.norm(w - before[0], axis=-1)
            allowed = move + xp.constant("1e-10")
            spare = (allowed - xp.norm(g - before[1], axis=-1)) / allowed
            worst = spare if worst is None else xp.minimum(worst, spare)
        before = w, g
    return worst


def short_steps(constant: Any) -> Hypothesis:
    return Hypothesis(r"$\eta \le \frac{1}{\beta + L}$", lambda c, xp: 1 - c["eta"] * (c["beta"] + constant(c, xp)))


ELL_STEP = Hypothesis(
    r"$\eta \le \frac{1}{\beta + 2a/k^2}$", lambda c, xp: 1 - c["eta"] * (c["beta"] + problem(c, xp).descent_constant(xp))
)
OUTSIDE = Hypothesis(r"$|w^0| \ge \frac{2b}{2a + \beta k^2}$", lambda c, xp: xp.norm(c["w0"], axis=-1) - fixed_norm(c, xp))


class Runs:
    """Runs of all angles, norms and parameters, with steps up to the longest allowed; a third meet Theorem 1's conditions."""

    vectors = setting.VECTORS
    constant = staticmethod(per_run)
    free = True

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw_runs(rng, size)
        if self.free or without in ("beta_small", "lam_small"):
            case["beta"] = np.where(rng.random(size) < 0.6, log_uniform(rng, 1e-4, 10, size), case["beta"])
            case["lam"] = np.where(rng.random(size) < 0.6, case["beta"] * uniform(rng, 0, 2, size), case["lam"])
        if without in ("many_patches", "initial_angle") or self.free:
            opposite = rng.random(size) < 0.3
            kick = rng.normal(size=case["w0"].shape) * ((case["w0"] != 0) | (case["w_star"] != 0))
            near = -case["w_star"] + kick * log_uniform(rng, 1e-6, 1e-2, (size, 1))
            case["w0"] = np.where(opposite[:, None], near, case["w0"])
        if without == "many_patches":
            case["k"] = np.ones(size, dtype=np.int64)
        if without == "delta_positive":
            case["delta"] = -case["delta"]
        if without == "outside":
            case["w0"] = case["w0"] * log_uniform(rng, 1e-5, 1e-2, (size, 1))
        if without == "step":  # along the ray of w*, from where a long step passes 0
            ray = rng.random(size) < 0.3
            case["k"][ray], case["w0"][ray] = 3, case["w_star"][ray]
        case["eta"] = np.ones(size)
        from verify.arrays import NUMPY

        longest = 1 / (case["beta"] + np.asarray(self.constant(case, NUMPY)))
        part = mostly(rng, log_uniform(rng, 1e-2, 1.0, size), 1 - 1e-12, 0.4)
        part = part * (rng.uniform(2, 20, size) if without == "step" else 1.0)
        return {n: v for n, v in (case | {"eta": longest * part}).items() if n != "delta" or not self.free}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(in_range(case, xp), xp.any(case["w0"] != 0, axis=-1))


@claim(
    "RVSM.L2",
    place="Lemma 2",
    expected="unrefuted",
    kind="run",
    fix="RVSM.L2.fix",
    why="one L a run, depending on its start: a tenth of it, or k = 1 from near -w* with the L of k = 2, fails",
)
class PerRun(Runs):
    r"""Under the conditions of Theorem 1 ($w^0 \ne 0$, $|w^*| = 1$) one constant $L$ serves a whole run: $|\nabla f(w^t) -
    \nabla f(w^{t+1})| \le L |w^t - w^{t+1}|$ for all $t$, with $L$ independent of $\eta$ and $t$: $L = \frac{1}{k^2} \max(2a,
    \frac{2b + 2k/\pi}{m} - 2a)$, $m = \min(|w^0|, \frac{2b}{2a + \beta k^2})$. The paper names no constant and no $w^0 \ne
    0$; this is its charitable reading. The others: RVSM.L2.literal and RVSM.L2.uniform."""

    free = False
    many_patches = K_TWO
    initial_angle = setting.INITIAL_ANGLE
    delta_positive = setting.DELTA_POSITIVE
    beta_small = setting.BETA_SMALL
    lam_small = setting.LAM_SMALL
    step = short_steps(per_run)

    def margin(self, case: Case, xp: Any) -> Any:
        return eleven(case, per_run(case, xp), xp)


@claim(
    "RVSM.L2.literal",
    place="Lemma 2",
    expected="refuted",
    erratum="false",
    fix="RVSM.L2.fix",
    why="k = 1 pulls w to 0 from the ray of -w*, and a step eta = 1/(beta + 1) with lam >= beta |w0| lands on 0 exactly",
    falls="k = 1 from the ray of -w* (Lemma 5 says k >= 1); Theorem 1 asks k >= 2 and theta < pi and is not touched",
)
class Literal(Runs):
    r"""For every $k \ge 1$ and start $w^0 \ne 0$, with $\eta \le \frac{1}{\beta + 2a/k^2}$ and no other condition, (11) has a
    meaning and holds along the run with some $L$. The margin is the smallest $|w^t|/|w^0|$, $t \le 3$, which must not be $0$:
    there $f$ has no gradient."""

    step = ELL_STEP

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw_runs(rng, size) | {"k": integers(rng, 1, 20, size)}
        one = rng.random(size) < 0.2
        case["k"][one] = 1
        case["w_star"][one] = [1.0, 0, 0, 0]
        case["w0"][one] = [-0.25, 0, 0, 0]
        case["beta"], case["lam"] = np.where(one, 1.0, case["beta"]), np.where(one, 0.5, case["lam"])
        eta = np.where(one, 0.5, 1 / (1 + case["beta"]) * rng.uniform(0, 1, size))
        return {n: v for n, v in case.items() if n != "delta"} | {"eta": eta}

    def margin(self, case: Case, xp: Any) -> Any:
        norms = [xp.norm(w, axis=-1) for w, _ in iterates(case, xp, 3)]
        lowest = xp.minimum(xp.minimum(norms[1], norms[2]), norms[3])
        return lowest - self.bound(case, xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.norm(case["w0"], axis=-1) * xp.constant("1e-12")


@claim(
    "RVSM.L2.uniform",
    place="Lemma 2",
    expected="refuted",
    erratum="gap",
    fix="RVSM.L2.uniform.fix",
    why="w0 = (0, e) is thrown to order eta in one step, over which the gradient turns: ratio 1.3 (beta + L) or more as e -> 0",
    falls="an L fixed before the start is known. Section 4 assumes without loss of generality that all w^t are in a closed "
    "strip around |w*|, which excludes these starts: |w0| then has a lower bound, and one L serves (RVSM.L2.fix and "
    "RVSM.L2.uniform.fix). From outside the step size of Theorem 1 has to know |w0|",
)
class Uniform(Runs):
    r"""One $L$ serves all runs that meet Theorem 1's conditions, whatever their start. (The case says which $L$; for every
    one there is a start: $w^0 \perp w^*$ small enough, $\eta = \frac{1}{2(\beta + L)}$.)"""

    free = False
    many_patches = K_TWO
    initial_angle = setting.INITIAL_ANGLE
    delta_positive = setting.DELTA_POSITIVE
    beta_small = setting.BETA_SMALL
    lam_small = setting.LAM_SMALL
    step = short_steps(lambda case, xp: case["L"])

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw_runs(rng, size)
        case["L"] = np.where(rng.random(size) < 0.5, 4.0, log_uniform(rng, 1.0, 1e4, size))
        across = rng.random(size) < 0.3
        across[0] = True
        case["w_star"][across], case["w0"][across] = [1.0, 0, 0, 0], [0, 0.001, 0, 0]
        fixed = {"k": 2, "delta": 1.5, "beta": 0.1, "lam": 0.05, "L": 4.0}
        case |= {n: np.where(across, v, case[n]) for n, v in fixed.items()}
        return case | {"eta": np.where(across, 0.02, 0.5 / (case["beta"] + case["L"]))}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(Runs.domain(self, case, xp), penalised(case, xp)), case["L"] >= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        """No less than -1, so that the search does not run off to ever smaller starts."""
        spare = eleven(case, case["L"], xp, steps=1)
        return xp.maximum(spare, -xp.full_like(spare, 1))

    def facts(self) -> list[Fact]:
        """For L = 1, 10, 100, 1000 a start that breaks (11); none of them should exist."""
        from verify.arrays import NUMPY

        rows = []
        for L in (1.0, 10.0, 100.0, 1000.0):
            one = {"k": np.array([2]), "beta": np.array([0.1]), "lam": np.array([0.05]), "eta": np.array([0.5 / (0.1 + L)])}
            one |= {"w_star": np.array([[1.0, 0.0]]), "w0": np.array([[0.0, 1e-4 / L]])}
            ratio = float(1 - eleven(one, 1.0, NUMPY, steps=1)[0])
            rows.append(Fact(f"(11) with L = {L:g} from w0 = (0, {1e-4 / L:g})", ratio <= L, f"ratio {ratio:.6g}"))
        return rows


class Free(Runs):
    """Runs under a condition on k and eta alone."""

    constant = staticmethod(lambda case, xp: problem(case, xp).descent_constant(xp))
    many_patches = K_TWO
    step = ELL_STEP


def run_constant(case: Case, xp: Any) -> Any:
    """max(ell, (2 ell + (k + 1) beta)/(k - 1)), ell = 2a/k^2; at k = 1 that of k = 2."""
    k = xp.maximum(case["k"], 2)
    ell = NoOverlapReLU(k, problem(case, xp).w_star).descent_constant(xp)
    return xp.maximum(ell, (2 * ell + (k + 1) * case["beta"]) / (k - 1))


@claim(
    "RVSM.L2.fix",
    place="Lemma 2",
    expected="unrefuted",
    kind="run",
    why="k = 1 fails; so does the bound with m twice as large from small starts",
)
class Fix(Free):
    r"""For $k \ge 2$, $w^0 \ne 0$ and $\eta \le \frac{1}{\beta + 2a/k^2}$ only, every dimension, angle ($\pi$ included),
    $\beta$ and $\lambda$: (11) holds along the run with $L = \frac{1}{k^2} \max(2a, \frac{2b + 2k/\pi}{m} - 2a)$, $m =
    \min(|w^0|, \frac{2b}{2a + \beta k^2})$, $|w^*| = 1$. None of Theorem 1's conditions on $\delta$, $\beta$ and $\lambda$ is
    needed."""

    def margin(self, case: Case, xp: Any) -> Any:
        return eleven(case, per_run(case, xp), xp)


@claim(
    "RVSM.L2.uniform.fix",
    place="Lemma 2",
    expected="unrefuted",
    kind="run",
    why="starts nearer to 0 than 2b/(2a + beta k^2) break it",
)
class UniformFix(Free):
    r"""For $k \ge 2$, $\eta \le \frac{1}{\beta + 2a/k^2}$ and $|w^0| \ge \frac{2b}{2a + \beta k^2}$ ($|w^*| = 1$; every
    $|w^0| \ge 1$ will do), (11) holds for all $t$ with $L = \max(\ell, \frac{2\ell + (k + 1)\beta}{k - 1})$, $\ell =
    \frac{2a}{k^2}$: one $L$ for all these starts."""

    outside = OUTSIDE

    def margin(self, case: Case, xp: Any) -> Any:
        return eleven(case, run_constant(case, xp), xp)


def induction(p: Any) -> Any:
    """Along w: (1 - eta(ell + beta))|w| + eta phi/k^2 + eta beta <u, w>/|w| with phi >= 2b, <u, w> >= 0 (B = 2b/k^2)."""
    eta, beta, ell, B, m = (p.positive(n) for n in ("eta", "beta", "ell", "B", "m"))
    r, phi, u = p.real("r"), p.real("phi"), p.nonnegative("u")
    p.assume(eta * (ell + beta) <= 1, r >= m, m * (ell + beta) <= B, phi >= B)
    return (1 - eta * (ell + beta)) * r + eta * phi + eta * beta * u >= m


@claim(
    "RVSM.L2.norm",
    place="beside Lemma 2",
    expected="unrefuted",
    form="own",
    kind="run",
    why="attained on the ray of -w* for lam >= beta |w|; 2b/(2a) for 2b/(2a + beta k^2) fails there",
)
class Norm(Free):
    r"""For $k \ge 2$, $w^0 \ne 0$, $\eta \le \frac{1}{\beta + 2a/k^2}$, $|w^*| = 1$: $|w^{t+1}| \ge (1 - \eta(\frac{2a}{k^2}
    + \beta)) |w^t| + \frac{2b\eta}{k^2}$, so $|w^t| \ge \min(|w^0|, \frac{2b}{2a + \beta k^2})$ for all $t$: no iterate is
    $0$ or comes near it, for every angle and $\lambda$, and every penalty whose prox keeps signs."""

    complete_proof = False

    def margin(self, case: Case, xp: Any) -> Any:
        f, before, worst = problem(case, xp), None, None
        shrink = case["eta"] * (f.descent_constant(xp) + case["beta"])
        k = case["k"]
        push = case["eta"] * (k * k - k) / (xp.pi * k * k)
        for w, _ in iterates(case, xp, STEPS):
            r = xp.norm(w, axis=-1)
            if before is not None:
                spare = r / ((1 - shrink) * before + push) - 1
                spare = xp.minimum(spare, r / lowest_norm(case, xp) - 1)
                worst = spare if worst is None else xp.minimum(worst, spare)
            before = r
        return worst + xp.constant("1e-12")

    def proof(self) -> list[Lemma]:
        return [Lemma("a step keeps the lower bound", induction)]
