"""lambda_max: at or above it zero is stationary, below it is not; on convex problems that decides where the optimum is zero."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from deep.groups import groups
from deep.lambda_max import gauge, lambda_max
from deep.optim import RMDA, ProxGEN, ProxSGD
from tests.deep.optim.driving import differentiated
from verify.penalties import (
    L0,
    L1,
    L12,
    MCP,
    SCAD,
    BinaryW,
    Box,
    CardinalityBall,
    ElasticNet,
    GroupL2,
    GroupMCP,
    L2Squared,
    Penalty,
    SparseGroup,
    TransformedL1,
)


def linear_problem(bias=False, seed=0):
    """A linear classifier in float64, its data, and the closure of its logistic loss."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(40, 6, generator=generator, dtype=torch.float64)
    y = (x @ torch.randn(6, 1, generator=generator, dtype=torch.float64)).squeeze(1) + 0.7 > 0
    y = torch.stack([y, ~y], dim=1).double()
    model = nn.Linear(6, 2, bias=bias).double()
    return model, differentiated(model, lambda: F.binary_cross_entropy_with_logits(model(x), y)), y


def gradient_at_zero(model, closure):
    with torch.no_grad():
        model.weight.zero_()
    closure()
    return model.weight.grad.clone()


def soft_excess(g, a, b, axes, w):
    """|soft(g, a)| - b w for the group where that is largest."""
    return float((((g.abs() - a).clamp(min=0)).norm(dim=axes) - b * w).max())


@pytest.mark.parametrize(
    ("penalty", "formula"),
    [
        (L1(1.0), lambda g: g.abs().max()),
        (L1(0.25), lambda g: g.abs().max() / 0.25),
        (MCP(0.5, 3.0), lambda g: g.abs().max() / 0.5),
        (SCAD(0.5, 3.7), lambda g: g.abs().max() / 0.5),
        (ElasticNet(0.5, 7.0), lambda g: g.abs().max() / 0.5),
        (TransformedL1(0.5, 2.0), lambda g: g.abs().max() * 2.0 / (0.5 * 3.0)),
        (GroupL2(1.0, axes=0), lambda g: g.norm(dim=0).max() / 2**0.5),
        (GroupL2(1.0, axes=1), lambda g: g.norm(dim=1).max() / 6**0.5),
        (GroupL2(1.0, axes=0, weights="layer"), lambda g: g.norm(dim=0).max() / 12**0.5),
        (GroupL2(0.5, axes=0, weights=None), lambda g: g.norm(dim=0).max() / 0.5),
        (GroupMCP(1.0, 2.0, axes=0, weights=None), lambda g: g.norm(dim=0).max()),
    ],
    ids=lambda value: repr(value) if isinstance(value, Penalty) else "",
)
def test_it_is_the_formula_of_the_docstring(penalty, formula):
    model, closure, _ = linear_problem()
    found = lambda_max(model, closure, groups(model, penalty))
    assert found == pytest.approx(formula(gradient_at_zero(model, closure)).item(), rel=1e-11)


def test_of_a_sparse_group_penalty_it_solves_the_equation_of_the_docstring():
    model, closure, _ = linear_problem()
    s = lambda_max(model, closure, groups(model, SparseGroup(L1(0.3), GroupL2(0.7, axes=0))))
    g = gradient_at_zero(model, closure)
    assert soft_excess(g, 1.000001 * s * 0.3, 1.000001 * s * 0.7, 0, 2**0.5) < 0
    assert soft_excess(g, 0.999999 * s * 0.3, 0.999999 * s * 0.7, 0, 2**0.5) > 0


def proximal_gradient(model, penalty, closure, steps, lr=0.5):
    for _ in range(steps):
        closure()
        with torch.no_grad():
            model.weight.copy_(penalty.prox(model.weight - lr * model.weight.grad, lr))
    return model.weight.detach()


SCALED = [
    L1,
    lambda lam: GroupL2(lam, axes=0),
    lambda lam: GroupL2(lam, axes=1, weights=None),
    lambda lam: MCP(lam, 5.0),
    lambda lam: TransformedL1(lam, 2.0),
    lambda lam: GroupMCP(lam, 5.0, axes=0),
    lambda lam: SparseGroup(L1(lam), GroupL2(0.5 * lam, axes=0)),
]


@pytest.mark.parametrize("scaled", SCALED, ids=lambda make: repr(make(1.0)))
def test_training_from_zero_stays_just_above_it_and_leaves_just_below(scaled):
    model, closure, _ = linear_problem()
    lam = lambda_max(model, closure, groups(model, scaled(1.0)))
    nn.init.zeros_(model.weight)
    assert not proximal_gradient(model, scaled(1.0001 * lam), closure, 20).any()
    assert proximal_gradient(model, scaled(0.999 * lam), closure, 20).any()


