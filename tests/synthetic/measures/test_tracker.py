"""The tracker against a plain recomputation from the list of all structures, and mistakes that this catches."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.measures.tracker import Tracker

STEPS, EPOCH = 40, 4


def histories(rng):
    """Truth (runs, groups) and structures (steps, runs, groups): some right at once, late, never, now and then, or with a slip
    on the first step of the last tenth, or on the last step."""
    truth = rng.random((8, 5)) < 0.5
    found = np.repeat(truth[None], STEPS, axis=0)
    found[:17, 1] ^= True
    found[:, 2, 0] ^= True
    found[rng.random(STEPS) < 0.3, 3, 1] ^= True
    found[-4, 4, 2] ^= True
    found[-1, 5, 3] ^= True
    found[-5, 6, 4] ^= True
    found[:-1, 7] ^= True
    return truth, found


def plainly(truth, found):
    right = [[bool((found[t, run] == truth[run]).all()) for t in range(STEPS)] for run in range(len(truth))]
    first = [min((t + 1 for t in range(STEPS) if all(r[t:])), default=np.nan) / EPOCH for r in right]
    tail = found[-4:]
    return {
        "objective_stays": np.array([float(all(r[-4:])) for r in right]),
        "objective_still": np.array([float((tail[:, run] == tail[0, run]).all()) for run in range(len(truth))]),
        "objective_exact": np.array([np.mean(r[-4:]) for r in right]),
        "objective_exact_all": np.array([np.mean(r) for r in right]),
        "objective_first": np.array(first),
    }


def agrees(tracker_type):
    truth, found = histories(np.random.default_rng(0))
    tracker = tracker_type(truth, STEPS)
    for t in range(STEPS):
        tracker.see(t + 1, found[t])
    result, wanted = tracker.result(EPOCH), plainly(truth, found)
    return result.keys() == wanted.keys() and all(np.array_equal(result[n], wanted[n], equal_nan=True) for n in wanted)


def test_the_tracker_counts_what_a_plain_recomputation_counts():
    assert agrees(Tracker)


def epoch_ends_only(self, t, found):
    if t % EPOCH == 0:
        Tracker.see(self, t, found)


def one_group_is_enough(self, t, found):
    close = np.sum(found != self.truth, axis=1, keepdims=True) <= 1
    Tracker.see(self, t, np.where(close, self.truth, found))


def one_step_late(self, t, found):
    Tracker.see(self, min(t + 1, STEPS), found)


@pytest.mark.parametrize("mistake", [epoch_ends_only, one_group_is_enough, one_step_late])
def test_a_mistake_in_the_tracker_is_noticed(mistake):
    assert not agrees(type("Mistaken", (Tracker,), {"see": mistake}))


def test_stays_means_more_than_ending_right():
    truth, found = histories(np.random.default_rng(0))
    tracker = Tracker(truth, STEPS)
    for t in range(STEPS):
        tracker.see(t + 1, found[t])
    result = tracker.result(EPOCH)
    assert result["objective_stays"][7] == 0 and result["objective_first"][7] == STEPS / EPOCH
    assert result["objective_still"][2] == 1 and result["objective_stays"][2] == 0
