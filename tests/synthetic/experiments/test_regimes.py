from __future__ import annotations

import pyarrow as pa
import pytest

from synthetic.experiments.regimes import Regimes, _series

RDA = {"method": "RDA", "settings": "", "point": "iterate", "kind": "final", "bin": "clear", "margin": 0.1}
STRAY = [False] * 18 + [True] * 2


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


@pytest.mark.parametrize(
    ("identified", "said"),
    [
        ((20, 20, 20, 0, 0), "RDA 4."),  # at half a margin, one, four, 16, 64; intervals far from a half on either side
        ((20, 20, 20, 9, 0), "RDA 4 to 16."),  # 45 % [26, 66]
        ((20, 20, 20, 11, 0), "RDA 4 to 16."),  # 55 % [34, 74]: on other data it could be the case above
        ((20, 20, 13, 9, 0), "RDA 1 to 16."),
        ((20, 20, 20, 0, 20), "RDA 4."),
        ((12, 0, 0, 0, 0), "RDA at most 0.5."),
        ((0, 0, 0, 0, 0), "RDA none."),
        ((20, 20, 20, 20, 20), "RDA 64."),
    ],
)
def test_a_threshold_that_the_intervals_leave_open_is_given_as_a_range(identified, said):
    rows = [
        RDA | {"dataset_name": f"noise={ratio}", "noise_group": ratio * 0.1, "objective_stays": float(run < right)}
        for ratio, right in zip((0.5, 1, 4, 16, 64), identified, strict=True)
        for run in range(20)
    ]
    assert Regimes().finding(pa.Table.from_pylist(rows[::-1])).endswith(f"leave it open: {said}")


def test_runs_of_one_cell_are_not_parted():
    """Of 20 runs at 90 margins of noise two have 91, nearer to 128 than to 64."""
    table = pa.Table.from_pylist(
        [RDA | {"dataset_name": "one", "noise_group": 9.1 if odd else 9.0, "objective_stays": float(not odd)} for odd in STRAY]
    )
    assert Regimes().finding(table).endswith(": RDA 64.")
