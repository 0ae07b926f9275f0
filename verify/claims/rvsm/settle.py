"""Limits of RVSM's runs, to the last digit: some steps of the run, the same flow with its turn sped up, then Newton's method.

At a limit grad f(w) + beta (w - u) = 0 with u = S(w). The run turns w towards its limit at a rate of 1/k a step; ``settle``
takes ``STEPS`` true steps, then up to ``RUSHED`` steps whose part across w is about k times as long (which changes how fast the
limit is reached, for l1 not which: it is unique, RVSM.S0.global.l1), then Newton steps on the fixed pattern of pruned
coordinates, each taken only if it lowers the residual. A case is ``settled`` when the residual vanishes to rounding and the
angle was below 2 before Newton's method and is after it: a run still near f's saddle would be drawn into it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from verify.claims.rvsm.chosen import Chosen, regulariser, threshold
from verify.claims.rvsm.setting import curvature, dimension, problem
from verify.evidence import Case
from verify.evidence.margins import column
from verify.evidence.search import take
from verify.losses import unit
from verify.methods import RVSM
from verify.methods.rvsm import Relaxation

RESIDUAL = "1e-12"
STEPS, RUSHED, NEWTON, LOOK = 12, 60, 14, 10  # the force is looked at every LOOK of the rushed steps


class Limit(NamedTuple):
    """A stationary point (w, u) of a batch: r = |w|, the angle theta to w*, v = w - u, and whether it is one."""

    w: Any
    u: Any
    r: Any
    theta: Any
    v: Any
    settled: Any


def turning(theta: Any, xp: Any) -> Any:
    """h(theta) = (pi - theta) sin theta: rises to 1.81971 at theta = 1.11283, then falls."""
    return (xp.pi - theta) * xp.sin(theta)


def rising(theta: Any, xp: Any) -> Any:
    """h'(theta) = (pi - theta) cos theta - sin theta: >= 0 on the branch of h that rises."""
    return (xp.pi - theta) * xp.cos(theta) - xp.sin(theta)


def angle_to(w: Any, e: Any, xp: Any) -> Any:
    """The angle between w and the unit vector e, from the part of w across e."""
    along = xp.dot(w, e)
    return xp.atan2(xp.norm(w - column(along) * e, axis=-1), along)


def across_w(v: Any, w: Any, xp: Any) -> Any:
    """|v_perp|, the length of the part of v across w."""
    e = unit(w, xp)
    part = v - column(xp.dot(v, e)) * e
    return xp.norm(part - column(xp.dot(part, e)) * e, axis=-1)


def trajectory(case: Case, xp: Any, steps: int) -> Iterator[tuple[Any, Any]]:
    """(w^t, u^t) for t = 0, 1, ..., steps, in the order of the proofs, with each case's own penalty."""
    loss, penalty, method = problem(case, xp), regulariser(case), RVSM()
    hyper = Relaxation(column(case["eta"]), column(case["beta"]))
    w, state = case["w0"], method.init(case["w0"], hyper, penalty, xp)
    yield w, state.u
    for _ in range(steps):
        state, w = method.step(state, w, loss.gradient(w, xp), hyper, penalty, xp)
        yield w, state.u


def settle(case: Case, xp: Any, of: Callable[[Case], Case] | None = None) -> Limit:
    """The limit of each run of the batch, or of the cases that ``of`` makes of them. The last answers are kept: domain and
    margin ask for the same ones."""
    for known, arrays, made, limit in _LAST:
        if known is case and arrays is xp and made is of:
            return limit
    limit = _settle(of(case) if of else case, xp)
    _LAST.append((case, xp, of, limit))
    return limit


_LAST: deque[tuple[Case, Any, Any, Limit]] = deque(maxlen=2)


def _settle(case: Case, xp: Any) -> Limit:
    e = unit(case["w_star"], xp)
    *_, (w, _) = trajectory(case, xp, STEPS)
    w = _rush(case, np.array(w), xp)
    before = angle_to(w, e, xp)
    w, u, g = _newton(case, w, xp)
    theta = angle_to(w, e, xp)
    stays = xp.either(xp.both(before < 2, theta < 2), before > xp.pi - xp.constant("1e-13"))
    settled = xp.both(xp.norm(g, axis=-1) <= xp.constant(RESIDUAL), stays)
    return Limit(w, u, xp.norm(w, axis=-1), theta, w - u, settled)


def _rush(case: Case, w: Any, xp: Any) -> Any:
    """w after the rushed steps, fewer where the force is small before."""
    live = np.arange(len(w))
    for _ in range(0, RUSHED, LOOK):
        part, x = take(case, live), w[live]
        e, penalty, beta, k = unit(part["w_star"], xp), regulariser(part), column(part["beta"]), column(part["k"])
        a = curvature(k, xp)
        for _ in range(LOOK):
            g = _light_force(penalty, beta, k, x, e, xp)
            r = xp.norm(x, axis=-1, keepdims=True)
            along = column(xp.dot(g, x)) / (r * r) * x
            x = x - along / (a + beta) - (g - along) * (xp.minimum(r, 1) * k / (1 + k * beta))
        w[live] = x
        live = live[_true(xp.norm(g, axis=-1) >= xp.constant("1e-5"))]
        if not live.size:
            break
    return w


