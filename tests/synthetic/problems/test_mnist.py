"""Logistic regression on MNIST, on made-up images in MNIST's format."""

from __future__ import annotations

import gzip
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from synthetic.problems import Instance, MNISTLogistic, mnist
from synthetic.reference import certify
from tests.idx import idx
from verify.data.layouts import Known


@pytest.fixture
def root(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    images, labels = rng.integers(256, size=(60, 28, 28), dtype=np.uint8), rng.integers(10, size=60, dtype=np.uint8)
    images[:, :10] = 0
    images[:, 20, 3] = 25 * labels  # one pixel that tells
    folder = tmp_path / "mnist"
    folder.mkdir()
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(labels))
    known = tuple(Known(part.shape, sha256(part.tobytes()).hexdigest()) for part in (images, labels))
    monkeypatch.setattr(mnist, "TRAIN", replace(mnist.TRAIN, known=known))
    return tmp_path


def test_loss_and_gradient_are_those_of_cross_entropy(root):
    torch = pytest.importorskip("torch")
    instance = MNISTLogistic(root=str(root)).instance([0, 1])
    rng = np.random.default_rng(1)
    w = {name: rng.normal(size=a.shape) / 10 for name, a in instance.start().items()}
    index = rng.integers(60, size=(2, 7))
    for rows in (None, index):
        loss, gradient = instance.loss(w, rows), instance.gradient(w, rows)
        for r in range(2):
            weight, bias = (torch.tensor(w[name][r], requires_grad=True) for name in ("weight", "bias"))
            kept = slice(None) if rows is None else rows[r]
            labels = torch.tensor(instance.y[0].argmax(1)[kept])
            exact = torch.nn.functional.cross_entropy(torch.tensor(instance.X[0][kept]) @ weight.T + bias, labels)
            exact.backward()
            assert loss[r] == pytest.approx(exact.item(), rel=1e-13)
            assert np.abs(gradient["weight"][r] - weight.grad.numpy()).max() < 1e-14
            assert np.abs(gradient["bias"][r] - bias.grad.numpy()).max() < 1e-14


def test_pixels_are_normalised_and_labels_are_read(root):
    instance = MNISTLogistic(root=str(root)).instance([0])
    labels = instance.y[0].argmax(axis=1)
    assert instance.X.shape == (1, 60, 784)
    assert instance.X[0, :, 0] == pytest.approx(-0.1307 / 0.3081, rel=1e-12)
    assert instance.X[0, :, 20 * 28 + 3] == pytest.approx((25 * labels / 255 - 0.1307) / 0.3081, rel=1e-12)


def test_the_other_functions_fit_the_gradient(root):
    instance = MNISTLogistic(root=str(root), samples=50).instance([0, 1])
    rng = np.random.default_rng(2)
    w, v = ({name: rng.normal(size=a.shape) / 10 for name, a in instance.start().items()} for _ in range(2))
    y = {name: w[name] + 0.01 * v[name] for name in w}
    assert instance.drop(w, y) == pytest.approx(instance.loss(w) - instance.loss(y), abs=1e-13)
    for name, product in instance.product(w, v).items():
        assert product == pytest.approx(Instance.product(instance, w, v)[name], abs=1e-7 * np.abs(product).max())


def test_the_lipschitz_constant_is_attained_where_two_classes_are_equal(root):
    instance = MNISTLogistic(root=str(root)).instance([0])
    w = instance.start()
    w["bias"][0, :2] = 50
    v = {name: np.random.default_rng(3).normal(size=a.shape) for name, a in w.items()}
    for _ in range(50):
        size = np.sqrt(sum(np.sum(a**2) for a in v.values()))
        v = instance.product(w, {name: a / size for name, a in v.items()})
    attained = np.sqrt(sum(np.sum(a**2) for a in v.values()))
    assert 0.99 * instance.lipschitz[0] < attained <= instance.lipschitz[0] * (1 + 1e-9)


def test_its_optimum_is_certified_and_dead_pixels_are_outside(root):
    instance = MNISTLogistic(root=str(root), lam=0.03).instance([0])
    found = certify(instance)
    assert found.bin == ["clear"]
    columns = found.pattern["weight"][0].max(axis=0).reshape(28, 28)
    assert 0 < columns.sum() < 200
    assert not columns[:10].any()
    assert columns[20, 3]
    assert np.abs(found.w["bias"].sum()) < 1e-4  # a common constant is free


def test_the_folder_is_also_taken_from_the_environment(root, monkeypatch):
    monkeypatch.setenv("PROXPROOF_DATA", str(root / "mnist"))
    assert MNISTLogistic(samples=20).instance([0]).samples == 20


def test_missing_data_are_one_clear_line(tmp_path, monkeypatch):
    monkeypatch.delenv("PROXPROOF_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"MNIST is not in data: put train-images-idx3-ubyte, .* PROXPROOF_DATA"):
        MNISTLogistic().instance([0])
    with pytest.raises(FileNotFoundError, match=f"MNIST is not in {tmp_path}: put "):
        MNISTLogistic(root=str(tmp_path)).instance([0])


def test_a_file_of_another_kind_is_refused(root):
    (root / "mnist" / "train-labels-idx1-ubyte").write_bytes(b"hello")
    with pytest.raises(ValueError, match="not an IDX file"):
        MNISTLogistic(root=str(root)).instance([0])


def test_files_of_another_data_set_with_mnists_names_are_refused(root):
    (root / "mnist" / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(60, np.uint8)))
    with pytest.raises(ValueError, match=r"train-labels-idx1-ubyte is damaged or another data set's .* get it again"):
        MNISTLogistic(root=str(root)).instance([0])
