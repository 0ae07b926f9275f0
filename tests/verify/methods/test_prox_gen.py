"""ProxGEN, two-stage Prox-SGD, ProxQuant and BinaryConnect against the paper's argmins, by brute force, with no code shared."""

from __future__ import annotations

import numpy as np
import pytest

from verify.arrays import NUMPY, namespace
from verify.methods import (
    BinaryConnect,
    ProxGen,
    ProxGenAdaGrad,
    ProxGenAdaGradFull,
    ProxGenAdam,
    ProxGenAdamPrinted,
    ProxGenFull,
    ProxQuant,
    ProxQuantAdam,
    ProxSSI,
    RevisedProxQuant,
    TwoStageProxAdam,
    TwoStageProxSGD,
)
from verify.methods.adam import Adaptive
from verify.methods.binary_connect import Rate
from verify.methods.prox_gen import Memory, Metric
from verify.penalties import L0, L1, MCP, BinaryW

LAM, ALPHA, RHO, DELTA, BETA = 0.3, 0.4, 0.6, 0.5, 0.7
START = np.array([0.9, -0.4, 0.05])
PENALTIES = {
    "l1": (L1(LAM), lambda x: LAM * np.abs(x)),
    "l0": (L0(LAM), lambda x: LAM * (np.abs(x) > 0)),
    "mcp": (MCP(LAM, 0.5), lambda x: np.where(np.abs(x) < 0.15, LAM * np.abs(x) - x**2, 0.0225)),
    "w": (BinaryW(LAM, q=1.0), lambda x: LAM * np.abs(np.abs(x) - 1)),
}


def gradient(w):
    """Of a loss that is neither convex nor separable."""
    return np.cos(3 * w) + 0.5 * w.sum() - 0.7


def lowest(function, around):
    """The minimiser of a function of one number: a grid with 0, 1 and -1 in it, refined six times around the best point."""
    low, high, best = -abs(around) - 2, abs(around) + 2, 0.0
    for _ in range(7):
        grid = np.append(np.linspace(low, high, 2001), [0.0, 1.0, -1.0, best])
        best = grid[np.argmin(function(grid))]
        width = (high - low) / 200
        low, high = best - width, best + width
    return best


def preconditioner(kind, gradients):
    """The diagonal of C_t from all gradients so far."""
    squares = np.array(gradients) ** 2
    if kind == "none":
        return np.zeros(3)
    if kind == "adagrad":
        return np.sqrt(squares.sum(axis=0))
    if kind == "printed":
        C = np.zeros(3)
        for g2 in squares:
            C = np.sqrt(BETA * C + (1 - BETA) * g2)
        return C
    ages = np.arange(len(squares))[::-1]
    mean = ((1 - BETA) * BETA**ages) @ squares
    return np.sqrt(mean / (1 - BETA ** len(squares)) if kind == "corrected" else mean)


def plain_run(kind, move, cost, steps):
    """Algorithm 1 with momentum from its definition, and one of three ways to move."""
    w, gradients = START.copy(), []
    for _ in range(steps):
        gradients.append(gradient(w))
        ages = np.arange(len(gradients))[::-1]
        m = ((1 - RHO) * RHO**ages) @ np.array(gradients)
        m = m / (1 - RHO ** len(gradients)) if kind == "corrected" else m
        H = preconditioner(kind, gradients) + DELTA
        if move == "line 8":
            w = each(w, m, H / ALPHA, cost)
        elif move == "two stages":
            w = w + ALPHA * (each(w, m, H, cost) - w)
        else:
            z = w - ALPHA * m / H
            w = each(z, 0 * m, np.full(3, 1 / ALPHA), cost)
        yield w


def each(w, m, H, cost):
    """argmin m x + R(x) + H (x - w)^2/2, a coordinate at a time."""
    return np.array(
        [
            lowest(lambda x, a=a, b=b, h=h: b * x + cost(x) + h * (x - a) ** 2 / 2, a - b / h)
            for a, b, h in zip(w, m, H, strict=True)
        ]
    )


METHODS = {
    "plain": (ProxGen(), "none", "line 8"),
    "adam": (ProxGenAdam(), "adam", "line 8"),
    "corrected": (ProxGenAdam(bias_correction=True), "corrected", "line 8"),
    "printed": (ProxGenAdamPrinted(), "printed", "line 8"),
    "adagrad": (ProxGenAdaGrad(), "adagrad", "line 8"),
    "two stages": (TwoStageProxSGD(), "none", "two stages"),
    "two stages, adam": (TwoStageProxAdam(), "adam", "two stages"),
    "quant": (ProxQuant(), "none", "identity"),
    "quant, adam": (ProxQuantAdam(), "adam", "identity"),
    "revised quant": (RevisedProxQuant(), "adam", "line 8"),
}


def hyper_of(method, rho=RHO):
    return Memory(ALPHA, rho, DELTA, BETA) if method.Hyper is Memory else Metric(ALPHA, rho, DELTA)


def run(method, penalty, steps, hyper=None):
    w, hyper = START, hyper or hyper_of(method)
    state = method.init(w, hyper, penalty, NUMPY)
    for _ in range(steps):
        state, w = method.step(state, w, gradient(w), hyper, penalty, NUMPY)
        yield state, w


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_run_follows_the_argmins_of_the_paper(name, penalty):
    method, kind, move = METHODS[name]
    map_, cost = PENALTIES[penalty]
    for (_, w), expected in zip(run(method, map_, 4), plain_run(kind, move, cost, 4), strict=True):
        assert w == pytest.approx(expected, abs=3e-6)


