"""Smaller networks in files."""

from __future__ import annotations

import sys

import pytest
import torch
from torch import nn

from deep.models import build
from deep.shrink import files, load, save, shrink

from .networks import randomise, some_network

ARCHITECTURE = {"model": "resnet20-projection", "shape": (3, 8, 8), "classes": 10}


@pytest.fixture(scope="module")
def smaller():
    torch.manual_seed(0)
    model = randomise(build("resnet20-projection", shape=(3, 8, 8)), 0.5)
    return shrink(model, torch.randn(2, 3, 8, 8), ()).model


@pytest.mark.parametrize("ending", [".safetensors", ".pt"])
def test_a_network_comes_back_from_its_file_in_the_same_bits(smaller, tmp_path, ending):
    path = save(smaller, tmp_path / f"small{ending}", ARCHITECTURE)
    assert save(smaller, str(path), ARCHITECTURE) == path
    state = torch.get_rng_state()
    loaded = load(path)
    assert torch.equal(torch.get_rng_state(), state)
    x = torch.randn(3, 3, 8, 8)
    assert torch.equal(loaded(x), smaller(x)) and not loaded.training
    assert path.suffix == ending and path.stat().st_size < 4 * sum(p.numel() for p in smaller.parameters()) + 100_000


def test_without_safetensors_the_file_is_torch_s_own(smaller, tmp_path, monkeypatch):
    safe = save(smaller, tmp_path / "a.safetensors", ARCHITECTURE)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    path = save(smaller, tmp_path / "small.safetensors", ARCHITECTURE)
    assert path == tmp_path / "small.pt" and torch.equal(load(path)(torch.ones(1, 3, 8, 8)), smaller(torch.ones(1, 3, 8, 8)))
    with pytest.raises(ValueError, match="pip install safetensors"):
        load(safe)


def test_a_network_of_one_s_own_is_loaded_into_its_original(tmp_path):
    for seed in range(8):
        model = randomise(some_network(seed), 0.4, seed=seed)
        small = shrink(model, torch.randn(2, 3, 12, 12), ()).model
        path = save(small, tmp_path / f"{seed}.safetensors")
        original, x = some_network(seed), torch.randn(3, 3, 12, 12)
        before = {name: value.clone() for name, value in original.state_dict().items()}
        assert torch.equal(load(path, original)(x), small(x))
        assert all(torch.equal(value, before[name]) for name, value in original.state_dict().items())
    with pytest.raises(ValueError, match="give the original"):
        load(path)


@pytest.mark.parametrize("ending", [".safetensors", ".pt"])
def test_tied_weights_are_kept_and_loaded(tmp_path, ending):
    def tied():
        model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 8), nn.Linear(8, 3))
        model[4].weight = model[2].weight
        return randomise(model, 0.5)

    x = torch.randn(5, 4)
    small = shrink(tied(), x, ()).model
    assert torch.equal(load(save(small, tmp_path / f"tied{ending}"), tied())(x), small(x))


@pytest.mark.parametrize("ending", [".safetensors", ".pt"])
def test_a_bit_that_is_not_as_saved_is_seen(smaller, tmp_path, ending):
    path = save(smaller, tmp_path / f"small{ending}", ARCHITECTURE)
    whole = path.read_bytes()
    for k in range(0, 8 * len(whole), 8 * len(whole) // 97):
        changed = bytearray(whole)
        changed[k // 8] ^= 1 << k % 8
        path.write_bytes(changed)
        try:
            loaded = load(path)
        except ValueError as error:
            assert str(path) in str(error)
        else:  # between the parts of an archive, say
            assert all(torch.equal(x, loaded.state_dict()[name]) for name, x in smaller.state_dict().items())


def test_a_file_without_a_digest_is_loaded_as_ever(smaller, tmp_path, monkeypatch):
    monkeypatch.setattr("deep.shrink.files.FORMAT", files.WITHOUT_DIGEST)
    monkeypatch.setattr("deep.shrink.files._digest", lambda architecture, tensors: "")
    path = save(smaller, tmp_path / "small.pt", ARCHITECTURE)
    monkeypatch.undo()
    assert torch.equal(load(path)(torch.ones(1, 3, 8, 8)), smaller(torch.ones(1, 3, 8, 8)))


def test_a_network_in_float64_comes_back_in_float64(tmp_path):
    model = randomise(some_network(3), 0.4, seed=3).double()
    small = shrink(model, torch.randn(2, 3, 12, 12).double(), ()).model
    x = torch.randn(3, 3, 12, 12).double()
    assert torch.equal(load(save(small, tmp_path / "small.pt"), some_network(3))(x), small(x))


def test_what_does_not_fit_or_is_damaged_is_said_in_one_line(smaller, tmp_path):
    path = save(smaller, tmp_path / "small.safetensors", ARCHITECTURE)
    with pytest.raises(ValueError, match="does not fit the network"):
        load(path, nn.Sequential(nn.Linear(3, 2)))
    with pytest.raises(ValueError, match=r"must end in \.safetensors or \.pt"):
        save(smaller, tmp_path / "small.onnx", ARCHITECTURE)
    with pytest.raises(ValueError, match="architecture lacks shape; it must say model, shape, classes"):
        save(smaller, tmp_path / "small.pt", {"model": "lenet5", "classes": 10})
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load(tmp_path / "none.pt")
    torch.save({"weights": torch.ones(2)}, tmp_path / "other.pt")
    (tmp_path / "cut.safetensors").write_bytes(path.read_bytes()[:-100])
    for name in ("other.pt", "cut.safetensors"):
        with pytest.raises(ValueError, match="is damaged or no network of"):
            load(tmp_path / name)
