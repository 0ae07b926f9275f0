"""In which precision a network computes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from deep.recipes import find
from deep.training import cost, trainer
from deep.training.precision import PRECISIONS, forward_in
from tests.deep.training import small


@pytest.fixture(autouse=True)
def as_before():
    flags = torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32
    yield
    torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = flags


@pytest.mark.parametrize("precision", PRECISIONS)
def test_products_of_float32_are_rounded_by_a_gpu_where_a_recipe_says_so_alone(precision, tmp_path):
    torch.backends.cudnn.allow_tf32 = precision != "tf32"
    run = small.trainer(small.recipe().changed({"precision": precision}), tmp_path)
    assert torch.backends.cudnn.allow_tf32 is torch.backends.cuda.matmul.allow_tf32 is (precision == "tf32")
    with run.cast():
        computed = nn.functional.linear(torch.ones(1, 2), torch.ones(3, 2)).dtype
    assert computed is {"bfloat16": torch.bfloat16, "float16": torch.float16}.get(precision, torch.float32)


def test_the_cost_of_a_recipe_is_that_of_its_precision(monkeypatch):
    seen = []
    monkeypatch.setattr(cost, "forward_in", lambda precision, device: seen.append(precision) or forward_in(precision, device))
    step = cost.steps(find("quickstart").changed({"precision": "bfloat16"}), torch.device("cpu"))
    assert step(8) > 0
    assert seen == ["bfloat16"]


@pytest.mark.filterwarnings("ignore:Guards may run slower")  # on Python 3.13.0
def test_a_compiled_network_is_compiled_for_each_size_of_a_batch(monkeypatch):
    """So that full batches after a smaller one run the code that a resumed run begins with."""
    made, ran = [], []

    def backend(graph, inputs):
        made.append(graph)
        return lambda *values: ran.append(graph) or graph(*values)

    usual = torch.compile
    monkeypatch.setattr(torch, "compile", lambda network, mode, **options: usual(network, backend=backend, **options))
    torch._dynamo.reset()
    network = trainer.compiled(nn.Linear(4, 2), "default")
    for n in (8, 8, 5, 8, 8):
        network(torch.ones(n, 4))
    assert len(made) == 2
    assert [made.index(graph) for graph in ran] == [0, 0, 1, 0, 0]
