"""Every picture of the notebooks draws, and shows itself."""

from __future__ import annotations

import pytest

from synthetic.explore import averaging, first, plane, prox_maps, regret, steps, structure, zeros

PICTURES = {
    "portrait": lambda: plane.portrait(starts=4, steps=20),
    "landscapes": lambda: plane.landscapes({"k": 2}, {"penalty": "l0"}, starts=3, steps=5),
    "orders": plane.orders,
    "drift": plane.drift,
    "descent": steps.descent,
    "lens": steps.lens,
    "one lens": steps.one_lens,
    "noisy": steps.noisy,
    "family": prox_maps.family,
    "wells": prox_maps.wells,
    "one well": prox_maps.one_well,
    "regimes": prox_maps.regimes,
    "adam steps": lambda: prox_maps.adam_steps(iterations=20),
    "zeros": zeros.zeros,
    "zeros from 0": lambda: zeros.zeros(at_zero=True),
    "race": lambda: regret.race(steps=10, random=3),
    "race from elsewhere": lambda: regret.race(alpha=0.5, w1=1.0, steps=10, random=3),
    "kept zeros": lambda: averaging.zeros(steps=20),
    "quartic": averaging.quartic,
    "raster": lambda: structure.raster(steps=20),
    "phases": lambda: structure.phases(steps=8, seeds=2, cells=4),
    "mixing": lambda: structure.mixing(steps=20),
    "escape": structure.escape,
    "misprint": first.misprint,
    "twice": first.twice,
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_titled_or_labelled_axes(name):
    picture = PICTURES[name]()
    assert picture.figure.axes
    assert all(a.get_xlabel() or a.get_ylabel() or a.get_title() for a in picture.figure.axes)


def test_a_picture_shows_itself_at_notebook_width_and_equal_content_is_equal_bytes():
    one, other = first.twice(), first.twice()
    data, shown = one._repr_png_()
    assert data.startswith(b"\x89PNG")
    assert data == other._repr_png_()[0]
    assert data != first.twice(t=0.5)._repr_png_()[0]
    assert shown["width"] <= 900
