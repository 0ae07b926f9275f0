"""Which channels go and which stay, on networks small enough to see why."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from deep.shrink import shrink

from .networks import Residual
from .test_same_outputs import assert_same


def shapes(model, shape):
    torch.manual_seed(0)
    model = model.eval()
    shrunk = shrink(model, torch.randn(2, *shape), ())
    assert_same(model, shrunk.model, shape)
    return [row.shapes[1] for row in shrunk.report.rows]


def zero(layer, *, outputs=(), inputs=()):
    with torch.no_grad():
        layer.weight[list(outputs)] = 0
        layer.weight[:, list(inputs)] = 0
    return layer


def test_an_output_that_no_layer_reads_goes_and_then_what_only_it_read():
    torch.manual_seed(0)
    first, second, third = nn.Linear(5, 4), nn.Linear(4, 3), nn.Linear(3, 2)
    with torch.no_grad():
        third.weight[:, 1] = 0  # so row 1 of the second goes
        second.weight[[0, 2], 3] = 0  # row 1 alone read its input 3, so row 3 of the first goes
        first.weight[:3, 4] = 0  # that row alone read the last pixel
    assert shapes(nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), third), (5,)) == [(3, 4), (2, 3), (2, 2)]


def test_an_output_with_zero_weights_goes_into_the_next_bias():
    torch.manual_seed(0)
    first, second = zero(nn.Linear(3, 4), outputs=[0, 2]), nn.Linear(4, 2, bias=False)
    nn.init.ones_(first.bias)
    shrunk = shrink(nn.Sequential(first, nn.Sigmoid(), second), torch.randn(2, 3), ())
    assert [row.shapes[1] for row in shrunk.report.rows] == [(2, 3), (2, 2)]
    want = torch.sigmoid(torch.tensor(1.0)) * second.weight[:, [0, 2]].sum(1)
    assert torch.allclose(shrunk.model.get_submodule("2").bias, want)


@pytest.mark.parametrize(
    ("padding", "bias", "left"),
    [(0, 1.0, 3), (1, 1.0, 4), (1, -1.0, 3)],
    ids=["not padded: into the bias", "padded: it ends at the border", "padded, but the ReLU makes it 0"],
)
def test_a_constant_channel_before_a_convolution(padding, bias, left):
    torch.manual_seed(0)
    first, second = zero(nn.Conv2d(2, 4, 3), outputs=[1]), nn.Conv2d(4, 2, 3, padding=padding)
    nn.init.constant_(first.bias, bias)
    model = nn.Sequential(first, nn.ReLU(), second)
    assert shapes(model, (2, 7, 7)) == [(left, 2, 3, 3), (2, left, 3, 3)]
    assert shrink(model, torch.randn(1, 2, 7, 7), ()).report.held == left - 3


def test_a_constant_behind_a_mean_that_counts_the_padding_is_none():
    torch.manual_seed(0)
    for pool, left in (
        (nn.AvgPool2d(3, 1, 1), 4),
        (nn.AvgPool2d(3, 1, 1, count_include_pad=False), 3),
        (nn.MaxPool2d(3, 1, 1), 3),
    ):
        layers = zero(nn.Conv2d(2, 4, 3), outputs=[1]), pool, nn.Conv2d(4, 2, 1)
        assert shapes(nn.Sequential(*layers), (2, 6, 6))[0][0] == left, pool


def test_a_batch_norm_of_weight_0_makes_a_constant():
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(4)
    with torch.no_grad():
        norm.weight[2] = 0
        norm.bias[2] = 0.7
    assert shapes(nn.Sequential(nn.Conv2d(2, 4, 3), norm, nn.Conv2d(4, 2, 1)), (2, 6, 6)) == [(3, 2, 3, 3), (2, 3, 1, 1)]


def test_a_channel_goes_from_a_sum_only_where_all_that_is_read_agrees():
    torch.manual_seed(0)
    stem, block, last = nn.Conv2d(3, 5, 3), Residual(5, 4), nn.Conv2d(5, 2, 1)
    zero(block.branch[0], inputs=[0, 1])
    zero(last, inputs=[1, 2])
    assert shapes(nn.Sequential(stem, block, last), (3, 8, 8)) == [(4, 3, 3, 3), (4, 3, 3, 3), (4, 4, 3, 3), (2, 3, 1, 1)]


def test_a_channel_that_only_feeds_itself_through_a_block_goes():
    torch.manual_seed(0)
    stem, block, last = nn.Conv2d(3, 5, 3), Residual(5, 4), zero(nn.Conv2d(5, 2, 1), inputs=[0])
    with torch.no_grad():
        block.branch[0].weight[:3, 0] = 0  # filter 3 of the block reads channel 0, and writes nothing else
        block.branch[3].weight[1:, 3] = 0
    assert shapes(nn.Sequential(stem, block, last), (3, 8, 8))[:3] == [(4, 3, 3, 3), (3, 4, 3, 3), (4, 3, 3, 3)]


def test_a_filter_goes_that_writes_to_a_channel_which_earlier_layers_alone_read():
    torch.manual_seed(0)
    stem, block, last = nn.Conv2d(3, 5, 3), Residual(5, 4), zero(nn.Conv2d(5, 2, 1), inputs=[0])
    with torch.no_grad():
        block.branch[3].weight[1:, 3] = 0  # filter 3 of the block writes to channel 0 alone, which the block alone reads
    assert shapes(nn.Sequential(stem, block, last), (3, 8, 8))[:3] == [(5, 3, 3, 3), (3, 5, 3, 3), (5, 3, 3, 3)]


def test_flattening_makes_a_channel_columns_that_go_together_and_others_are_picked():
    torch.manual_seed(0)
    last = zero(nn.Linear(3 * 4, 2), inputs=[4, 5, 6, 7, 9])
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), last).eval()
    shrunk = shrink(model, torch.randn(2, 1, 4, 4), ())
    assert_same(model, shrunk.model, (1, 4, 4))
    assert [row.shapes[1] for row in shrunk.report.rows] == [(2, 1, 3, 3), (2, 7)]
    assert shrunk.model.get_submodule("3.select").index.tolist() == [0, 1, 2, 3, 4, 6, 7]


def test_pixels_that_no_weight_reads_are_left_out_by_an_index():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), zero(nn.Linear(9, 2), inputs=[0, 8])).eval()
    shrunk = shrink(model, torch.randn(2, 1, 3, 3), ())
    assert_same(model, shrunk.model, (1, 3, 3))
    assert shrunk.model.get_submodule("1.select").index.tolist() == list(range(1, 8))


class Functions(nn.Module):
    """What is known by function and method, and what is not known."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.third = nn.Conv2d(2, 6, 1), nn.Conv2d(6, 6, 1, groups=2), nn.Conv2d(6, 4, 1)
        self.last = nn.Linear(16, 2)

    def forward(self, x):
        x = nn.functional.relu(self.first(x), inplace=True)
        x = torch.relu(self.third(torch.roll(self.second(x), 1, 1)))
        return self.last(torch.flatten(x, start_dim=1))


