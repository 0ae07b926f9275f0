"""Certified points: against other solvers, against 50 digits, against what the problem was built to have, and with mistakes."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import numpy as np
import pytest

from synthetic.problems import (
    BinaryVector,
    ConvRegression,
    Lasso,
    NoisyLogistic,
    NoOverlap,
    ReLUConvRegression,
    SampledNoOverlap,
    SeparatedLogistic,
    SparseQuadratic,
)
from synthetic.problems.linear_model import LinearModel
from synthetic.reference import certify, polish
from synthetic.reference.slope import check_gradient
from verify.penalties import L0, L1, MCP, SCAD, GroupL2, GroupMCP, SparseGroup, TransformedL1

mp = mpmath.MPContext()
mp.dps = 50


def coordinate_descent(X, y, lam, sweeps=500):
    """The lasso, one coordinate at a time."""
    n, d = X.shape
    w, r = np.zeros(d), y.copy()
    for _ in range(sweeps):
        for j in range(d):
            scale = X[:, j] @ X[:, j] / n
            z = w[j] + X[:, j] @ r / n / scale
            new = np.sign(z) * max(abs(z) - lam / scale, 0)
            r += X[:, j] * (w[j] - new)
            w[j] = new
    return w


def block_prox_gradient(X, y, lam, groups, steps=20000):
    """Group logistic regression, a plain loop over one group at a time (prox-gradient steps of its own length)."""
    n, d = X.shape
    size = d // groups
    w = np.zeros(d)
    scores = np.zeros(n)
    parts = [slice(i * size, (i + 1) * size) for i in range(groups)]
    lengths = [np.linalg.norm(X[:, p], 2) ** 2 / (4 * n) for p in parts]
    for step in range(steps):
        p, L = parts[step % groups], lengths[step % groups]
        z = w[p] - X[:, p].T @ (-y / (1 + np.exp(y * scores))) / n / L
        norm = np.linalg.norm(z)
        new = z * max(1 - lam * np.sqrt(size) / L / norm, 0)
        scores += X[:, p] @ (new - w[p])
        w[p] = new
    return w


def test_the_lasso_is_that_of_coordinate_descent():
    problem = Lasso(samples=60, dimension=20, active=5)
    instance = problem.instance(range(4))
    found = certify(instance)
    assert (found.kkt <= 1e-12).all()
    for i in range(4):
        w = coordinate_descent(instance.X[i], instance.y[i], problem.lam)
        assert np.abs(found.w["w"][i] - w).max() < 1e-12
        assert (found.pattern["w"][i] == (w != 0)).all()
        correlation = np.abs(instance.X[i].T @ (instance.y[i] - instance.X[i] @ w)) / 60 / problem.lam
        assert found.margin[i] == pytest.approx(1 - correlation[w == 0].max(), abs=1e-9)
        assert found.smallest[i] == pytest.approx(np.abs(w[w != 0]).min(), rel=1e-9)
        assert found.objective[i] == pytest.approx(
            np.mean((instance.X[i] @ w - instance.y[i]) ** 2) / 2 + problem.lam * np.abs(w).sum(), rel=1e-14
        )


@pytest.mark.parametrize("kind", [SeparatedLogistic, NoisyLogistic])
def test_group_logistic_regression_is_that_of_a_plain_loop(kind):
    problem = kind(samples=80, groups=6, size=3, active=2)
    instance = problem.instance([1])
    found = certify(instance)
    assert found.bin == ["clear"]
    w = block_prox_gradient(instance.X[0], instance.y[0], problem.lam, 6)
    assert np.abs(found.w["w"].ravel() - w).max() < 1e-11
    assert (found.pattern["w"].ravel() == (w != 0)).all()


def test_the_certificate_holds_in_50_digits():
    """The residual of group logistic regression from the definition, nothing of the package in it."""
    problem = NoisyLogistic(samples=40, groups=5, size=2, active=2)
    instance = problem.instance([2])
    found = certify(instance)
    X, y, w = (
        np.vectorize(lambda v: mp.mpf(float(v)), otypes=[object])(a) for a in (instance.X[0], instance.y[0], found.w["w"][0])
    )
    g = sum(x * (-v / (1 + mp.exp(v * (x @ w.ravel())))) for x, v in zip(X, y, strict=True)) / 40
    start = sum(-x * v / 2 for x, v in zip(X, y, strict=True)) / 40
    level = mp.mpf(problem.lam) * mp.sqrt(2)
    square, inactive = mp.mpf(0), []
    for part, slope in zip(w, g.reshape(5, 2), strict=True):
        size = mp.sqrt(part @ part)
        if size:
            rest = slope + level * part / size
            square += rest @ rest
        else:
            inactive.append(mp.sqrt(slope @ slope) / level)
    assert inactive
    assert max(inactive) < 1
    assert mp.sqrt(square) / max(mp.sqrt(g @ g), mp.sqrt(start @ start)) < 1e-12
    assert float(1 - max(inactive)) == pytest.approx(found.margin[0], abs=1e-9)


@pytest.mark.parametrize("margin", [0.9, 0.3, 0.01, 1e-4])
@pytest.mark.parametrize("size", [1, 3])
def test_a_quadratic_has_the_optimum_and_the_margin_that_it_was_built_with(margin, size):
    instance = SparseQuadratic(margin=margin, size=size, condition=100.0).instance(range(5))
    found = certify(instance)
    assert (found.bin == "clear").all()
    assert np.abs(found.w["w"] - instance.truth["w"]).max() < 1e-10
    assert (found.pattern["w"] == instance.planted["w"]).all()
    assert found.margin == pytest.approx(margin, rel=1e-7, abs=1e-9)


def test_a_point_without_a_margin_is_binned():
    instance = SparseQuadratic(margin=1e-8).instance(range(3))
    assert (certify(instance).bin == "degenerate").all()


def test_what_cannot_be_solved_is_binned(monkeypatch):
    monkeypatch.setattr(LinearModel, "lipschitz", property(lambda self: np.full(self.runs, 1e9)))
    monkeypatch.setattr("synthetic.reference.solve.newton_step", lambda flat, x, trying, t: x)
    assert (certify(Lasso().instance([1, 2])).bin == "unsolved").all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("start", [0.0, 1.0])
def test_a_residual_that_is_no_number_certifies_nothing(start):
    broken = Lasso(start=start).instance([0])
    broken.y[0, 3] = np.nan
    assert certify(broken).bin == ["unsolved"]


def test_a_small_residual_on_the_way_to_infinity_is_no_certificate():
    """A plane separates the points and nothing is penalised: the infimum, 0, is not attained."""
    found = certify(SeparatedLogistic(lam=0.0).instance(range(4)))
    assert (found.kkt <= 1e-12).all()
    assert (found.bin == "unsolved").all()


def test_a_residual_that_is_small_for_the_gradient_and_not_for_the_penalty_is_no_certificate():
    """The gradient at the start is 1e13 times lam: 1e-12 of it is ten times what decides whether a group is zero."""
    assert (certify(SeparatedLogistic(lam=1e-13).instance(range(2))).bin == "unsolved").all()
    found = certify(SeparatedLogistic(lam=1e-6).instance(range(2)))
    assert (found.bin == "clear").all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_residual_whose_square_is_too_small_for_a_number_is_not_0():
    """The same data in other units: the optimum is the same, but 1e-200 squared is 0."""
    lasso = Lasso(samples=60, dimension=20, active=5).instance([0])
    for unit, expected in ((1e-50, "clear"), (1e-80, "unsolved"), (1e-100, "unsolved")):
        scaled = replace(lasso, X=lasso.X * unit, y=lasso.y * unit, blocks={"w": L1(0.15 * unit**2)})
        assert certify(scaled).bin == [expected]


def test_every_start_of_a_convex_problem_is_polished_to_its_optimum():
    instance = NoisyLogistic().instance(range(3))
    found = certify(instance)
    rng = np.random.default_rng(0)
    again = polish(instance, {"w": rng.normal(size=found.w["w"].shape)})
    assert np.abs(again.w["w"] - found.w["w"]).max() < 1e-9
    assert (again.pattern["w"] == found.pattern["w"]).all()


def test_a_wrong_pattern_that_is_stationary_is_called_by_its_own_name():
    """With l0 two patterns can both be stationary: each is polished to itself, and they are told apart.

    lam is chosen so that one more coordinate neither enters from 0 (t|g_j| is below the threshold) nor leaves its value.
    """
    lasso = Lasso(samples=60, dimension=10, active=3).instance([0])
    X, y, planted = lasso.X[0], lasso.y[0], lasso.planted["w"][0] == 1
    t = 1 / lasso.lipschitz[0]

    def fitted(support):
        w = np.zeros(10)
        w[support] = np.linalg.lstsq(X[:, support], y, rcond=None)[0]
        return w

    g = X.T @ (X @ fitted(planted) - y) / 60
    more = planted | (np.abs(g) == np.abs(g).max())
    enters, stays = t * np.abs(g).max(), np.abs(fitted(more)[more & ~planted])[0]
    assert enters < stays
    instance = replace(lasso, blocks={"w": L0(enters * stays / (2 * t))}, convex=False)
    right, other = certify(instance), polish(instance, {"w": fitted(more)[None] * 1.001})
    assert right.kkt[0] <= 1e-12
    assert other.kkt[0] <= 1e-12
    assert (right.pattern["w"][0] == planted).all()
    assert (other.pattern["w"][0] == more).all()


def test_a_certificate_does_not_depend_on_what_else_is_certified():
    """With shared patience the second was solved in this company and not by itself."""
    problem = Lasso(samples=20, dimension=200, lam=0.003)
    together = certify(problem.instance(range(4)))
    for seed in range(4):
        alone = certify(problem.instance([seed]))
        assert together.bin[seed] == alone.bin[0]
        assert together.kkt[seed] == pytest.approx(alone.kkt[0], rel=1e-6)
        assert (together.pattern["w"][seed] == alone.pattern["w"][0]).all()


def test_copies_have_the_same_reference():
    instance = NoisyLogistic().instance(range(2))
    found, copied = certify(instance), certify(instance.repeat(3))
    assert copied.kkt.shape == (6,)
    assert (copied.w["w"] == np.repeat(found.w["w"], 3, axis=0)).all()
    assert (copied.bin == np.repeat(found.bin, 3)).all()


PAIRS = GroupL2(0.05, groups=[0, 0, 1, 1, 2, 2, 3, 3])
MCP_PAIRS = GroupMCP(0.05, 4.0, groups=[0, 0, 1, 1, 2, 2, 3, 3])


@pytest.mark.parametrize(
    "penalty",
    [L1(0.1), MCP(0.1, 3.0), SCAD(0.1, 3.7), TransformedL1(0.1, 1.0), L0(0.01), PAIRS, MCP_PAIRS],
)
def test_newton_needs_nothing_of_a_penalty_but_its_prox(penalty):
    """Any penalty can be put on least squares; what is found is stationary by the penalty's own subdifferential."""
    instance = replace(
        Lasso(samples=80, dimension=8, active=3, noise=0.2).instance(range(3)), blocks={"w": penalty}, convex=False
    )
    found = certify(instance)
    assert (found.kkt <= 1e-12).all()
    distance = [penalty.subgradient_distance(w, g) for w, g in zip(found.w["w"], instance.gradient(found.w)["w"], strict=True)]
    assert max(distance) < 1e-11
    assert (found.pattern["w"] == 0).any()


