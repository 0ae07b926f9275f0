"""The loss, its gradient and its curvature: against differentiation, quadrature and the network itself; digits kept."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from verify.arrays import NUMPY
from verify.arrays.exact import DecimalArrays
from verify.claims.rvsm import plane
from verify.losses import NoOverlapReLU, angle, relu_kernel

mp = mpmath.MPContext()
mp.dps = 50


def reference(w, star, k):
    """Eq. (5) in 50 digits, with the angle from arccos (50 digits leave enough)."""
    r, s = mp.norm(w), mp.norm(star)
    b = mp.mpf(k * k - k) / (2 * mp.pi)
    a = b + mp.mpf(k) / 2
    if r == 0 or s == 0:
        return (a * (r * r + s * s)) / mp.mpf(k) ** 2
    theta = mp.acos(max(-1, min(1, mp.fdot(w, star) / (r * s))))
    g = r * s * (mp.sin(theta) + (mp.pi - theta) * mp.cos(theta)) / (2 * mp.pi)
    return (a * (r * r + s * s) - 2 * k * g - 2 * b * r * s) / mp.mpf(k) ** 2


def precisely(x):
    return [mp.mpf(float(v)) for v in x]


def difference_quotient(f, w, i, h):
    def at(t):
        return f([x + (t if j == i else 0) for j, x in enumerate(w)])

    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_value_and_gradient_agree_with_50_digit_differences_of_the_printed_loss(d):
    rng = np.random.default_rng(d)
    for k in (1, 2, 7):
        w, star = rng.normal(size=d) * 10 ** rng.uniform(-1, 1), rng.normal(size=d)
        loss, exact = NoOverlapReLU(k, star), precisely(star)
        assert abs(loss.value(w, NUMPY) - reference(precisely(w), exact, k)) < 4e-15 * loss.value(w, NUMPY)
        gradient = loss.gradient(w, NUMPY)
        for i in range(d):
            slope = difference_quotient(lambda x, k=k, v=exact: reference(x, v, k), precisely(w), i, mp.mpf(10) ** -10)
            assert abs(gradient[i] - slope) < 1e-14 * np.linalg.norm(w - star)


@pytest.mark.parametrize("apart", [1e-1, 1e-4, 1e-7, 1e-10, 1e-13])
@pytest.mark.parametrize("place", [1.0, -0.3, 0.0, 5.0])
def test_digits_are_kept_near_the_minimum_the_saddle_the_origin_and_the_ray(apart, place):
    star = np.array([0.6, 0.8])
    w = place * star + apart * np.array([0.3, -0.7])
    value = NoOverlapReLU(3, star).value(w, NUMPY)
    exact = DecimalArrays()
    there = NoOverlapReLU(3, np.array([precisely(star)], dtype=object))
    point = np.array([precisely(w)], dtype=object)
    truth = reference(list(point[0]), list(there.w_star[0]), 3)
    assert abs(value - truth) <= 2e-15 * truth
    assert abs(there.value(point, exact)[0] - truth) <= mp.mpf(10) ** -20 * truth
    error = NoOverlapReLU(3, star).gradient(w, NUMPY) - there.gradient(point, exact)[0]
    assert max(abs(e) for e in error) <= 2e-15 * np.linalg.norm(w - star)


@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e140])
def test_no_overflow_or_underflow_on_the_way(scale):
    w, star = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.4, 1.2])
    one = NoOverlapReLU(4, star)
    many = NoOverlapReLU(4, star * scale)
    np.testing.assert_allclose(many.value(w * scale, NUMPY) / scale / scale, one.value(w, NUMPY), rtol=1e-14)
    np.testing.assert_allclose(many.gradient(w * scale, NUMPY) / scale, one.gradient(w, NUMPY), atol=1e-15)


def test_zero_weights():
    star = np.array([1.0, 0.0])
    a = 2 / (2 * np.pi) + 1
    assert NoOverlapReLU(2, star).value(np.zeros(2), NUMPY) == pytest.approx(a / 4, rel=1e-15)
    assert NoOverlapReLU(2, np.zeros(2)).value(star, NUMPY) == pytest.approx(a / 4, rel=1e-15)
    np.testing.assert_allclose(NoOverlapReLU(2, star).gradient(np.zeros(2), NUMPY), -star / 4)
    assert NoOverlapReLU(2, star).value(star, NUMPY) == 0
    assert not NoOverlapReLU(2, star).gradient(star, NUMPY).any()


def test_quadrature_that_knows_no_formula():
    """In mpmath, over the plane: E[(mean of relu(w.x) - relu(w*.x))^2] for independent patches."""
    w, star, k = np.array([0.3, -0.9]), np.array([1.0, 0.4]), 3
    kinks = sorted(mp.atan2(v[1], v[0]) + q * mp.pi / 2 for v in (w, star) for q in (-1, 1))
    ends = [kinks[0], *kinks[1:], kinks[0] + 2 * mp.pi]

    def difference(t):
        return max(w[0] * mp.cos(t) + w[1] * mp.sin(t), 0) - max(star[0] * mp.cos(t) + star[1] * mp.sin(t), 0)

    radial = [mp.quad(lambda r, n=n: r**n * mp.exp(-r * r / 2), [0, 2, 6, mp.inf]) for n in (2, 3)]
    mean = mp.quad(difference, ends) * radial[0] / (2 * mp.pi)
    square = mp.quad(lambda t: difference(t) ** 2, ends) * radial[1] / (2 * mp.pi)
    truth = square / k + (1 - mp.mpf(1) / k) * mean**2
    assert abs(NoOverlapReLU(k, star).value(w, NUMPY) - truth) < 1e-15
    assert abs(plane.loss(plane.plane(w, star, NUMPY), k, NUMPY) - truth) < 1e-15


@pytest.mark.parametrize(("k", "d"), [(1, 1), (2, 1), (3, 2), (5, 3)])
def test_monte_carlo_on_the_network(k, d):
    """Six standard errors: a true formula fails once in 5e8."""
    rng = np.random.default_rng(100 * k + d)
    w, star = rng.normal(size=d), rng.normal(size=d)
    x = rng.normal(size=(200_000, k, d))
    square = (np.maximum(x @ w, 0).mean(axis=1) - np.maximum(x @ star, 0).mean(axis=1)) ** 2
    error = square.std() / np.sqrt(len(x))
    assert abs(square.mean() - NoOverlapReLU(k, star).value(w, NUMPY)) < 6 * error
    products = np.maximum(x[:, 0] @ w, 0) * np.maximum(x[:, 0] @ star, 0)
    assert abs(products.mean() - relu_kernel(w, star, NUMPY)) <= 6 * products.std() / np.sqrt(len(x)) + 1e-15


@pytest.mark.parametrize("tiny", [1e-2, 1e-8, 1e-12])
def test_angles_near_0_and_pi(tiny):
    a, b = np.array([1.0, 0.0]), np.array([1.0, tiny])
    assert angle(a, b, NUMPY) == pytest.approx(np.arctan(tiny), rel=1e-3 if tiny < 1e-9 else 1e-7)
    assert abs(angle(a, -b, NUMPY) - (np.pi - np.arctan(tiny))) < 1e-15


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_hessian_eigenvalues_against_a_numerical_hessian(d):
    rng = np.random.default_rng(d)
    for k in (1, 2, 6):
        w, star = rng.normal(size=d), rng.normal(size=d)
        loss, h = NoOverlapReLU(k, star), 1e-5
        rows = [(loss.gradient(w + h * e, NUMPY) - loss.gradient(w - h * e, NUMPY)) / (2 * h) for e in np.eye(d)]
        found = loss.hessian_eigenvalues(w, NUMPY)
        expected = [found.radial, *([found.angular] if d > 1 else []), *([found.across] * (d - 2))]
        np.testing.assert_allclose(np.linalg.eigvalsh(np.array(rows)), np.sort(expected), atol=1e-7)


def test_constants_of_curvature():
    loss = NoOverlapReLU(np.array([1, 2, 10]), np.ones((3, 1)))
    ell = 1 / loss.k + (1 - 1 / loss.k) / np.pi
    np.testing.assert_allclose(loss.descent_constant(NUMPY), ell)
    np.testing.assert_allclose(loss.lipschitz(1.0, NUMPY), ell)
    np.testing.assert_allclose(loss.lipschitz(0.25, NUMPY), [1 / 0.25 * 2 / np.pi - 1, 1.2507, 1.0142], rtol=1e-3)
    np.testing.assert_allclose(loss.growth(NUMPY), 1 / (4 * loss.k))
    np.testing.assert_allclose(loss.saddle(NUMPY), (loss.k - 1) / (loss.k - 1 + np.pi))


def test_torch_agrees_and_its_autograd_is_the_closed_gradient():
    torch = pytest.importorskip("torch")
    from verify.arrays.torch import TORCH

    rng = np.random.default_rng(0)
    k, w, star = np.array([1, 2, 9]), rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    loss, tensors = NoOverlapReLU(k, star), NoOverlapReLU(torch.tensor(k), torch.tensor(star))
    point = torch.tensor(w, requires_grad=True)
    value = tensors.value(point, TORCH)
    np.testing.assert_allclose(value.detach().numpy(), loss.value(w, NUMPY), rtol=1e-14)
    np.testing.assert_allclose(tensors.gradient(point, TORCH).detach().numpy(), loss.gradient(w, NUMPY), atol=1e-14)
    value.sum().backward()
    np.testing.assert_allclose(point.grad.numpy(), loss.gradient(w, NUMPY), atol=1e-14)
