"""Batches: uniform, one stream a run, reshuffled epochs without repetition."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.sampling import Sampler

SEEDS = [(0, 0), (0, 1), (3, 0)]


@pytest.mark.parametrize("sampling", ["independent", "reshuffled"])
def test_a_run_draws_the_same_whoever_is_beside_it(sampling):
    together, alone = Sampler(50, 7, sampling, SEEDS), Sampler(50, 7, sampling, SEEDS[1:2])
    for _ in range(3):
        assert np.array_equal(together.epoch()[:, 1:2], alone.epoch())


def test_every_run_and_epoch_draws_differently():
    sampler = Sampler(1000, 500, "reshuffled", SEEDS)
    drawn = np.concatenate([sampler.epoch(), sampler.epoch()]).reshape(-1, 500)
    assert len({row.tobytes() for row in drawn}) == len(drawn)


def test_a_reshuffled_epoch_sees_no_sample_twice_and_leaves_out_the_short_rest():
    drawn = Sampler(50, 7, "reshuffled", SEEDS).epoch()
    assert drawn.shape == (7, 3, 7)
    assert all(len(set(drawn[:, run].ravel())) == 49 for run in range(3))


def test_independent_draws_are_uniform_with_replacement():
    sampler = Sampler(5, 5, "independent", [(0, 0)])
    drawn = np.concatenate([sampler.epoch() for _ in range(4000)]).reshape(-1, 5)
    counts = np.bincount(drawn.ravel(), minlength=5)
    assert np.all(np.abs(counts - 4000) < 5 * np.sqrt(4000))
    all_different = np.mean([len(set(row)) == 5 for row in drawn])
    assert abs(all_different - 120 / 3125) < 5 * np.sqrt(120 / 3125 / 4000)


def test_the_whole_set_needs_no_indices():
    assert Sampler(50, None, "independent", SEEDS).epoch() is None
    assert Sampler(50, 50, "reshuffled", SEEDS).epoch() is None
    assert Sampler(50, 50, "independent", SEEDS).epoch() is not None


def test_a_batch_beyond_the_set_is_refused():
    with pytest.raises(ValueError, match="50; got 51"):
        Sampler(50, 51, "independent", SEEDS)
