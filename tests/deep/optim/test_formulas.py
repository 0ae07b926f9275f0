"""Formulas become passes over memory: in a right order, with what outlives a pass kept, and in C that compiles."""

from __future__ import annotations

import ctypes

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.optim.fast import build  # noqa: E402
from deep.optim.fast.layout import layout  # noqa: E402
from deep.optim.fast.namespace import FORMULAS, sign  # noqa: E402
from deep.optim.fast.passes import plan  # noqa: E402
from deep.optim.fast.rounds import rounds  # noqa: E402
from deep.optim.fast.source import Source  # noqa: E402
from deep.optim.fast.values import ENTRY, Unsupported, Value  # noqa: E402

pytestmark = pytest.mark.skipif(build.compiler() is None, reason="no C compiler")


def test_what_an_iteration_leaves_out_must_not_be_needed_afterwards():
    x = Value("load", ("x",), ENTRY)
    inner = []

    def halve(low):
        inner.append(FORMULAS.norm(x - low, axis=(0, 2)))
        return (low / 2 + inner[-1],)

    (end,) = FORMULAS.iterate(halve, (FORMULAS.norm(x, axis=(0, 2)),), 3)
    assert len(rounds(plan({"x": x * end}, []))) == 1
    with pytest.raises(Unsupported, match="inner values"):
        rounds(plan({"x": x * (end + inner[-1] * 2)}, []))


def test_an_array_is_not_overwritten_before_its_last_reader():
    """m' = m + w is known in the first pass; w' = m/|w| needs the old m in the second."""
    w, m = (Value("load", (name,), ENTRY) for name in "wm")
    passes = plan({"m": m + w, "w": m / FORMULAS.norm(w, axis=(0, 2))}, []).passes
    assert [[name for name, _ in one.stores] for one in passes] == [[], ["m", "w"]]


def test_nor_by_a_value_that_waits_for_another_reader():
    """v' needs the old w in the second pass; so w' waits though known in the first, hence u' for w', and x' for u'."""
    w, u, x = (Value("load", (name,), ENTRY) for name in "wux")
    outputs = {"x": x + 1, "u": u + x, "w": w - u, "v": w / FORMULAS.norm(w, axis=(0, 2))}
    passes = plan(outputs, []).passes
    assert [[name for name, _ in one.stores] for one in passes] == [[], ["x", "u", "w", "v"]]


def test_the_sign_of_a_formula_is_claimed_only_where_it_is_sure():
    x = Value("load", ("x",), ENTRY)
    size, root = FORMULAS.abs(x), FORMULAS.sqrt(x)
    assert [sign(v) for v in (x, size, -size * root, x * x, 3 * x * x / 2, -2.0 * size, 1 - size)] == [0, 1, -1, 1, 1, -1, 0]


def test_a_tensor_is_read_as_rows_columns_or_bundles():
    assert layout((4, 5, 3, 3), (45, 9, 3, 1), (0, 2, 3)) == (4, 5, 9)
    assert layout((4, 5, 3, 3), (45, 9, 3, 1), (1, 2, 3)) == (1, 4, 45)
    assert layout((4, 5, 3, 3), (45, 1, 15, 5), (0, 2, 3)) == (36, 5, 1)
    assert layout((4, 5, 3, 3), (45, 9, 3, 1), (1,)) is None  # every fifth number: no such pattern
    assert layout((4, 5), (10, 2), (0,)) is None  # memory with holes


def test_conditions_of_a_group_can_be_combined_passes_later():
    """The first is kept while the second is found: of three columns one is long, one is not, one becomes short."""
    x = Value("load", ("x",), ENTRY)
    long = FORMULAS.norm(x, axis=(0, 2)) > 1
    still_long = FORMULAS.norm(x - FORMULAS.where(long, 2.0, 0.0), axis=(0, 2)) > 1
    kept = FORMULAS.where(FORMULAS.both(long, still_long), x, 0.0)
    step = build.library(Source("float", {"x": "float"}, [], [], {"x": kept}, []).text()).step
    array = torch.tensor([[5.0, 0.1, 2.0], [5.0, 0.1, 2.0]])
    shape = (ctypes.c_int64 * 3)(2, 3, 1)
    nothing = (ctypes.c_double * 1)()
    assert not step(ctypes.c_int64(1), (ctypes.c_void_p * 1)(array.data_ptr()), shape, nothing, nothing, nothing, 1)
    assert array.tolist() == [[5.0, 0.0, 0.0], [5.0, 0.0, 0.0]]