OPTIMIZERS = {
    "ProxSGD": lambda groups: ProxSGD(groups, lr=0.5),
    "RMDA": lambda groups: RMDA(groups, lr=0.5, momentum=1.0),
    "ProxGEN with Adam": lambda groups: ProxGEN(groups, lr=0.01, preconditioner="adam"),
}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize(("penalty", "by"), [(L1(1.0), None), (GroupL2(1.0), "column")], ids=repr)
@pytest.mark.parametrize(("share", "leaves"), [(1.0001, False), (0.999, True)])
def test_so_does_training_with_the_optimizers(make, penalty, by, share, leaves):
    model, closure, _ = linear_problem()
    optimizer = make(groups(model, penalty, by=by))
    optimizer.param_groups[0]["lam"] = share * lambda_max(model, closure, optimizer)
    nn.init.zeros_(model.weight)
    for _ in range(20):
        optimizer.step(closure)
    assert bool(model.weight.any()) == leaves


@pytest.mark.parametrize("scaled", SCALED[:3], ids=lambda make: repr(make(1.0)))
def test_a_convex_optimum_is_zero_from_lambda_max_on_and_only_then(scaled):
    model, closure, _ = linear_problem()
    lam = lambda_max(model, closure, groups(model, scaled(1.0)))
    start = model.weight.detach().clone()
    assert start.any()
    assert not proximal_gradient(model, scaled(1.01 * lam), closure, 800).any()
    model.weight.data.copy_(start)
    assert proximal_gradient(model, scaled(0.95 * lam), closure, 800).any()


def test_free_parameters_stay_as_they_are_so_a_fitted_bias_gives_a_smaller_weight():
    model, closure, y = linear_problem(bias=True)
    nn.init.zeros_(model.bias)
    unfitted = lambda_max(model, closure, groups(model, L1(1.0)))
    model.bias.data.copy_(torch.logit(y.mean(dim=0)))
    fitted = lambda_max(model, closure, groups(model, L1(1.0)))
    assert fitted != pytest.approx(unfitted, rel=1e-3)
    assert model.bias.detach().tolist() == torch.logit(y.mean(dim=0)).tolist()
    assert gradient_at_zero(model, closure).abs().max().item() == pytest.approx(fitted, rel=1e-11)


def test_the_largest_over_all_penalised_tensors_counts_each_with_its_own_penalty():
    first, closure, _ = linear_problem(seed=1)
    second, other, _ = linear_problem(seed=2)
    model = nn.ModuleList([first, second])
    alone = [lambda_max(m, c, groups(m, L1(w))) for m, c, w in ((first, closure, 1.0), (second, other, 0.2))]
    both = groups(model, {"0.*": L1(1.0), "1.*": L1(0.2)})
    assert lambda_max(model, lambda: (closure(), other()), both) == max(alone)
    assert alone[0] != alone[1]


def test_an_optimizer_is_read_as_it_stands_with_lam_and_maximize():
    model, closure, _ = linear_problem()
    wanted = lambda_max(model, closure, groups(model, L1(1.0)))
    optimizer = torch.optim.SGD([{**groups(model, L1(1.0))[0], "lam": 0.5, "maximize": True}], lr=0.1)
    assert lambda_max(model, closure, optimizer) == pytest.approx(2 * wanted, rel=1e-11)


def test_maximize_turns_the_gradient_round_for_penalties_that_are_not_symmetric():
    class _Upward(L1):
        def _subdifferential(self, x, xp):
            lower, upper = super()._subdifferential(x, xp)
            return lower, 10 * upper

    model = nn.Linear(1, 1, bias=False)
    rising = differentiated(model, model.weight.sum)
    group = groups(model, _Upward(1.0))[0]
    assert lambda_max(model, rising, [group]) == pytest.approx(1.0)
    assert lambda_max(model, rising, [{**group, "maximize": True}]) == pytest.approx(0.1)


@pytest.mark.parametrize("penalty", [L0(1.0), L12(1.0)], ids=repr)
def test_penalties_whose_subgradients_at_zero_are_unbounded_are_refused(penalty):
    model, closure, _ = linear_problem()
    with pytest.raises(ValueError, match="zero is stationary whatever its weight"):
        lambda_max(model, closure, groups(model, penalty))


