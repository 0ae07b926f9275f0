"""Lemma 5: the norms of w^t enter an annulus around |w*| = 1 and stay there (RVSM, Lemma 5 and Sect. 5.2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.draws import STEP, draw, in_domain, mix
from verify.claims.rvsm.energy import slope
from verify.claims.rvsm.setting import BETA_SMALL, K_TWO, LAM_SMALL, VECTORS, curvature, iterates, penalised
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import integers, log_uniform, uniform
from verify.evidence.margins import column, least
from verify.methods.rvsm import RVSMListing


def floor(k: Any, beta: Any, pi: Any) -> Any:
    """rho = 2b/(2a + k^2 beta) = ((k - 1)/pi)/(1 + (k - 1)/pi + k beta): norms below it grow, in every direction."""
    inner = (k - 1) / pi
    return inner / (1 + inner + k * beta)


STRIP = Hypothesis(  # Lemma 5's, with M_k = 1 - rho: a run that starts there stays there, RVSM.L5.fix
    r"$\rho \le |w^0| \le 2 - \rho$, $\rho = 2b/(2a + k^2\beta)$",
    lambda c, xp: 1 - floor(c["k"], c["beta"], xp.pi) - xp.abs(xp.norm(c["w0"], axis=-1) - 1),
)
STEP_IN_STRIP = Hypothesis(
    r"$\eta \le 1/(\beta + L)$, $L = 1 + 3/\rho$: Lemma 4's in that strip",
    lambda c, xp: 1 - c["eta"] * (c["beta"] + 1 + 3 / floor(c["k"], c["beta"], xp.pi)),
)


def outside(x: Any, xp: Any) -> Any:
    """The positive part."""
    return xp.maximum(x, xp.zeros_like(x))


class Norms:
    vectors = VECTORS

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    def norms(self, case: Case, xp: Any, steps: int, method: Any = None) -> list[Any]:
        return [xp.norm(w, axis=-1) for w, _ in iterates(case, xp, steps, method)]


@claim(
    "RVSM.L5",
    place="Lemma 5",
    expected="refuted",
    why="k = 1, w* = 1, w0 = -1: w shrinks by 1 - eta(1 + beta) or 1 - eta a step, past every floor 1 - M_1 > 0",
    kind="run",
    erratum="false",
    fix="RVSM.L5.fix",
    falls="k = 1 from the ray of -w* alone, which Theorem 1's (ii) forbids (RVSM.L5.k1). From k = 2 on Lemma 5 holds with "
    "explicit M_k, for every start but 0, and with it what rests on it",
)
class Annulus(Norms):
    r"""For $k \ge 1$ the norms $|w^t|$ are eventually at least $1 - M_k > 0$: checked as $|w^{30}| \ge 10^{-3}$ for runs with
    $|w^0| \ge 1/4$ and $\eta \ge 1/4$, and with steps between 1/4 and $1/(\beta + L)$ of Theorem 1's conditions all but that
    on the angle, which Lemma 5 does not ask for."""

    step, relaxed, threshold = STEP, BETA_SMALL, LAM_SMALL

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, short=1.0)
        opposite = case["w_star"] * -np.round(uniform(rng, 0.3, 1.5, (size, 1)), 1)
        opposed = case | {"w0": np.where(rng.random((size, 1)) < 0.5, opposite, case["w0"]), "eta": np.full(size, 0.5)}
        case = mix(rng, case, opposed | {"k": rng.integers(1, 3, size)}, 0.5)
        return case | {"eta": np.maximum(case["eta"], 0.25)}

    def domain(self, case: Case, xp: Any) -> Any:
        fair = xp.both(4 * xp.norm(case["w0"], axis=-1) >= 1, 4 * case["eta"] >= 1)
        return xp.both(xp.both(in_domain(case, xp), penalised(case, xp)), fair)

    def margin(self, case: Case, xp: Any) -> Any:
        return self.norms(case, xp, 30)[-1] - xp.constant("0.001")

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        return [(f"|w^{t}|", r) for t, r in enumerate(self.norms(case, xp, 30)) if t < 6 or t == 30]


@claim(
    "RVSM.L5.fix",
    place="Lemma 5",
    expected="unrefuted",
    why="fails with 2a for 2b in rho, or with beta for k^2 beta; a step of 3/(beta + 2a/k^2) leaves the upper bound",
    kind="run",
)
class AnnulusFix(Norms):
    r"""For every $w^0 \ne 0$, at any angle and any $\lambda$: with $L' = 2a/k^2$ and
    $\rho = 2b/(2a + k^2\beta)$, $(|w^t| - 1)_+ \le (1 - \eta L')^t (|w^0| - 1)_+$ and
    $(\rho - |w^t|)_+ \le (1 - \eta(\beta + L'))^t (\rho - |w^0|)_+$. So every $M_k > 1 - \rho$ serves;
    $\rho > 0$ from $k = 2$ on."""

    step = STEP
    steps = 20

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, largest=1e3)
        tiny = case | {"w0": case["w0"] * log_uniform(rng, 1e-3, 1.0, (size, 1))}
        away = case | {"w0": -np.abs(uniform(rng, 0.01, 1.5, (size, 1))) * case["w_star"]}
        return mix(rng, mix(rng, case, tiny, 0.3), away, 0.2)

    def margin(self, case: Case, xp: Any) -> Any:
        norms, rho = self.norms(case, xp, self.steps), floor(case["k"], case["beta"], xp.pi)
        s = case["eta"] * curvature(case["k"], xp)
        m = case["eta"] * case["beta"]
        above, below, margins = outside(norms[0] - 1, xp), outside(rho - norms[0], xp), []
        for r in norms[1:]:
            above, below = (1 - s) * above, (1 - s - m) * below
            margins += [above - outside(r - 1, xp), below - outside(rho - r, xp)]
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + xp.norm(case["w0"], axis=-1)


@claim(
    "RVSM.L5.sharp",
    place="Lemma 5",
    expected="unrefuted",
    why="attained: at w = -rho w*, d = 1, lambda/beta >= rho the update stays put; with 2a for 2b it does not",
)
class AnnulusSharp(Norms):
    r"""The floor $\rho = 2b/(2a + k^2\beta)$ cannot be raised for all starts: with $d = 1$ and $\lambda/\beta \ge \rho$ the
    update of $w = -\rho w^*$ is $w$ itself."""

    two = K_TWO

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, d=1)
        rho = floor(case["k"], case["beta"], np.pi)
        return case | {"lam": case["beta"] * rho * uniform(rng, 1.0, 2.0, size), "w0": np.ones((size, 1))}

    def margin(self, case: Case, xp: Any) -> Any:
        rho = floor(case["k"], case["beta"], xp.pi)
        w = -column(rho) * case["w_star"] / xp.norm(case["w_star"], axis=-1, keepdims=True)
        moved = case["eta"] * xp.norm(slope(case, w, xp.zeros_like(w), xp), axis=-1)
        kept = xp.where(case["lam"] >= case["beta"] * rho * (1 - xp.constant("1e-12")), moved, xp.zeros_like(moved))
        return xp.constant("1e-13") - kept


@claim(
    "RVSM.L5.width",
    place="Lemma 5",
    expected="proved",
    why="with k beta for beta (a relaxation that does not shrink with k) the width has the limit pi beta/(1 + pi beta), not 0",
    form="own",
)
class Width:
    r"""$M_k = 1 - \rho = (1 + k\beta)/(1 + (k-1)/\pi + k\beta)$ lies in $(0, 1)$ for $k \ge 2$ and is at most
    $\pi(1 + k\beta)/k$; under $\beta \le \delta\sin\delta/(k\pi)$, where $k\beta < 0.58$, it is below $5/k$."""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        k = integers(rng, 2, 10_000, size)
        return {"k": k, "beta": log_uniform(rng, 1e-6, 0.58, size) / k}

    def margin(self, case: Case, xp: Any) -> Any:
        width = 1 - floor(case["k"], case["beta"], xp.pi)
        limit = xp.pi * (1 + case["k"] * case["beta"]) / case["k"]
        return least(width, 1 - width, limit - width, 5 - case["k"] * width, xp=xp)

    def domain(self, case: Case, xp: Any) -> Any:
        small = case["k"] * case["beta"] <= xp.constant("0.58")
        return xp.both(xp.both(case["k"] >= 2, case["beta"] > 0), small)

    def proof(self) -> list[Lemma]:
        def width(p: Any) -> Any:
            k, beta, pi = p.reals("k beta pi")
            p.assume(k >= 2, beta > 0, pi > p.z3.RealVal("3.14159"), pi < p.z3.RealVal("3.1416"))
            m = p.real("m")
            p.assume(m == 1 - floor(k, beta, pi))
            small = p.implies(100 * k * beta <= 58, m * k < 5)
            return p.conj(m > 0, m < 1, m * k <= pi * (1 + k * beta), small)

        return [Lemma("0 < 1 - rho < 1 and k (1 - rho) <= pi (1 + k beta), < 5 for k beta <= 0.58", width)]


@claim(
    "RVSM.L5.listing",
    place="Algorithm 1",
    expected="unrefuted",
    why="fails with max(|w^t|, 1) alone, without the norm before: RVSM.S52.shrink.listing",
    kind="run",
    form="own",
)
class AnnulusListing(Norms):
    r"""In the listing's order, with its stale $u^t$: $|w^{t+1}| \le (1 - \eta L' - \eta\beta)|w^t| + \eta\beta|w^{t-1}| +
    \eta L'$, so that $\max(|w^{t+1}|, |w^t|, 1)$ never grows."""

    step = STEP

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, without, largest=100.0)

    def margin(self, case: Case, xp: Any) -> Any:
        norms = self.norms(case, xp, 12, RVSMListing())
        s, m = case["eta"] * curvature(case["k"], xp), case["eta"] * case["beta"]
        rows = zip(norms[:1] + norms, norms, norms[1:], strict=False)
        return least(*[(1 - s - m) * r + m * before + s - after for before, r, after in rows], xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + xp.norm(case["w0"], axis=-1)