def test_zeros_inside_groups_are_certified_too():
    penalty = SparseGroup(L1(0.02), GroupL2(0.02, axes=-1))
    instance = replace(NoisyLogistic().instance(range(3)), blocks={"w": penalty})
    found = certify(instance)
    assert (found.kkt <= 1e-12).all()
    assert (penalty.group_support(found.w["w"]) & (found.pattern["w"] == 0)).any()


@pytest.mark.parametrize(
    "problem", [NoOverlap(), NoOverlap(penalty="L0"), NoOverlap(penalty="TransformedL1"), SampledNoOverlap(samples=400)]
)
def test_the_no_overlap_network_is_certified_next_to_the_truth(problem):
    instance = problem.instance(range(3))
    found = certify(instance)
    assert (found.bin == "clear").all()
    assert (found.pattern["w"] == instance.planted["w"]).all()
    assert np.linalg.norm(found.w["w"] - instance.truth["w"], axis=1).max() < 0.2


def test_signs_are_recovered_and_the_pattern_is_the_signs():
    instance = BinaryVector().instance(range(3))
    found = certify(instance)
    assert (found.w["w"] == instance.truth["w"]).all()
    assert (found.pattern["w"] == instance.truth["w"]).all()
    from_zero = polish(instance, instance.start())
    assert (from_zero.kkt <= 1e-12).all()