def _newton(case: Case, w: Any, xp: Any) -> tuple[Any, Any, Any]:
    """w, u and the force after Newton's steps, each case until a step does not lower a force that is rounding already."""
    loss, penalty, beta = problem(case, xp), regulariser(case), column(case["beta"])
    u, g = (np.array(v) for v in _force(loss, penalty, beta, w, xp))
    live = np.arange(len(w))
    for _ in range(NEWTON):
        part, old = take(case, live), (w[live], u[live], g[live])
        loss, penalty, beta, e = problem(part, xp), regulariser(part), column(part["beta"]), unit(part["w_star"], xp)
        trial = old[0] - _solve(_hessian(loss, penalty, beta, *old[:2], e, xp), old[2], xp)
        trial_u, trial_g = _force(loss, penalty, beta, trial, xp)
        size = xp.norm(old[2], axis=-1, keepdims=True)
        better = xp.norm(trial_g, axis=-1, keepdims=True) < size
        last = xp.both(xp.negate(better), size <= xp.constant("1e-13"))
        if not bool(xp.all(xp.either(better, last))):
            trial = xp.where(better, trial, old[0] - old[2] / (curvature(column(part["k"]), xp) + beta))
            trial_u, trial_g = _force(loss, penalty, beta, trial, xp)
        for all_cases, before, now in zip((w, u, g), old, (trial, trial_u, trial_g), strict=True):
            all_cases[live] = xp.where(last, before, now)
        live = live[_true(xp.negate(last[..., 0]))]
        if not live.size:
            break
    return w, u, g


def _true(condition: Any) -> Any:
    return np.asarray(condition, dtype=bool)


def _light_force(penalty: Any, beta: Any, k: Any, w: Any, e: Any, xp: Any) -> Any:
    """grad_w L by Equation (13) as it stands, cheaper than the loss's own gradient and good enough on the way."""
    r, along = xp.norm(w, axis=-1, keepdims=True), column(xp.dot(w, e))
    across = xp.norm(w - along * e, axis=-1, keepdims=True)
    theta = xp.atan2(across, along)
    g = (curvature(k, xp) - (across / r + k - 1) / (xp.pi * k * r)) * w - (xp.pi - theta) / (xp.pi * k) * e
    return g + beta * (w - penalty._prox(w, 1 / beta, xp))


def _force(loss: Any, penalty: Any, beta: Any, w: Any, xp: Any) -> tuple[Any, Any]:
    """u = S(w) and grad_w L = grad f(w) + beta (w - u)."""
    u = penalty._prox(w, 1 / beta, xp)
    return u, loss.gradient(w, xp) + beta * (w - u)


def _hessian(loss: Any, penalty: Any, beta: Any, w: Any, u: Any, e: Any, xp: Any) -> Any:
    """Of f + the Moreau envelope, as a matrix (..., d, d)."""
    values = loss.hessian_eigenvalues(w, xp)
    radial = unit(w, xp)
    turn = e - column(xp.dot(e, radial)) * radial
    size = xp.norm(turn, axis=-1, keepdims=True)
    turn = turn / xp.where(size > 0, size, xp.full_like(size, 1))
    slope = xp.zeros_like(w)
    if isinstance(penalty, Chosen):
        smooth = penalty.smooth
        bend = xp.where(penalty.which == 2, 2 * smooth.lam / beta * smooth.a * (smooth.a + 1), 0)
        reach = smooth.a + xp.abs(u)
        slope = 1 - 1 / (1 - bend / (reach * reach * reach))
    slope = beta * xp.where(u == 0, xp.full_like(w, 1), slope) + column(values.across)
    outer = column(column(values.radial - values.across)) * column(radial) * radial[..., None, :]
    outer = outer + column(column(values.angular - values.across)) * column(turn) * turn[..., None, :]
    return outer + column(slope) * np.eye(w.shape[-1], dtype=np.int64)


def _solve(matrix: Any, right: Any, xp: Any) -> Any:
    """Gaussian elimination over the batch, without exchanges: the matrices here are positive definite but at saddles."""
    size = right.shape[-1]
    rows = [[matrix[..., i, j] for j in range(size)] + [right[..., i]] for i in range(size)]
    for i in range(size):
        pivot = xp.where(rows[i][i] == 0, xp.full_like(rows[i][i], 1), rows[i][i])
        rows[i] = [x / pivot for x in rows[i]]
        for j in range(size):
            if j != i:
                factor = rows[j][i]
                rows[j] = [x - factor * y for x, y in zip(rows[j], rows[i], strict=True)]
    return np.stack([row[-1] for row in rows], axis=-1)


def cap(case: Case, w: Any, xp: Any) -> Any:
    """X = k pi beta min(|w|/2, t sqrt(d - 1)): no v = w - S(w) has k pi beta |v_perp| above it, t being the threshold."""
    reach = threshold(case, xp) * xp.sqrt(dimension(case, xp) - 1)
    return case["k"] * xp.pi * case["beta"] * xp.minimum(xp.norm(w, axis=-1) / 2, reach)
