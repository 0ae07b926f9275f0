"""Theorem 2: what becomes of W_t once W~_t is on the manifold."""

from __future__ import annotations

from typing import Any

from verify.claims.rmda.setting import any_beta, fine, game, largest, mixes, moments
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import column, least
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.l1 import L1


@claim(
    "RMDA.T2.sharp",
    place="Theorem 2",
    expected="proved",
    why="with W~ in M from step 2 on only, the product from step 1 fails",
    kind="run",
)
class Decay:
    r"""What becomes of $W_t$: for a linear $M$ and $\tilde W_k \in M$ for $T < k \le t$ the part of $W_t$ outside $M$ is
    $\prod_{T<k\le t} (1 - c_k)$ times that of $W_T$. So $W_t \in M$ from some $t$ on if and only if some $c_k = 1$ after $T$,
    or $W_T \in M$; then it is exactly so, also in floating point. (At $c = 0.01$ float32 reaches 0 after 8,690 steps if it
    flushes subnormals, and never otherwise.) Here $M = \{w_i = 0\}$, and $T$ is the last step with $\tilde W_{T,i} \ne 0$."""

    vectors = ("w0", "a", "h", "zeta")

    def cases(self, rng: Any, size: int) -> Case:
        return game(rng, size, 8, 2)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine(case, xp), mixes(case, xp))

    def margin(self, case: Case, xp: Any) -> Any:
        product, start, margins = 1 + 0 * case["w0"], case["w0"], []
        for m in moments(case, xp):
            zero, c = m.tentative == 0, column(case["c"][:, m.t - 1])
            product = xp.where(zero, product * (1 - c), 1 + 0 * product)
            start = xp.where(zero, start, m.after)
            margins.append(-largest(m.after - product * start, xp))
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + largest(case["w0"], xp) + largest(case["a"], xp) * 100

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            t, alpha, V, w0, w, g, c, product, start = p.reals("t alpha V W_0 W_{t-1} g c P W_T")
            any_beta(p)
            p.assume(alpha >= 0, w == product * start)
            penalty = L1._unchecked(lam=p.nonnegative("lam"))
            state, after = RMDA().step(Averages(t, alpha, V, w0), w, g, Mixing(p.positive("eta"), c), penalty, p.xp)
            tentative = RMDA().tentative(state, penalty, p.xp)
            exact = p.implies(c == 1, after == tentative)
            return p.conj(exact, p.implies(tentative == 0, after == product * (1 - c) * start))

        return [Lemma("one step", build)]
