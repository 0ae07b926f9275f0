"""A job is plain data, and says so."""

from __future__ import annotations

import json

import pytest

from synthetic.job import Job


def test_a_job_comes_back_from_json():
    job = Job("Lasso", "RMDA", 8, 3, {"lam": 0.2}, {"step": 0.5}, "reshuffled", (4, 1), (2,), "map")
    assert Job(**json.loads(json.dumps(job.as_dict()))) == job


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch": 0},
        {"batch": 2.5},
        {"epochs": 0},
        {"data_seeds": ()},
        {"run_seeds": (1, 1)},
        {"run_seeds": (-1,)},
        {"sampling": "cyclic"},
    ],
)
def test_what_no_job_can_have_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Job(**({"problem": "Lasso", "method": "RMDA", "batch": 8, "epochs": 3} | wrong))