def test_a_step_of_1_makes_both_forms_one():
    hyper = Metric(1, RHO, DELTA)
    for (_, a), (_, b) in zip(run(TwoStageProxSGD(), L1(LAM), 5, hyper), run(ProxGen(), L1(LAM), 5, hyper), strict=True):
        assert a == pytest.approx(b, abs=1e-15)
        assert ((a == 0) == (b == 0)).all()


def test_with_bias_correction_it_is_prox_ssi():
    first = run(ProxGenAdam(bias_correction=True), L1(LAM), 6)
    second = run(ProxSSI(), L1(LAM), 6, Adaptive(ALPHA, RHO, BETA, DELTA))
    for (_, a), (_, b) in zip(first, second, strict=True):
        assert a == pytest.approx(b, abs=1e-14)


def full_argmin(w, m, H):
    """argmin <m, x> + lam |x|_1 + (x - w)'H(x - w)/2: the best of all sign patterns, each a linear system."""
    best, value = None, np.inf
    for pattern in np.ndindex(3, 3, 3):
        signs = np.array(pattern) - 1
        free = signs != 0
        x = np.zeros(3)
        if free.any():
            right = (H @ w - m)[free] - LAM * signs[free]
            x[free] = np.linalg.solve(H[np.ix_(free, free)], right)
        found = m @ x + LAM * np.abs(x).sum() + (x - w) @ H @ (x - w) / 2
        if found < value:
            best, value = x, found
    return best


@pytest.mark.parametrize("kind", ["adagrad", "handed in"])
def test_a_full_metric(kind):
    C = np.array([[2.0, 1.0, 0.0], [1.0, 2.0, -0.5], [0.0, -0.5, 1.0]])
    method = ProxGenAdaGradFull() if kind == "adagrad" else ProxGenFull()
    hyper = Metric(ALPHA, 0, DELTA, 0 if kind == "adagrad" else C)
    w, total = START, np.zeros((3, 3))
    for state, after in run(method, L1(LAM), 5, hyper):
        g = gradient(w)
        total = total + np.outer(g, g)
        if kind == "adagrad":
            assert pytest.approx(total, abs=1e-10) == state.C @ state.C
        H = (state.C + DELTA * np.eye(3)) / ALPHA
        assert after == pytest.approx(full_argmin(w, g, H), abs=1e-9)
        least, largest = np.linalg.eigvalsh(H)[[0, -1]]
        assert (method.least(state, w, hyper), method.largest(state, w, hyper)) == pytest.approx((least, largest))
        w = after


def test_a_full_metric_refuses_what_it_does_not_know():
    with pytest.raises(TypeError, match="L1"):
        list(run(ProxGenFull(), L0(LAM), 1, Metric(ALPHA)))


def test_binary_connect():
    method, real, w = BinaryConnect(), START, START
    state = method.init(w, Rate(ALPHA), None, NUMPY)
    for _ in range(5):
        real = np.clip(real - ALPHA * gradient(w), -1, 1)
        state, w = method.step(state, w, gradient(w), Rate(ALPHA), None, NUMPY)
        assert state.real == pytest.approx(real)
        assert set(w) <= {-1.0, 1.0}
        assert ((w > 0) == (real >= 0)).all()


def test_what_is_watched():
    (*_, (state, w)) = run(ProxGenAdam(), L1(LAM), 3)
    H = (state.C + DELTA) / ALPHA
    assert ProxGenAdam.least(state, w, hyper_of(ProxGenAdam())) == pytest.approx(H.min())
    assert ProxGenAdam.largest(state, w, hyper_of(ProxGenAdam())) == pytest.approx(H.max())


def test_tensors():
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    g = np.array([[0.3, -1.0, 0.0], [0.2, 0.4, -2.0], [-1.0, 0.1, 0.3]])
    for method in [m for m, _, _ in METHODS.values()] + [BinaryConnect()]:
        hyper = Rate(ALPHA) if isinstance(method, BinaryConnect) else hyper_of(method)
        for penalty in (L1(LAM), BinaryW(LAM, q=1.0)):
            found = []
            for w in (START, torch.as_tensor(START)):
                xp = namespace(w)
                state, at = method.init(w, hyper, penalty, xp), w
                for row in g:
                    state, at = method.step(state, at, row if xp is NUMPY else torch.as_tensor(row), hyper, penalty, xp)
                found.append(np.asarray(at))
            np.testing.assert_allclose(found[0], found[1], rtol=1e-12, atol=1e-14)


def test_without_a_penalty_the_corrected_one_is_torchs_adam():
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    weight = torch.nn.Parameter(torch.as_tensor(START).clone())
    optimiser = torch.optim.Adam([weight], lr=0.01, betas=(0.9, 0.999), eps=1e-8)
    for _, w in run(ProxGenAdam(bias_correction=True), L1(0.0), 50, Memory(0.01)):
        weight.grad = torch.as_tensor(gradient(weight.detach().numpy()))
        optimiser.step()
        assert w == pytest.approx(weight.detach().numpy(), abs=1e-13)


def test_the_root_of_the_sum_of_gradients_has_no_noise_where_no_gradient_points():
    rng = np.random.default_rng(0)
    w, g = rng.normal(size=(2, 4))
    method = ProxGenAdaGradFull()
    hyper = method.Hyper(0.1, 0.0, 1e-4)
    state, _ = method.step(method.init(w, hyper, L1(1e-3), NUMPY), w, g, hyper, L1(1e-3), NUMPY)
    assert np.allclose(state.C, np.outer(g, g) / np.linalg.norm(g), rtol=0, atol=1e-14)