def test_both_blocks_of_a_network_are_certified():
    instance = ConvRegression(samples=200).instance([0, 1])
    found = certify(instance)
    assert (found.kkt <= 1e-12).all()
    for name, penalty in instance.blocks.items():
        groups = penalty.group_support(found.w[name])
        assert 0 < groups.sum() < groups.size
        g = instance.gradient(found.w)[name]
        assert penalty.subgradient_distance(found.w[name], g) < 1e-11


def test_a_gradient_that_is_off_by_a_factor_is_caught(monkeypatch):
    """What is certified with a wrong gradient is not stationary by a gradient taken from the loss."""
    right = LinearModel.gradient
    monkeypatch.setattr(LinearModel, "gradient", lambda self, w, index=None: {"w": 1.01 * right(self, w, index)["w"]})
    monkeypatch.setattr(LinearModel, "product", super(LinearModel, LinearModel).product)
    problem = Lasso(samples=60, dimension=20, active=5)
    instance = problem.instance([0])
    with pytest.raises(ValueError, match="gradient is not that of loss: along one direction loss rises by"):
        certify(instance)
    wrong = polish(instance, instance.start())
    assert np.abs(wrong.w["w"][0] - coordinate_descent(instance.X[0], instance.y[0], problem.lam)).max() > 1e-3
    h, e = 1e-5, np.eye(20)
    slope = [instance.drop({"w": wrong.w["w"] + h * v}, {"w": wrong.w["w"] - h * v})[0] / (2 * h) for v in e]
    assert instance.blocks["w"].subgradient_distance(wrong.w["w"][0], np.array(slope)) > 1e-3