def test_what_is_not_known_keeps_its_channels():
    torch.manual_seed(0)
    model = Functions()
    zero(model.third, inputs=[0, 1])
    zero(model.second, inputs=[0, 1])
    zero(model.last, inputs=range(4))
    assert shapes(model, (2, 2, 2)) == [(6, 2, 1, 1), (3, 4, 1, 1), (2, 12)]


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.twice, self.last = nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x):
        return self.last(self.twice(self.twice(self.first(x))))


def test_a_layer_that_is_called_twice_keeps_its_channels():
    torch.manual_seed(0)
    model = Tied()
    zero(model.twice, inputs=[0], outputs=[1])
    zero(model.last, inputs=[2])
    assert shapes(model, (3,)) == [(4, 3), (2, 3)]


def test_a_layer_with_a_hook_keeps_its_channels():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), zero(nn.Linear(4, 2), inputs=[0]))
    model[0].register_forward_hook(lambda module, given, made: made.flip(1))
    shrunk = shrink(model, torch.randn(2, 3), ())
    assert [row.name for row in shrunk.report.rows] == ["2"]


class InPlace(nn.Module):
    """A ReLU in place on what another layer reads too."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.third, self.relu = (
            nn.Linear(3, 4),
            nn.Linear(4, 2),
            nn.Linear(4, 2),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        x = self.first(x)
        y = self.second(self.relu(x))
        return y + self.third(x)


def test_constants_that_work_in_place_may_change_are_not_taken_for_known():
    torch.manual_seed(0)
    model = InPlace()
    zero(model.first, outputs=[0])
    nn.init.constant_(model.first.bias, -1.0)
    assert shapes(model, (3,)) == [(4, 3), (2, 4), (2, 4)]


class Branching(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


def test_a_network_whose_path_depends_on_values_is_refused():
    with pytest.raises(ValueError, match="Branching cannot be traced by"):
        shrink(Branching(), torch.ones(1, 2), ())


def test_the_report_counts_parameters_and_bytes_and_measures_latency():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), zero(nn.Linear(3, 2), inputs=[0]))
    report = shrink(model, torch.randn(2, 4), (1, 3)).report
    assert (report.before.parameters, report.after.parameters) == (4 * 3 + 3 + 3 * 2 + 2, 4 * 2 + 2 + 2 * 2 + 2)
    assert (report.before.bytes, report.after.bytes) == (4 * report.before.parameters, 4 * report.after.parameters)
    assert [at.batch for at in report.latency] == [1, 3] and all(np.isfinite(at.before / at.after) for at in report.latency)
    lines = str(report).splitlines()
    assert lines[1].split() == ["0", "3x4", "2x4", "15", "10", "66.7", "%"]
    assert lines[3].split() == ["all", "23", "16", "69.6", "%"]
