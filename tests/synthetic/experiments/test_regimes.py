from __future__ import annotations

import pyarrow as pa

from synthetic.experiments.regimes import _series


def test_prox_points_are_shown_where_they_identify_twice_as_often():
    shares = {
        ("RMDA", "iterate"): [1, 1, 0],
        ("RMDA", "prox"): [1, 1, 1],
        ("RVSM", "iterate"): [0, 0, 0],
        ("RVSM", "prox"): [1, 1, 0],
    }
    shares["SR2", "iterate"] = [1, 0, 0]
    rows = [
        {"method": method, "settings": "", "point": point, "kind": "final", "bin": "clear", "objective_stays": float(stays)}
        for (method, point), runs in shares.items()
        for stays in runs
    ]
    found = _series(pa.Table.from_pylist(rows))
    assert [(method, point) for method, _, point in found] == [("RMDA", "iterate"), ("RVSM", "prox"), ("SR2", "iterate")]
    assert found["RVSM", "", "prox"]["objective_stays"].to_pylist() == [1, 1, 0]
