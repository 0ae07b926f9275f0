"""What every problem must do: registered problems, on small sizes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from synthetic.problems import REGISTRY, Instance
from synthetic.problems.instance import column
from verify.words import first_line

SMALL = {
    "SeparatedLogistic": {"samples": 30, "groups": 4, "size": 3, "active": 2},
    "NoisyLogistic": {"samples": 30, "groups": 4, "size": 3, "active": 2},
    "Lasso": {"samples": 20, "dimension": 8, "active": 3},
    "LeastSquares": {"samples": 20, "dimension": 8, "active": 3},
    "BinaryVector": {"samples": 20, "dimension": 6},
    "SparseQuadratic": {"samples": 20, "groups": 4, "size": 2, "active": 2},
    "NoOverlap": {"dimension": 6, "active": 2},
    "SampledNoOverlap": {"dimension": 6, "active": 2, "samples": 30},
    "ConvRegression": {"samples": 15},
    "ReLUConvRegression": {"samples": 15},
}
GLOBAL = ["SeparatedLogistic", "NoisyLogistic", "Lasso", "LeastSquares", "BinaryVector", "SparseQuadratic"]
OURS = sorted(name for name, kind in REGISTRY.items() if kind.__module__.startswith("synthetic.") and name != "MNISTLogistic")
KINKED = ("SampledNoOverlap", "ReLUConvRegression")


def made(name, seeds=(3, 8), copies=1) -> Instance:
    return REGISTRY[name](**SMALL[name]).instance(seeds).repeat(copies)


def near_start(instance, size=0.3, seed=0):
    rng = np.random.default_rng(seed)
    return {name: w + size * rng.normal(size=w.shape) for name, w in instance.start().items()}


def along(w, v, h):
    return {name: a + h * v[name] for name, a in w.items()}


def inner(v, g):
    return sum((v[name] * g[name]).reshape(len(g[name]), -1).sum(1) for name in v)


def drawn(instance, b, seed=1):
    return np.random.default_rng(seed).integers(instance.samples, size=(instance.runs, b))


def test_every_problem_is_tested():
    assert set(OURS) <= set(SMALL)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("batch", [None, 5])
def test_the_gradient_is_the_slope_of_the_loss(name, batch):
    instance = made(name, copies=2)
    w, v = near_start(instance), near_start(instance, seed=5)
    index = None if batch is None else drawn(instance, batch)
    h = 1e-7 if name in KINKED else 1e-4  # kinks lie between two points less often than the points are close
    quotient = instance.drop(along(w, v, h), along(w, v, -h), index) / (2 * h)
    assert quotient == pytest.approx(inner(v, instance.gradient(w, index)), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", OURS)
def test_all_samples_once_are_the_full_set(name):
    instance = made(name, copies=3)
    w = near_start(instance)
    index = np.stack([np.random.default_rng(i).permutation(instance.samples) for i in range(instance.runs)])
    for block, g in instance.gradient(w).items():
        assert g.shape == w[block].shape
        assert instance.gradient(w, index)[block] == pytest.approx(g, abs=1e-13)
    assert instance.loss(w, index) == pytest.approx(instance.loss(w), abs=1e-13)


@pytest.mark.parametrize("name", OURS)
def test_a_sampled_gradient_is_the_mean_over_its_samples_repetitions_counted(name):
    instance = made(name, copies=9)
    w, n = near_start(instance), instance.samples
    index = drawn(instance, 2 * n // 3 + 3)
    singles = [instance.gradient(w, index[:, i : i + 1]) for i in range(index.shape[1])]
    for block, g in instance.gradient(w, index).items():
        assert g == pytest.approx(np.mean([s[block] for s in singles], axis=0), abs=1e-12)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("batch", [None, 4])
def test_drop_is_the_difference_of_losses(name, batch):
    instance = made(name)
    w, y = near_start(instance), near_start(instance, seed=9)
    index = None if batch is None else drawn(instance, batch)
    assert instance.drop(w, y, index) == pytest.approx(instance.loss(w, index) - instance.loss(y, index), abs=1e-12)


@pytest.mark.parametrize("name", [name for name in OURS if name not in KINKED])
def test_the_hessian_product_is_the_slope_of_the_gradient(name):
    instance = made(name, copies=2)
    w, v = near_start(instance), near_start(instance, seed=5)
    by_differences = Instance.product(instance, w, v)
    for block, product in instance.product(w, v).items():
        assert product == pytest.approx(by_differences[block], abs=1e-6 * np.abs(product).max())


@pytest.mark.parametrize("name", OURS)
def test_a_data_set_depends_on_its_seed_alone(name):
    both, one, other = made(name, (3, 8)), made(name, (8,)), made(name, (4,))
    w = near_start(one)
    twice = {block: np.concatenate([v, v]) for block, v in w.items()}
    assert both.loss(twice)[1] == one.loss(w)[0]
    assert one.loss(w)[0] != other.loss(w)[0]
    assert all((both.start()[block][1] == one.start()[block][0]).all() for block in w)


@pytest.mark.parametrize("name", OURS)
def test_copies_are_the_data_sets_in_a_row(name):
    instance, plain = made(name, (3, 8)).repeat(2), made(name, (3, 3, 8, 8))
    w, index = near_start(plain), drawn(plain, 3)
    assert instance.runs == 4
    assert instance.objective(w) == pytest.approx(plain.objective(w), rel=1e-13)
    assert instance.lipschitz == pytest.approx(plain.lipschitz)
    for block, g in plain.gradient(w, index).items():
        assert instance.gradient(w, index)[block] == pytest.approx(g, abs=1e-13)
        assert (instance.planted[block] == plain.planted[block]).all()


@pytest.mark.parametrize("name", GLOBAL)
def test_the_lipschitz_constant_bounds_the_gradient_and_is_not_far_from_attained(name):
    instance = made(name, tuple(range(4)))
    for seed in range(20):
        w, v = near_start(instance, 2.0, seed), near_start(instance, 2.0, 100 + seed)
        moved = along(w, v, 1.0)
        change = {b: g - instance.gradient(w)[b] for b, g in instance.gradient(moved).items()}
        assert (inner(change, change) <= instance.lipschitz**2 * inner(v, v) * (1 + 1e-12)).all()
    for _ in range(100):
        v = {b: g / column(np.sqrt(inner(v, v)), g) for b, g in instance.product(instance.start(), v).items()}
    attained = inner(v, instance.product(instance.start(), v)) / inner(v, v)
    assert (attained > 0.9 * instance.lipschitz).all()
    assert (attained <= instance.lipschitz * (1 + 1e-9)).all()


@pytest.mark.parametrize("name", OURS)
def test_parameters_survive_json(name):
    problem = REGISTRY[name](**SMALL[name])
    again = REGISTRY[name](**json.loads(json.dumps(problem.parameters)))
    assert again == problem
    assert problem.name == name
    assert first_line(REGISTRY[name]).endswith((".", ":"))
    assert problem.covered == (name not in KINKED)


@pytest.mark.parametrize("name", OURS)
def test_the_planted_structure_has_the_size_that_was_asked_for(name):
    instance = made(name)
    problem = REGISTRY[name](**SMALL[name])
    if hasattr(problem, "active"):
        wanted = problem.active * getattr(problem, "size", 1)
        assert (instance.planted["w"].reshape(2, -1).sum(1) == (wanted if name != "LeastSquares" else problem.active)).all()
