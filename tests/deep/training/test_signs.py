"""Binary networks: when weights become their signs, and how binary a network is."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

from deep.training import measures  # noqa: E402
from tests.deep.training.small import recipe, trainer  # noqa: E402


def test_weights_become_their_signs_and_stay_while_what_is_free_trains_on(tmp_path):
    run = trainer(recipe("signs"), tmp_path)
    run.rule.at = 2 * run.steps
    seen = []
    run.run(lambda row: seen.append([p.detach().clone() for p in run.model.parameters()]))
    (_, before), (weight, bias), (stays, moves) = seen
    assert weight.abs().unique().tolist() == [1.0] and torch.equal(weight, stays)
    assert not torch.equal(before, bias) and not torch.equal(bias, moves)
    first, second, last = run.history
    assert first["binary_weights"] < 50 and second["binary_weights"] == last["binary_weights"] == 100
    assert first["sign_accuracy"] != first["accuracy"] and last["sign_accuracy"] == last["accuracy"]
    assert "binary_weights" not in trainer(recipe("proxgen"), tmp_path)._at_point()


def test_the_accuracy_of_signs_is_that_of_a_network_of_signs(tmp_path):
    run = trainer(recipe("proxquant"), tmp_path)
    run.run()
    own = run.model.linear.weight.detach().clone()
    told = measures.binary(run.rule.optimizer, run.model, run.data.test, run.world)
    assert torch.equal(run.model.linear.weight, own)
    with torch.no_grad():
        run.model.linear.weight.copy_(torch.where(own < 0, -1.0, 1.0))
        run.model.linear.weight[0] = 0.5
    other = measures.binary(run.rule.optimizer, run.model, run.data.test, run.world)
    assert other["binary_weights"] == pytest.approx(100 * (1 - 1 / len(own)))
    with torch.no_grad():
        run.model.linear.weight.copy_(torch.where(own < 0, -1.0, 1.0))
    assert told["sign_accuracy"] == measures.accuracy(run.model, run.data.test, run.world)["accuracy"]


def test_a_shortened_run_takes_signs_as_much_earlier_and_one_of_other_batches_after_as_many_epochs(tmp_path):
    for settings, at in [({"shorten": 2}, 5), ({"batch": 8}, 36), ({"subset": 100}, 6), ({"epochs": 3}, 10)]:
        assert trainer(recipe("signs").changed(settings), tmp_path).rule.at == at
