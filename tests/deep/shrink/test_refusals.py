"""Networks that torch.fx sees otherwise than they are, and what is measured of several outputs."""

from __future__ import annotations

from types import MethodType

import pytest
import torch
from torch import nn
from torch.nn.functional import dropout, linear

from deep.baselines.magnitude_pruning import make_permanent, prune_to
from deep.shrink import shrink
from deep.shrink.difference import difference

from .test_same_outputs import assert_same
from .test_what_goes import zero


class Net(nn.Module):
    """Two layers with a batch norm between them; rows 1 and 3 of the first are zero, their biases not."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.a, self.norm, self.out = nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Linear(8, 8)
        zero(self.a, outputs=[1, 3])
        with torch.no_grad():
            self.norm.weight.normal_()

    def hidden(self, x):
        return torch.relu(self.norm(self.a(x)))

    def forward(self, x):
        return self.out(self.hidden(x))


class ReadsBias(Net):
    def forward(self, x):
        return super().forward(x) + self.a.bias.sum()


class ReadsWeight(Net):
    def forward(self, x):
        return super().forward(x) + self.out.weight.sum()


class ReadsNorm(Net):
    def forward(self, x):
        return super().forward(x) * self.norm.weight.mean()


class Decoder(Net):
    def forward(self, x):
        return self.out(linear(self.hidden(x), self.a.weight.t()))


class WritesInto(Net):
    def forward(self, x):
        a = self.a(x)
        torch.add(a, 1, out=a)
        return self.out(a)


@pytest.mark.parametrize("kind", [ReadsBias, ReadsWeight, ReadsNorm, Decoder, WritesInto])
def test_tensors_that_are_read_outside_their_layer_or_written_into_keep_the_outputs(kind):
    model = kind().eval()
    zero(model.a, inputs=[0])
    assert_same(model, shrink(model, torch.randn(2, 8), ()).model, (8,))


def test_a_layer_whose_forward_was_replaced_keeps_its_channels():
    model = Net().eval()
    model.a.forward = MethodType(lambda layer, x: linear(x, layer.weight.flip(0), layer.bias), model.a)
    assert [row.name for row in shrink(model, torch.randn(2, 8), ()).report.rows] == ["out"]


class Optional(Net):
    def forward(self, x, mask=None):
        return super().forward(x) if mask is None else x


def test_a_branch_that_the_trace_takes_otherwise_is_refused():
    with pytest.raises(ValueError, match=r"not this Optional: .* differs by .* no branch on an argument"):
        shrink(Optional(), torch.randn(2, 8), ())


class View(nn.Module):
    """Adds to a part of a tensor, which torch.fx takes for a sum of its own, with a weight that float32 hardly shows."""

    def __init__(self):
        super().__init__()
        self.layers, self.last = nn.ModuleList(nn.Linear(8, 8) for _ in range(2)), nn.Linear(8, 3)

    def forward(self, x):
        h = self.layers[0](x)
        part = h[:, :4]
        part += 1e-4 * torch.relu(self.layers[1](x))[:, :4]
        return self.last(h)


def test_a_branch_that_is_lost_is_seen_however_small_its_weight():
    torch.manual_seed(0)
    with pytest.raises(ValueError, match=r"not this View: .* loses what is written into a view"):
        shrink(View(), torch.randn(16, 8), ())


class Autocast(Net):
    def forward(self, x):
        with torch.autocast("cpu", torch.bfloat16):
            return super().forward(x).float()


def test_autocast_that_the_trace_does_not_enter_is_named_and_around_the_network_it_is_fine():
    x = torch.randn(5, 8)
    with pytest.raises(ValueError, match=r"not this Autocast: .* enters no autocast, .*put autocast around its call$"):
        shrink(Autocast(), x, ())
    with torch.autocast("cpu", torch.bfloat16):
        assert shrink(Net(), x, ()).report.difference < 0.1


def test_a_lazy_network_that_was_never_run_is_refused():
    with pytest.raises(ValueError, match=r"0\.weight has no shape yet"):
        shrink(nn.Sequential(nn.LazyLinear(3)), torch.randn(2, 8), ())


class Several(Net):
    def forward(self, x):
        h = self.hidden(x)
        return {"out": self.out(h), "also": (h.sum(1), h.argmax(1))}


def test_several_outputs_are_compared_each():
    model = Several().eval()
    shrunk = shrink(model, torch.randn(2, 8), ())
    assert shrunk.report.difference < 1e-5
    x = torch.randn(3, 8)
    assert difference(model(x), shrunk.model(x)) < 1e-5


def test_the_difference_is_that_of_the_worst_output_over_its_own_size():
    want = {"a": torch.tensor([100.0, 1.0]), "b": (torch.tensor([0.5, torch.inf, torch.nan]),)}
    got = {"a": torch.tensor([101.0, 1.0]), "b": (torch.tensor([0.25, torch.inf, torch.nan]),)}
    assert difference(want, got) == 0.5
    assert difference([torch.ones(2), torch.ones(1)], [torch.ones(2), torch.tensor([torch.nan])]) == torch.inf
    with pytest.raises(ValueError, match=r"outputs of shapes \[\(2,\)\] and \[\(3,\)\]"):
        difference(torch.ones(2), torch.ones(3))


class Alias(nn.Module):
    """Writes into a tensor that has another name, without biases: zeros in are zeros out, whatever is lost."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(8, 8, bias=False), nn.Linear(8, 8, bias=False)

    def forward(self, x):
        y = self.a(x)
        same = y
        y += torch.relu(self.b(y))
        return y + same


