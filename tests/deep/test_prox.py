"""The prox maps alone, compiled: those of NumPy, on memory that is not copied."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.optim.fast import build  # noqa: E402
from deep.prox import compiled_prox  # noqa: E402
from verify.arrays import NUMPY  # noqa: E402
from verify.penalties import L0, L1, L12, L23, MCP, GroupL2  # noqa: E402

pytestmark = pytest.mark.skipif(build.compiler() is None, reason="no C compiler")


def test_the_prox_alone_takes_arrays_and_tensors_without_copying():
    z = np.random.default_rng(0).normal(size=(1001, 8))
    for penalty in (L1(0.3), L0(0.3), MCP(0.3, 3.0), L12(0.3), L23(0.3), GroupL2(0.3, axes=(-1,)), GroupL2(0.3, axes=(0,))):
        prox, out, expected = compiled_prox(penalty), np.empty_like(z), penalty.prox(z, 0.7)
        assert prox(z, 0.7, out=out) is out
        np.testing.assert_allclose(out, expected, rtol=1e-14, atol=1e-15)
        assert np.array_equal(out == 0, expected == 0)
        np.testing.assert_allclose(prox(torch.from_numpy(z).float(), 0.7).numpy(), expected, rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="step t"):
        prox(z, -1.0)
    with pytest.raises(ValueError, match="out must be like z"):
        prox(z, 1.0, out=np.empty(3))
    assert prox(np.empty((0, 8)), 1.0).shape == (0, 8)


def test_an_array_that_can_only_be_read_is_read_without_a_word():
    z = np.arange(4.0)
    z.flags.writeable = False
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert np.array_equal(compiled_prox(L1(0.5))(z, 1.0), [0, 0.5, 1.5, 2.5])
    finally:
        torch.set_warn_always(before)


@pytest.mark.parametrize("prox", [L1(0.5).prox, compiled_prox(L1(0.5))])
def test_parameters_and_arrays_on_files_are_tensors_and_arrays(prox, tmp_path):
    w = torch.nn.Parameter(torch.ones(3))
    with torch.no_grad():
        assert prox(w, 0.5).tolist() == [0.75] * 3
        assert prox(w, 0.5, out=torch.empty_like(w)).tolist() == [0.75] * 3
        assert prox(torch.ones(3), 0.5, out=w) is w and w.tolist() == [0.75] * 3
    on_file = np.memmap(tmp_path / "z", np.float64, "w+", shape=3)
    assert prox(np.ones(3), 0.5, out=on_file) is on_file and on_file.tolist() == [0.75] * 3
    assert prox(on_file, 0.5, out=np.empty(3)).tolist() == [0.5] * 3


def test_a_backward_pass_through_what_was_overwritten_is_refused():
    w = torch.ones(3, requires_grad=True)
    y = w.exp()
    z = y * y
    compiled_prox(L1(0.5))(y.detach(), 0.5, out=y.detach())
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def test_memory_that_the_prox_alone_must_not_touch_is_refused():
    prox, x, fixed = compiled_prox(L1(0.3)), np.arange(9.0), np.zeros(8)
    fixed.flags.writeable = False
    for out, reason in ((x[1:], "z itself or apart from it"), (fixed, "writable")):
        with pytest.raises(ValueError, match=f"out must be {reason}"):
            prox(x[:-1], 1.0, out=out)
    assert np.array_equal(x, np.arange(9.0)) and not fixed.any()
    assert prox(x, 1.0, out=x) is x and x[1] == 0.7
    for z, kind in (([1.0, 2.0], "list"), (torch.ones(3, device="meta"), "a tensor on meta")):
        with pytest.raises(TypeError, match=kind):
            prox(z, 1.0)


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ({"t": "a"}, TypeError, "compiled_prox: the step t must be a number > 0; got 'a'"),
        ({"t": None}, TypeError, "compiled_prox: the step t must be a number > 0; got None"),
        ({"t": np.ones(3)}, ValueError, "compiled_prox: the step t must be one number; got an array of shape (3,)"),
        ({"t": np.inf}, ValueError, "compiled_prox: the step t must be finite, > 0 and below inf; got inf"),
        (
            {"out": [0, 0, 0]},
            ValueError,
            "compiled_prox: out must be like z: ndarray of shape (3,) and dtype float64; got list of shape None and dtype None",
        ),
        ({"z": np.arange(3)}, TypeError, "compiled_prox: float32 or float64 is needed; got torch.int64"),
    ],
)
def test_what_does_not_fit_is_named_as_penalties_name_it(words, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        compiled_prox(L1(0.3))(**{"z": np.ones(3), "t": 1.0, **words})


def test_what_is_no_penalty_is_refused():
    with pytest.raises(TypeError, match=r"must be one of verify\.penalties; got 3"):
        compiled_prox(3)


def test_groups_that_nobody_gave_are_asked_for():
    with pytest.raises(TypeError, match="no groups: give axes="):
        compiled_prox(GroupL2(1.0))


@pytest.mark.parametrize("scale", [1e-170, 1e170])
def test_norms_neither_overflow_nor_underflow(scale):
    z = np.random.default_rng(0).normal(size=(6, 50)) * scale
    z[2] *= 1e-3
    for axes in ((0,), (1,)):
        penalty = GroupL2(scale, axes=axes, weights=None)
        np.testing.assert_allclose(compiled_prox(penalty)(z, 0.9), penalty.prox(z, 0.9), rtol=1e-13)


def test_the_fused_product_keeps_the_digits_next_to_a_threshold():
    """|z| one step of the float grid above t lam: what is left is exact."""
    t, lam = 1 / 3, 0.1
    z = np.nextafter(np.full(17, t * lam), 1.0)
    assert np.array_equal(compiled_prox(L1(lam))(z, t), L1(lam)._prox(z, t, NUMPY))
