"""Every network: what goes in and comes out, how it is grouped, traced and laid out in memory, how it begins."""

from __future__ import annotations

import warnings
from functools import cache

import pytest
import torch
from torch import fx, nn

from deep.groups import groups
from deep.models import MODELS, build, register
from verify.penalties import GroupL2

SHAPES = {name: (1, 28, 28) if name.startswith(("logistic", "mlp", "lenet")) else (3, 32, 32) for name in MODELS}
every_model = pytest.mark.parametrize("name", sorted(MODELS))
# Others differ from one of the rest in their depth alone, and what is asked of every form is not a matter of that.
DEEPER = {"vgg19", "resnet34", "resnet34-imagenet", "resnet50-imagenet", "densenet201", "densenet201-imagenet"}
DEEPER |= {f"resnet{depth}{kind}" for depth in (32, 44, 56) for kind in ("", "-projection")}
every_form = pytest.mark.parametrize("name", sorted(MODELS.keys() - DEEPER))


@cache
def made(name):
    torch.manual_seed(0)
    return build(name, shape=SHAPES[name], classes=7).eval()


def images(shape, n=2):
    return torch.randn(n, *shape, generator=torch.Generator().manual_seed(1))


@every_model
def test_images_of_any_shape_from_the_smallest_on_become_scores(name):
    smallest = MODELS[name].smallest
    for shape in (SHAPES[name], (2, smallest, smallest + 3)):
        with torch.device("meta"):
            model = build(name, shape=shape, classes=7).eval()
        scores = model(torch.empty(3, *shape, device="meta"))
        assert scores.shape == (3, 7) and scores.dtype == torch.float32


@every_form
def test_every_parameter_has_a_gradient(name):
    model = build(name, shape=SHAPES[name], classes=7)
    model(images(SHAPES[name])).square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize("name", sorted(name for name, model in MODELS.items() if model.smallest > 1))
def test_smaller_images_are_refused_because_nothing_would_be_left_of_them(name):
    smallest = MODELS[name].smallest
    shape = (3, 64, smallest - 1)
    with pytest.raises(ValueError, match=f"{name} needs images of {smallest} x {smallest} at least; got 64 x {smallest - 1}"):
        build(name, shape=shape)
    with torch.device("meta"), warnings.catch_warnings(), pytest.raises((RuntimeError, ValueError)):
        warnings.simplefilter("ignore")  # layers without inputs
        MODELS[name].make(shape, 10).eval()(torch.empty(1, *shape))


@every_form
@torch.no_grad()
def test_channels_last_gives_the_same_scores_and_reaches_the_last_convolution(name):
    model = made(name)
    expected = model(images(SHAPES[name]))
    convolutions = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    seen = []
    handles = [
        layer.register_forward_hook(lambda _, inputs, output: seen.append((inputs[0], output))) for layer in convolutions
    ]
    model.to(memory_format=torch.channels_last)
    try:
        found = model(images(SHAPES[name]).to(memory_format=torch.channels_last))
    finally:
        model.to(memory_format=torch.contiguous_format)
        [handle.remove() for handle in handles]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4 * expected.abs().max().item())
    assert len(seen) == len(convolutions)
    assert all(x.is_contiguous(memory_format=torch.channels_last) for pair in seen for x in pair)


@every_model
def test_every_weight_of_two_axes_or_more_is_penalised_by_channel_and_nothing_else_is(name):
    with torch.device("meta"):
        model = build(name, shape=SHAPES[name])
    found = groups(model, GroupL2(lam=1.0), by="channel")
    penalised = {key for group in found if group["penalty"] is not None for key, _ in group["params"]}
    assert penalised == {key for key, p in model.named_parameters() if p.ndim >= 2}


@every_form
@torch.no_grad()
def test_a_traced_network_is_the_same_function_with_the_same_parameters(name):
    model = made(name)
    traced = fx.symbolic_trace(model)
    assert traced.state_dict().keys() == model.state_dict().keys()
    for n in (1, 3):
        assert torch.equal(traced(images(SHAPES[name], n)), model(images(SHAPES[name], n)))


@every_form
def test_weights_come_from_the_global_generator_alone(name):
    def weights(seed):
        torch.manual_seed(seed)
        return torch.nn.utils.parameters_to_vector(build(name, shape=SHAPES[name], classes=7).parameters())

    assert torch.equal(weights(0), torch.nn.utils.parameters_to_vector(made(name).parameters()))
    assert not torch.equal(weights(0), weights(1))


@every_form
def test_no_network_has_dropout(name):
    assert not [layer for layer in made(name).modules() if isinstance(layer, nn.modules.dropout._DropoutNd)]


def test_an_unknown_name_is_answered_with_those_that_are_near():
    with pytest.raises(ValueError, match=r"unknown model 'resnet-18'; did you mean resnet18"):
        build("resnet-18", shape=(3, 32, 32))
    with pytest.raises(ValueError, match=r"unknown model 'transformer'; there are .*densenet121, .*vgg19"):
        build("transformer", shape=(3, 32, 32))


@pytest.mark.parametrize(("shape", "classes"), [((32, 32), 10), ((3, 0, 32), 10), ((3, 32, 32), 0)])
def test_shapes_and_classes_that_mean_nothing_are_refused(shape, classes):
    with pytest.raises(ValueError, match="must be positive; got"):
        build("logistic", shape=shape, classes=classes)


def test_a_name_is_given_once():
    with pytest.raises(ValueError, match="there is a model 'vgg19' already"):
        register("vgg19", "another", MODELS["vgg19"].make)
