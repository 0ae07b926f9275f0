"""Definition 1, and what is asked of the regulariser."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.evidence import Case, Lemma, claim


@claim(
    "PG.D1",
    place="Definition 1",
    expected="refuted",
    why="phi = -theta: the derivative -1 is not in Omega = [0, inf), the set is empty, dist infinite",
    erratum="misprint",
    fix="PG.D1.fix",
    falls="nothing: with R^p for Omega, and R infinite outside Omega, it is the usual definition",
)
class InOmega:
    r"""The set of Definition 1, $\theta^* \in \Omega$ with $\liminf_{\theta \to \bar\theta} (\varphi(\theta) -
    \varphi(\bar\theta) - \langle \theta^*, \theta - \bar\theta \rangle)/\|\theta - \bar\theta\| \ge 0$, contains
    $\nabla \varphi(\bar\theta)$ where $\varphi$ is differentiable, also for $\Omega \ne \mathbb{R}^p$ (here $\varphi = s
    \theta$, $\Omega = [0, \infty)$, $\bar\theta = 1$)."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"s": np.round(rng.normal(size=size), 1)}

    def margin(self, case: Case, xp: Any) -> Any:
        return xp.minimum(case["s"], 0)


def only_the_derivative(p: Any) -> Any:
    """Along a coordinate axis, from the right and from the left, the quotient tends to s - v and v - s."""
    s, v = p.real("s"), p.real("v")
    return p.conj(s - v >= 0, v - s >= 0) == (v == s)


@claim(
    "PG.D1.fix",
    place="Definition 1",
    expected="proved",
    why="from one side alone a half-line would be left",
)
class InSpace:
    r"""With $\theta^* \in \mathbb{R}^p$ the set at a point where $\varphi$ is differentiable is $\{\nabla
    \varphi(\bar\theta)\}$. (Where $\varphi$ is differentiable the quotient tends to $\langle \nabla \varphi(\bar\theta) -
    \theta^*, e \rangle$ along every unit vector $e$, uniformly: the lemma has the two of each axis, which leave one $\theta^*$
    in any dimension, and for that one all are 0.)"""

    def proof(self) -> list[Lemma]:
        return [Lemma("each coordinate, both sides", only_the_derivative)]


@claim(
    "PG.lsc",
    place="Abstract and Sect. 1",
    expected="refuted",
    why="R = -x^2, lambda = h = 1: line 8 is -x^2/2 and has no minimiser",
    erratum="gap",
    fix="PG.T1.fix",
    falls='"lower semicontinuous" alone: with R bounded below line 8 has a minimiser; and (C-1) must bound F, not f '
    "(f = 0, R = x: dist is 1 for ever)",
)
class Semicontinuous:
    r"""Lower semicontinuous regularisers are enough for line 8 to have a minimiser (here $\lambda R = -\lambda x^2$, $\theta_t
    = m_t = 0$, metric $h$: only $0$, where its derivative is $0$, can be one; each case has a rival $x$)."""

    def cases(self, rng: Any, size: int) -> Case:
        return {n: short(rng, 0.1, 10.0, size) for n in ("lam", "h", "x")}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] >= 0, case["h"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        return (case["h"] / 2 - case["lam"]) * case["x"] * case["x"]