@pytest.mark.parametrize("penalty", [L2Squared(1.0), L1(0.0), Box(-1.0, 1.0), BinaryW(1.0, 1.0), CardinalityBall(2)], ids=repr)
def test_penalties_no_multiple_of_which_holds_zero_are_refused(penalty):
    model, closure, _ = linear_problem()
    with pytest.raises(ValueError, match="no weight makes zero stationary"):
        lambda_max(model, closure, groups(model, penalty))


def test_nothing_penalised_and_gradients_that_are_not_finite_are_errors():
    model, closure, _ = linear_problem()
    with pytest.raises(ValueError, match="no parameter has a penalty"):
        lambda_max(model, closure, torch.optim.SGD(model.parameters(), lr=0.1))
    with pytest.raises(FloatingPointError, match="nan"):
        gauge(L1(1.0), torch.tensor([1.0, float("nan")]))


def test_a_closure_that_calls_no_backward_is_an_error_and_a_weight_that_is_not_used_is_none():
    model, closure, _ = linear_problem()
    model.weight.grad = torch.ones_like(model.weight)
    before = [model.weight.detach().clone(), model.weight.grad]
    with pytest.raises(ValueError, match=r"no gradient: a closure has to call loss.backward\(\)"):
        lambda_max(model, lambda: model(torch.ones(1, 6).double()).sum(), groups(model, L1(1.0)))
    assert torch.equal(model.weight, before[0]) and model.weight.grad is before[1]
    expected = lambda_max(model, closure, groups(model, L1(1.0)))
    model.unused = nn.Parameter(torch.ones(3, dtype=torch.float64))
    for together in (True, False):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert lambda_max(model, closure, groups(model, L1(1.0)), together=together) == expected


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
def test_all_precisions(dtype):
    g = torch.tensor([3.0, -4.0], dtype=dtype)
    assert gauge(L1(1.0), g) == pytest.approx(4.0, rel=1e-11)
    assert gauge(GroupL2(1.0, axes=0, weights=None), g) == pytest.approx(5.0, rel=1e-11)


ON_CUDA = pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"))


@pytest.mark.parametrize("device", ["cpu", ON_CUDA])
def test_lam_may_be_one_a_coordinate(device):
    w, g = torch.nn.Parameter(torch.ones(3, device=device)), torch.tensor([1.0, -3.0, 2.0], device=device)
    optimizer = ProxSGD([w], penalty=L1(np.array([1.0, 2.0, 4.0])))

    def closure():
        (w @ g).backward()

    assert lambda_max(nn.Module(), closure, optimizer) == pytest.approx(1.5)


def test_from_data_alone_it_is_that_of_the_mean_cross_entropy_with_l1():
    generator = torch.Generator().manual_seed(1)
    x, y = torch.randn(41, 6, generator=generator).double(), torch.randint(3, (41,), generator=generator)
    model = nn.Linear(6, 3).double()
    wanted = lambda_max(model, differentiated(model, lambda: F.cross_entropy(model(x), y)), groups(model, L1(1.0)))
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=8)  # the last one is of one sample
    assert lambda_max(model, (x, y)) == pytest.approx(wanted, rel=1e-11)
    assert lambda_max(model, loader) == pytest.approx(wanted, rel=1e-11)
    assert lambda_max(model, loader, groups(model, L1(0.5))) == pytest.approx(2 * wanted, rel=1e-11)
    assert lambda_max(model, loader, together=False) == pytest.approx(wanted, rel=1e-11)


def test_from_data_with_another_loss():
    model, closure, y = linear_problem()
    x = torch.randn(40, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = lambda_max(model, [(x[:7], y[:7]), (x[7:], y[7:])], loss=F.binary_cross_entropy_with_logits)
    assert found == pytest.approx(lambda_max(model, closure), rel=1e-11)


@pytest.mark.parametrize("data", [[{"params": []}], [torch.ones(2, 6)], (torch.ones(2, 6),), 3])
def test_data_that_are_none_are_refused(data):
    model, _, _ = linear_problem()
    with pytest.raises(TypeError, match=r"closure, \(inputs, targets\) or batches"):
        lambda_max(model, data)
    assert model.weight.grad is None and model.weight.abs().min() > 0


def test_empty_data_are_refused():
    model, _, _ = linear_problem()
    with pytest.raises(ValueError, match="must not be empty"):
        lambda_max(model, [])


def test_parameters_without_penalties_are_refused():
    model, closure, _ = linear_problem()
    with pytest.raises(TypeError, match=r"parameters are groups\(model, penalty\) or an optimizer; got generator"):
        lambda_max(model, closure, model.parameters())
