"""Logistic, Squares and Softmax: against 50 digits, where they are tiny and where they cancel, in NumPy and in PyTorch."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from verify.arrays import NUMPY, namespace
from verify.losses import Logistic, Softmax, Squares

mp = mpmath.MPContext()
mp.dps = 50

SCORES = np.array([-600.0, -40.0, -3.0, -1e-3, 0.0, 1e-9, 0.7, 5.0, 36.0, 600.0])


def logistic(s, y):
    return mp.log1p(mp.exp(-mp.mpf(float(y)) * s))


def squares(s, y):
    return (s - mp.mpf(float(y))) ** 2 / 2


def relative(found, exact):
    return max(float(abs(mp.mpf(float(f)) - e) / abs(e)) if e else abs(float(f)) for f, e in zip(found, exact, strict=True))


@pytest.mark.parametrize(("loss", "exact"), [(Logistic, logistic), (Squares, squares)])
@pytest.mark.parametrize("label", [-1.0, 1.0])
def test_value_slope_and_curvature_agree_with_50_digit_differentiation(loss, exact, label):
    y = np.full_like(SCORES, label)
    for order, found in enumerate(
        (loss.value(SCORES, y, NUMPY), loss.slope(SCORES, y, NUMPY), loss.curvature(SCORES, y, NUMPY))
    ):
        truth = [mp.diff(lambda s: exact(s, label), mp.mpf(float(s)), order) for s in SCORES]
        small = [abs(t) < mp.mpf(10) ** -30 for t in truth]  # differentiation in 50 digits ends there
        kept = [i for i, tiny in enumerate(small) if not tiny]
        assert relative(found[kept], [truth[i] for i in kept]) < 1e-13
        assert (np.abs(found[small]) < 1e-15).all()


def test_the_logistic_slope_keeps_its_digits_where_it_is_tiny():
    s = np.array([50.0, 300.0, 650.0])
    exact = [-1 / (1 + mp.exp(mp.mpf(float(v)))) for v in s]
    assert relative(Logistic.slope(s, np.ones(3), NUMPY), exact) < 1e-14


@pytest.mark.parametrize(("loss", "exact"), [(Logistic, logistic), (Squares, squares)])
@pytest.mark.parametrize("step", [1e-12, -1e-6, 0.3, 1.0, -1.5, 40.0])
def test_fall_does_not_cancel(loss, exact, step):
    y = np.where(SCORES > 1, -1.0, 1.0)
    here = [exact(mp.mpf(float(s)), v) - exact(mp.mpf(float(s)) + mp.mpf(step), v) for s, v in zip(SCORES, y, strict=True)]
    found = loss.fall(SCORES, np.full_like(SCORES, step), y, NUMPY)
    scale = np.abs(loss.slope(SCORES, y, NUMPY) * step) + step * step
    assert np.max(np.abs(found - [float(h) for h in here]) / scale) < 1e-13


def softmax(s, right):
    return mp.log(mp.fsum(mp.exp(v - s[right]) for v in s))


def classes(rng, n=40, C=4):
    s = rng.normal(size=(n, C)) * 10.0 ** rng.uniform(-3, 2, size=(n, 1))
    right = rng.integers(C, size=n)
    return s, np.eye(C)[right], right


def test_softmax_agrees_with_50_digits_far_ahead_and_far_behind():
    s, y, right = classes(np.random.default_rng(0))
    s[0], s[1] = [60, 0, 0, 0], [-60, 0, 0, 0]
    y[:2], right[:2] = [1, 0, 0, 0], 0
    exact = [softmax([mp.mpf(float(v)) for v in row], r) for row, r in zip(s, right, strict=True)]
    assert relative(Softmax.value(s, y, NUMPY), exact) < 1e-13
    for c in range(4):
        p = [mp.exp(mp.mpf(float(row[c])) - mp.mpf(float(row[r])) - v) for row, r, v in zip(s, right, exact, strict=True)]
        wrong = right != c
        assert relative(Softmax.slope(s, y, NUMPY)[wrong, c], [v for v, w in zip(p, wrong, strict=True) if w]) < 1e-12
    assert np.abs(Softmax.slope(s, y, NUMPY).sum(-1)).max() < 1e-15


@pytest.mark.parametrize("size", [1e-10, 1e-4, 0.3, 3.0])
def test_softmax_falls_without_cancellation(size):
    rng = np.random.default_rng(1)
    s, y, right = classes(rng)
    step = rng.normal(size=s.shape) * size
    exact = []
    for row, d, r in zip(s, step, right, strict=True):
        old = [mp.mpf(float(v)) for v in row]
        exact.append(float(softmax(old, r) - softmax([a + mp.mpf(float(b)) for a, b in zip(old, d, strict=True)], r)))
    ahead = np.abs(step - (step * y).sum(-1, keepdims=True))
    scale = (Softmax.probabilities(s, NUMPY) * ahead).sum(-1) + size * size
    assert np.max(np.abs(Softmax.fall(s, step, y, NUMPY) - exact) / scale) < 1e-12


def test_the_bend_of_softmax_is_the_derivative_of_its_slope():
    rng = np.random.default_rng(2)
    s, v = rng.normal(size=(2, 30, 5))
    y, h = np.eye(5)[rng.integers(5, size=30)], 1e-5
    quotient = (Softmax.slope(s + h * v, y, NUMPY) - Softmax.slope(s - h * v, y, NUMPY)) / (2 * h)
    assert np.abs(Softmax.bend(s, v, NUMPY) - quotient).max() < 1e-9


@pytest.mark.parametrize("loss", [Logistic, Squares, Softmax])
def test_tensors_give_the_same_numbers(loss):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    s, step = rng.normal(size=(2, 20, 3))
    y = np.eye(3)[rng.integers(3, size=20)] if loss is Softmax else np.sign(rng.normal(size=s.shape))
    S, D, Y = map(torch.tensor, (s, step, y))
    for name, numbers, tensors in (("value", (s, y), (S, Y)), ("slope", (s, y), (S, Y)), ("fall", (s, step, y), (S, D, Y))):
        found = getattr(loss, name)(*tensors, namespace(S)).numpy()
        assert np.abs(found - getattr(loss, name)(*numbers, NUMPY)).max() < 1e-14
