"""The compiled step is the plain step: same numbers, same exact zeros, and no step at all where it cannot be."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from weakref import WeakKeyDictionary

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.optim import ProxSGD, fast  # noqa: E402
from deep.optim.bucket import Bucket  # noqa: E402
from deep.optim.fast import build, cpu, stages  # noqa: E402
from verify.losses.elementary import log1p  # noqa: E402
from verify.methods import RMDA, SR2, ProxGenAdam, ProxSSI  # noqa: E402
from verify.methods.adam import Adaptive  # noqa: E402
from verify.methods.mda import Mixing  # noqa: E402
from verify.methods.prox_gen import Memory  # noqa: E402
from verify.methods.sr2 import Adaptive as SR2Numbers  # noqa: E402
from verify.penalties import L0, L1, L12, L23, MCP, SCAD, GroupL2, GroupMCP, SparseGroup, Zero  # noqa: E402
from verify.penalties.group_l2 import ROUNDS  # noqa: E402

pytestmark = pytest.mark.skipif(build.compiler() is None, reason="no C compiler")


def mixing(s, state, xp):
    return Mixing(s["lr"], s["c"])


def memory(s, state, xp):
    return Memory(s["lr"], 0.9, 1e-8, 0.999)


def adaptive(s, state, xp):
    return Adaptive(s["lr"])


METHODS = {
    "RMDA": (RMDA(), {"lr": 0.1, "c": 1.0}, mixing, ("t", "alpha", "V", "anchor")),
    "RMDA, c = 0.1": (RMDA(), {"lr": 0.1, "c": 0.1}, mixing, ("t", "alpha", "V", "anchor")),
    "ProxGEN": (ProxGenAdam(True), {"lr": 0.01}, memory, ("m", "total", "left_m", "left")),
    "ProxSSI": (ProxSSI(), {"lr": 0.01}, adaptive, ("m", "v", "left1", "left2")),
}
SHAPES = [(7, 5, 3, 3), (1, 5, 1, 1), (33, 40, 2, 2)]


def bucket(name, penalty, shapes=SHAPES, dtype=torch.float32, maximize=False):
    generator = torch.Generator().manual_seed(0)
    params = [(torch.randn(s, generator=generator) * 0.05).to(dtype) for s in shapes]
    method, settings, hyper, fields = METHODS[name]
    grads = [torch.zeros_like(p) for p in params]
    made = Bucket(method, penalty, dict(settings), hyper, fields, maximize, params, grads, [{} for _ in params])
    made.start()
    return made


def run(compiled, plain, steps=5, step=fast.compiled_step):
    generator = torch.Generator().manual_seed(1)
    for _ in range(steps):
        for a, b in zip(compiled.grads, plain.grads, strict=True):
            b.copy_(torch.randn(b.shape, generator=generator) * 0.02)
            a.copy_(b)
        assert step(compiled, None)
        plain.eager(None)


def assert_same(compiled, plain, ulps):
    """``ulps`` of the largest number of a tensor or its start: by so much a norm's rounding moves a group that was shrunk."""
    pairs = list(zip(compiled.params, plain.params, strict=True))
    for a, b in zip(compiled.states, plain.states, strict=True):
        pairs += [(a[name], b[name]) for name in compiled.fields]
    for a, b in pairs:
        if ulps == 0:
            assert torch.equal(a, b)
        size = max(float(b.abs().max()), 0.2)
        assert float((a - b).abs().max()) <= ulps * torch.finfo(a.dtype).eps * size
        assert torch.equal(a == 0, b == 0)


