"""check_prox as a user meets it: reports, steps, array libraries."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.audit.right import block, l1, length, soft
from verify.audit import DEFAULT_STEPS, KINDS, Finding, ProxError, check_prox
from verify.audit.report import show


def my_prox(z, t):
    return np.sign(z) * (np.abs(z) - t)  # the positive part is missing


def my_value(x):
    return np.abs(x)


def test_a_wrong_map_raises_an_assertion_with_its_smallest_counterexample():
    with pytest.raises(ProxError) as raised:
        check_prox(my_prox, my_value, scalar=True)
    assert isinstance(raised.value, AssertionError)
    smallest = raised.value.report.smallest
    assert smallest.kind == "objective"
    assert (smallest.z, smallest.t, smallest.returned, smallest.better) == (0.5, 1.0, -0.5, 0.0)
    assert (smallest.objective, smallest.better_objective) == (1.0, 0.125)
    for part in ("z = 0.5", "t = 1", "returned  -0.5", "objective 1", "better    0", "objective 0.125"):
        assert part in str(raised.value)


def test_a_right_map_gives_a_report():
    report = check_prox(lambda z, t: soft(z, t, 1.0), my_value, scalar=True)
    assert report.ok
    assert report.smallest is None
    assert report.cases > 1000
    assert "no mistake found" in str(report)


def test_counterexamples_of_arrays_have_few_coordinates_and_digits():
    report = check_prox(
        lambda z, t, lam: block(z, t, 1.01 * lam), length, shape=(6,), parameters={"lam": [0.1, 1.0]}, raise_on_error=False
    )
    smallest = report.smallest
    assert np.count_nonzero(smallest.z) == 1
    assert len(repr(smallest.t)) <= 4
    assert smallest.objective > smallest.better_objective


def test_digits_are_counted_as_they_are_read():
    report = check_prox(
        lambda z, t: np.where(np.abs(z) < 1e-4, np.abs(z), z) / (1 + t), np.square, scalar=True, t=0.5, raise_on_error=False
    )
    assert len(repr(report.smallest.z)) <= len("-9.5e-05")


def test_a_parameter_may_be_infinite():
    report = check_prox(
        lambda z, t, upper: np.clip(z, -1.01, upper),
        lambda x, upper: np.where((x < -1) | (x > upper), np.inf, 0.0),
        scalar=True,
        parameters={"upper": [np.inf]},
        raise_on_error=False,
    )
    assert report.smallest.kind == "infeasible"


def test_numbers_in_float32_are_shown_as_short_as_they_are():
    finding = Finding("objective", "", z=float(np.float32(0.1)), t=1.0, dtype="float32")
    assert "z = 0.1, t = 1, float32" in str(finding)


def test_a_zero_has_no_sign():
    for zero in (-0.0, np.float32(-0.0)):
        assert show(zero) == "0"
    assert show(np.array([-0.0, -1.0])) == "[0, -1]"


@pytest.mark.parametrize("upper", [1e20, 1e40, 1e300])
def test_a_large_parameter_makes_no_right_map_wrong(upper):
    box = lambda x, upper: np.where((x < 0) | (x > upper), np.inf, 0.0)  # noqa: E731
    assert check_prox(lambda z, t, upper: np.clip(z, 0, upper), box, scalar=True, parameters={"upper": [upper]}).ok


@pytest.mark.parametrize("t", [1e-200, 1e37, 1e40, 1e300])
def test_nor_does_an_extreme_step(t):
    assert check_prox(lambda z, t: soft(z, t, 1.0), my_value, scalar=True, t=t).ok
    assert not check_prox(lambda z, t: 1.1 * z, my_value, scalar=True, t=t, raise_on_error=False).ok


def test_steps_that_float32_does_not_hold_are_tried_in_float64_alone():
    tried = set()

    def prox(z, t):
        tried.add((z.dtype.name, t))
        return soft(z, t, 1.0)

    assert check_prox(prox, lambda x: np.abs(x).sum(), shape=2, t=(1e-50, 1.0, 1e40)).ok
    assert {t for dtype, t in tried if dtype == "float64"} == {1e-50, 1.0, 1e40}
    assert ("float32", 1e-50) not in tried
    assert ("float32", 1.0) in tried


@pytest.mark.parametrize("capped", [1e6, 1e7])
def test_inputs_of_the_size_of_the_step_are_tried(capped):
    assert not check_prox(lambda z, t: soft(z, min(t, capped), 1.0), my_value, scalar=True, raise_on_error=False).ok


def test_every_step_is_tried_in_float32_too():
    def prox(z, t):
        return z / (1 + t) if z.dtype == np.float64 or t != 1e4 else 0 * z

    smallest = check_prox(prox, lambda x: x**2 / 2, scalar=True, raise_on_error=False).smallest
    assert (smallest.t, smallest.dtype) == (1e4, "float32")


def test_one_wrong_coordinate_of_a_long_vector_is_found_and_shown_alone():
    def prox(z, t):
        x = soft(z, t, 1.0).astype(z.dtype)
        x[137] *= 1.05
        return x

    arguments = {"shape": (300,), "t": (0.5, 1.0), "dtype": "float64", "raise_on_error": False}
    smallest = check_prox(prox, lambda x: np.abs(x).sum(), **arguments).smallest
    assert smallest.kind == "objective"
    assert np.flatnonzero(smallest.z).tolist() == [137]


def test_a_large_matrix_does_not_take_many_more_calls_of_value():
    def calls(shape):
        count = 0

        def value(x):
            nonlocal count
            count += 1
            return np.abs(x).sum()

        assert check_prox(lambda z, t: soft(z, t, 1.0), value, shape=shape, t=(0.5, 1.0), dtype="float64").ok
        return count

    assert calls((40, 30)) < 2 * calls((6, 5))


def test_the_numbers_of_a_finding_are_those_of_the_two_functions():
    prox = lambda z, t, lam: soft(z, t, 1.01 * lam)  # noqa: E731
    smallest = check_prox(prox, l1, scalar=True, parameters={"lam": [0.3, 2.0]}, raise_on_error=False).smallest
    z, t, lam = smallest.z, smallest.t, smallest.parameters["lam"]
    assert smallest.returned == prox(z, t, lam)
    for x, objective in ((smallest.returned, smallest.objective), (smallest.better, smallest.better_objective)):
        assert (x - z) ** 2 / (2 * t) + l1(x, lam) == pytest.approx(objective, rel=1e-12)


def test_only_the_given_steps_are_used():
    steps = set()

    def prox(z, t):
        steps.add(t)
        return soft(z, t, 1.01)

    report = check_prox(prox, my_value, scalar=True, t=[0.25, 7.0], raise_on_error=False)
    assert report.smallest.t in (0.25, 7.0)
    assert steps <= {0.25, 7.0} | {1}  # the integer next to one of them


def test_the_same_seed_gives_the_same_report():
    first, second = (
        check_prox(lambda z, t, lam: soft(z, t, 1.01 * lam), l1, scalar=True, parameters={"lam": [0.3]}, raise_on_error=False)
        for _ in range(2)
    )
    assert str(first.smallest) == str(second.smallest)
    assert first.cases == second.cases


@pytest.mark.parametrize("answer", ["raises", "nan", "finite"])
def test_steps_without_a_minimiser_are_left_out_whatever_the_map_does_there(answer):
    def prox(z, t):
        if 2 * t >= 1 and answer != "finite":
            if answer == "raises":
                raise ValueError("no minimiser")
            return np.nan * z
        return z / (1 - 2 * t) if 2 * t != 1 else z

    report = check_prox(prox, lambda x: -(x**2), scalar=True)
    assert report.ok
    assert len(report.unbounded) >= len([t for t in DEFAULT_STEPS if t >= 0.5])
    assert "t = 1" in report.unbounded
    assert "no minimiser exists" in str(report)


def test_a_map_that_gives_up_where_a_minimiser_exists_is_wrong():
    def prox(z, t):
        return z / (1 - 2 * t) if t < 0.05 else np.nan * z

    assert check_prox(prox, lambda x: -(x**2), scalar=True, raise_on_error=False).smallest.kind == "not a number"


@pytest.mark.parametrize("factor", [1.0, 1.01])
def test_torch_tensors(factor):
    torch = pytest.importorskip("torch")

    def prox(z, t):
        assert isinstance(z, torch.Tensor)
        return torch.sign(z) * torch.clamp(z.abs() - factor * t, min=0)

    assert check_prox(prox, torch.abs, scalar=True, arrays="torch", raise_on_error=False).ok == (factor == 1)


class Wrapped:
    """An array type with the array protocol alone."""

    def __init__(self, array):
        self.array = np.asarray(array)

    def __array__(self, dtype=None, copy=None):
        return self.array


@pytest.mark.parametrize("factor", [1.0, 1.01])
def test_anything_with_the_array_protocol(factor):
    report = check_prox(
        lambda z, t: Wrapped(soft(z.array, t, factor)),
        lambda x: np.abs(x.array),
        scalar=True,
        arrays=Wrapped,
        raise_on_error=False,
    )
    assert report.ok == (factor == 1)


def test_every_kind_has_its_meaning():
    assert all(meaning for meaning in KINDS.values())


def test_the_last_digit_of_a_sum_is_no_mistake():
    """|sum x| has its kink where no rounded point is."""

    def centred(z, t):
        wide = z.astype(float)
        return (wide - np.clip(wide.sum() / len(wide), -t, t)).astype(z.dtype)

    def value(x):
        return abs(np.asarray(x, float).sum())

    assert check_prox(centred, value, shape=5, raise_on_error=False).ok
    wrong = check_prox(lambda z, t: centred(z, 1.001 * t), value, shape=5, raise_on_error=False)
    assert [finding.kind for finding in wrong.findings][:1] == ["objective"]


def test_parameters_may_be_an_array():
    def soft(z, t, lam):
        return np.sign(z) * np.maximum(np.abs(z) - lam * t, 0)

    assert check_prox(soft, lambda x, lam: lam * np.abs(x), scalar=True, parameters={"lam": np.array([0.5, 1.0])}).ok


@pytest.mark.parametrize(
    ("prox", "value", "kind"),
    [
        (lambda z, t: np.array([0, 0, 0, 1, 1.0]), lambda x: 0.0 if np.isin(x, (0, 1)).all() and x.sum() == 2 else np.inf, 5),
        (lambda z, t: np.full_like(z, np.pi), lambda x: 0.0 if abs(abs(x) - np.pi) < 1e-12 else np.inf, None),
    ],
    ids=["two ones", "plus or minus pi"],
)
def test_a_map_onto_few_points_that_ignores_its_input_is_found(prox, value, kind):
    where = {"scalar": True} if kind is None else {"shape": kind}
    assert not check_prox(prox, value, dtype="float64", raise_on_error=False, **where).ok