@pytest.mark.parametrize("factor", [-1.0, 0.5, 2.0])
@pytest.mark.parametrize("problem", [Lasso(start=1.0), SeparatedLogistic(), NoOverlap(), BinaryVector(), ConvRegression()])
def test_a_loss_of_which_the_gradient_is_another_is_caught(problem, factor, monkeypatch):
    """So is one in a single run of several, and no gradient that is right is taken for wrong, at kinks included."""
    instance = problem.instance(range(3))
    kind, right = type(instance), type(instance).loss
    check_gradient(instance)
    check_gradient(ReLUConvRegression(noise=0.1).instance(range(3)))
    for factors in (np.full(3, factor), np.array([1, 1, factor])):
        monkeypatch.setattr(kind, "loss", lambda self, w, index=None, by=factors: by * right(self, w, index))
        with pytest.raises(ValueError, match="gradient is not that of loss"):
            certify(instance)


def test_a_gradient_without_one_of_its_terms_is_caught(monkeypatch):
    instance = Lasso(samples=60, dimension=20, active=5).instance([0])
    right = LinearModel.gradient
    monkeypatch.setattr(LinearModel, "gradient", lambda self, w, index=None: {"w": right(self, w)["w"] * (np.arange(20) != 7)})
    with pytest.raises(ValueError, match="gradient is not that of loss"):
        certify(instance)


def test_wrong_weights_of_the_groups_are_caught():
    problem = NoisyLogistic(samples=80, groups=6, size=3, active=2)
    instance = problem.instance([1])
    wrong = certify(replace(instance, blocks={"w": GroupL2(problem.lam, axes=-1, weights=None)}))
    assert np.abs(wrong.w["w"].ravel() - block_prox_gradient(instance.X[0], instance.y[0], problem.lam, 6)).max() > 1e-3