class Drops(Alias):
    def forward(self, x):
        return self.b(dropout(self.a(x), 0.5))


class DropsInFloat32(Drops):
    """For which numbers have a dtype: it does not work in float64."""

    def forward(self, x):
        return super().forward(x.float())


@pytest.mark.parametrize("kind", [Alias, Drops, DropsInFloat32])
def test_zeros_for_an_example_let_no_other_network_through(kind):
    torch.manual_seed(0)
    with pytest.raises(ValueError, match=f"not this {kind.__name__}: an output differs by"):
        shrink(kind(), torch.zeros(2, 8), ())


def test_an_example_on_which_no_output_is_finite_says_nothing():
    with pytest.raises(ValueError, match=r"no output of this Net on the example is finite"):
        shrink(Net(), torch.full((2, 8), torch.nan), ())


class Looks(nn.Module):
    """Takes whole numbers from 0 to 4 alone, as floating-point ones."""

    def __init__(self):
        super().__init__()
        self.table, self.a, self.out = nn.Embedding(5, 8), nn.Linear(8, 8), nn.Linear(8, 3)

    def forward(self, x):
        return self.out(torch.relu(self.a(self.table(x.long()))))


def test_random_numbers_that_the_network_does_not_take_are_left_out():
    torch.manual_seed(0)
    model = Looks()
    zero(model.a, outputs=[1, 3])
    assert shrink(model, torch.tensor([0.0, 4.0, 2.0]), ()).report.difference < 1e-6


class Two(Net):
    def forward(self, x, y):
        return super().forward(x) + y


@pytest.mark.parametrize(
    ("model", "why"), [(Net(), "mat1 and mat2 shapes cannot be multiplied"), (Two(), "Expected positional argument .* y")]
)
def test_an_example_that_the_network_does_not_take_is_refused_in_one_line(model, why, capfd):
    with pytest.raises(
        ValueError, match=rf"^\w+ does not take the example of shape \(2, 8, 5\) as its one argument: {why}[^\n]*$"
    ):
        shrink(model, torch.randn(2, 8, 5), ())
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("by", [None, "filter"])
def test_masks_of_pruning_are_refused_until_they_are_in_the_weights(by):
    model = Net()
    prune_to(model, 0.5, by)
    with pytest.raises(ValueError, match=r"Net has masks of torch.nn.utils.prune: .*magnitude_pruning.make_permanent"):
        shrink(model, torch.randn(2, 8), ())
    make_permanent(model)
    shrink(model, torch.randn(2, 8), ())


@pytest.mark.parametrize("batches", [(0,), (1, -1)])
def test_batches_of_no_input_are_refused(batches):
    with pytest.raises(ValueError, match="batches must be of 1 input or more"):
        shrink(Net(), torch.randn(2, 8), batches)