ELEMENTWISE = [L1(2e-3), L0(1e-5), MCP(2e-3, 3.0), SCAD(2e-3, 3.7)]
GROUPED = [GroupL2(0.13, axes=a) for a in ((0, 2, 3), (1, 2, 3), (2, 3), (0,), (0, 1, 2, 3), (3,))]
GROUPED += [GroupMCP(0.13, 3.0, axes=(0, 2, 3)), SparseGroup(L1(0.03), GroupL2(0.08, axes=(1, 2, 3)))]
GROUPED += [GroupL2(lam, axes=(0, 2, 3), weights=w) for lam, w in ((0.06, "layer"), (1.05, None), (2.1, 0.5))]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
@pytest.mark.parametrize("penalty", ELEMENTWISE, ids=repr)
@pytest.mark.parametrize("name", ["RMDA", "RMDA, c = 0.1"])
def test_the_compiled_step_is_the_plain_step_bit_for_bit(name, penalty, dtype):
    pair = bucket(name, penalty, dtype=dtype), bucket(name, penalty, dtype=dtype)
    run(*pair)
    assert_same(*pair, ulps=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("penalty", GROUPED, ids=repr)
def test_norms_of_groups_differ_by_rounding_alone(penalty, dtype):
    pair = bucket("RMDA", penalty, dtype=dtype), bucket("RMDA", penalty, dtype=dtype)
    run(*pair)
    assert_same(*pair, ulps=4)
    assert any((p == 0).any() for p in pair[1].params)


@pytest.mark.parametrize("penalty", [*ELEMENTWISE, L12(1e-4), L23(1e-4)], ids=repr)
@pytest.mark.parametrize("name", ["RMDA", "ProxGEN"])
def test_roots_and_square_roots_differ_by_rounding_alone(name, penalty):
    pair = bucket(name, penalty), bucket(name, penalty)
    run(*pair)
    assert_same(*pair, ulps=8)


def test_group_lasso_in_adams_metric_is_solved_as_the_plain_path_does():
    pair = [bucket("ProxSSI", GroupL2(0.03, axes=(0, 2, 3))) for _ in range(2)]
    run(*pair)
    assert_same(*pair, ulps=8)


@pytest.mark.parametrize("axes", [(0, 2, 3), (1, 2, 3), (0, 1, 2, 3)], ids=str)
def test_an_iteration_is_left_when_no_group_changes_any_more(axes, monkeypatch):
    """Runs and bundles of columns alike, with groups that are zero, easy, and hard for Newton's method."""
    texts = []
    monkeypatch.setattr(cpu, "library", lambda text: texts.append(text) or build.library(text))
    pair = [bucket("ProxSSI", GroupL2(0.03, axes=axes), dtype=torch.float64) for _ in range(2)]
    for one in pair:
        for p in one.params:
            p.mul_(torch.logspace(-4, 4, p.shape[1])[:, None, None])
        for kept in one.states:
            kept["v"].copy_(torch.logspace(-9, 1, kept["v"].numel()).view_as(kept["v"]))
    run(*pair)
    for a, b in zip(pair[0].params, pair[1].params, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-15)
        assert torch.equal(a == 0, b == 0)
    assert all(text.count("goto") >= 2 * (ROUNDS - 1) for text in texts)


@pytest.mark.parametrize("penalty", [L12(1e-4), L23(1e-4), MCP(2e-3, 3.0)], ids=repr)
def test_a_formula_in_stages_is_the_same_formula(penalty, monkeypatch):
    whole, cut = bucket("ProxGEN", penalty), bucket("ProxGEN", penalty)
    monkeypatch.setattr(stages, "SHORT", 10**6)
    run(whole, bucket("ProxGEN", penalty))
    monkeypatch.setattr(cpu, "_programs", WeakKeyDictionary())
    monkeypatch.setattr(stages, "SHORT", 0)
    monkeypatch.setattr(stages, "LIMIT", 30)
    run(cut, bucket("ProxGEN", penalty))
    assert_same(whole, cut, ulps=0)


@pytest.mark.parametrize("penalty", [L1(2e-2), *GROUPED[:3]], ids=repr)
def test_many_blocks_and_threads_make_the_same_step(penalty):
    shapes = [(300, 201, 3, 3), (7, 5, 3, 3)]  # the first is cut in blocks of columns, rows or entries, the last one shorter
    before = torch.get_num_threads()
    one, two, plain = (bucket("RMDA", penalty, shapes) for _ in range(3))
    try:
        torch.set_num_threads(2)
        run(two, plain, steps=2)
        torch.set_num_threads(1)
        run(one, bucket("RMDA", penalty, shapes), steps=2)
    finally:
        torch.set_num_threads(before)
    assert_same(two, plain, ulps=4)
    assert_same(one, two, ulps=0)


def test_schedules_and_penalty_weights_enter_without_compiling_again(monkeypatch):
    a, b = bucket("RMDA", L1(2e-3)), bucket("RMDA", L1(2e-3))
    run(a, b, steps=1)
    monkeypatch.setattr(cpu, "library", lambda text: pytest.fail("compiled again"))
    for pair in (a, b):
        pair.settings["lr"] = 0.03
        object.__setattr__(pair, "penalty", L1(5e-3))
    run(a, b)
    assert_same(a, b, ulps=0)


def test_maximize_and_other_memory_formats():
    pair = [bucket("RMDA", GroupL2(2e-4, axes=(0, 2, 3)), maximize=True) for _ in range(2)]
    for one in pair:
        one.params[:] = [p.contiguous(memory_format=torch.channels_last) for p in one.params]
    run(*pair)  # the gradients and states are contiguous, the parameters are not
    assert_same(*pair, ulps=4)


@pytest.mark.parametrize(
    "penalty", [GroupL2(1.0, axes=(1,)), GroupL2(1.0, groups=[[0, 1], [2, 3, 4]])], ids=["stride", "lists"]
)
def test_what_cannot_be_compiled_is_left_alone_and_said_once(penalty, monkeypatch):
    monkeypatch.setattr(fast, "_plain", set())
    shapes = [(4, 5, 3)] if penalty.grouping.__class__.__name__ == "AxisGroups" else [(4, 5)]
    one = bucket("RMDA", penalty, shapes)
    before = [p.clone() for p in one.params]
    with pytest.warns(UserWarning, match="RMDA with GroupL2 is not compiled, and slower for it: .*groups"):
        assert not fast.compiled_step(one, None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not fast.compiled_step(one, None)
    assert all(torch.equal(p, q) for p, q in zip(one.params, before, strict=True))


class _ByMethod(L1):
    def _prox(self, z, t, xp):
        return z.sign() * xp.maximum(xp.abs(z) - t * self.lam, 0)


class _ByLibrary(L1):
    def _prox(self, z, t, xp):
        return z / (1 + t * self.lam * log1p(xp.abs(z)))


class _ByAsking(L1):
    def _prox(self, z, t, xp):
        if not isinstance(z, torch.Tensor):
            raise self.asked("a tensor\nplease")
        return super()._prox(z, t, xp)


class _ByValue(_ByAsking):
    asked = ValueError


class _ByPlace(_ByAsking):
    asked = IndexError


class _ByRunning(_ByAsking):
    asked = RuntimeError


@pytest.mark.parametrize("kind", [_ByMethod, _ByLibrary, _ByValue, _ByPlace, _ByRunning])
def test_functions_that_ask_for_what_arrays_alone_have_are_not_compiled(kind, monkeypatch):
    monkeypatch.setattr(fast, "_plain", set())
    ends = []
    for quick in (True, False):
        w = torch.nn.Parameter(torch.linspace(-1, 1, 5))
        w.grad = torch.ones(5)
        optimizer = ProxSGD([w], lr=0.1, penalty=kind(0.1), fast=quick)
        said = "is not compiled, .*: what works on arrays alone .* \\(fast="
        with pytest.warns(UserWarning, match=said) if quick else nullcontext():
            optimizer.step()
        ends.append(w.detach())
    assert torch.equal(*ends)


class _Scaled(L1):
    def _prox(self, z, t, xp):
        return super()._prox(z, t * self.scale(z, xp), xp)


SCALES = {
    "a length": lambda z, xp: 1 / z.shape[0],
    "the number of axes": lambda z, xp: 1 / len(z.shape),
    "a sum over the outer axes": lambda z, xp: xp.sum(xp.abs(z), axis=(0, 2), keepdims=True),
    "a sum over all": lambda z, xp: xp.sum(xp.abs(z)),
}


@pytest.mark.parametrize("name", SCALES)
def test_what_depends_on_how_a_tensor_lies_is_not_compiled(name, monkeypatch):
    monkeypatch.setattr(fast, "_plain", set())
    ends = []
    for quick in (True, False):
        w = torch.nn.Parameter(torch.linspace(-1, 1, 120).reshape(5, 6, 2, 2))
        w.grad = torch.ones_like(w)
        kind = type("_Scaled", (_Scaled,), {"scale": staticmethod(SCALES[name])})
        optimizer = ProxSGD([w], lr=0.1, penalty=kind(0.1), fast=quick)
        with pytest.warns(UserWarning, match="is not compiled") if quick else nullcontext():
            optimizer.step()
        ends.append(w.detach())
    assert torch.equal(*ends)


def test_without_a_compiler_there_is_one_warning(monkeypatch):
    monkeypatch.setattr(build, "compiler", lambda: None)
    monkeypatch.setattr(fast, "_broken", set())
    with pytest.warns(UserWarning, match="no C compiler"):
        assert not fast.compiled_step(bucket("RMDA", L1(1e-3)), None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not fast.compiled_step(bucket("RMDA", L1(1e-3)), None)
        assert not fast.all_finite([torch.tensor([1.0, torch.inf])])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_one_number_that_is_not_finite_is_found(dtype, bad):
    x = torch.full((200_001,), 3e4, dtype=dtype)
    assert fast.all_finite([torch.zeros(0, dtype=dtype), x, torch.ones(3, 4).t()])
    x[-1] = bad
    assert not fast.all_finite([torch.ones(5), x])


BY_CHANNEL = [GroupL2(1e-2, axes=axes) for axes in ((0, 2, 3), (1, 2, 3))]


@pytest.mark.parametrize("penalty", [L1(1e-2), Zero(), *BY_CHANNEL, SparseGroup(L1(1e-2), BY_CHANNEL[0])], ids=repr)
def test_sr2_proposes_the_same_trials_and_sums(penalty):
    numbers = SR2Numbers(0.1, 0.9, 2.0, 3.0, 0.5, 1e-3, 10.0)
    made = bucket("RMDA", penalty)
    sigma = {"sigma": torch.tensor(10.0, dtype=torch.float64)}
    grads = [torch.ones_like(p) * 0.3 for p in made.params]
    one = Bucket(SR2(), penalty, {}, lambda s, state, xp: numbers, (), False, made.params, grads, [sigma] * len(grads))
    plain = [one.propose(i) for i in range(len(grads))]
    own, before = [p.clone() for p in made.params], [torch.empty_like(p) for p in made.params]
    sums = fast.compiled_propose(one, before)
    for moved, (trial, _) in zip(made.params, plain, strict=True):
        assert torch.equal(moved == 0, trial == 0)
        torch.testing.assert_close(moved, trial, rtol=0 if penalty.separable else 1e-6, atol=0)
    assert all(torch.equal(a, b) for a, b in zip(before, own, strict=True))
    for name in ("penalty", "slope", "square", "size", "terms", "missing"):
        expected = sum(float(getattr(s, name)) for _, s in plain)
        assert float(getattr(sums, name)) == pytest.approx(expected, rel=1e-5)
