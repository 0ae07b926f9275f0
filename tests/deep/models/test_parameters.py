"""How many parameters each network has, counted by hand from the widths of its layers."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from deep.models import build


def linear(inputs, outputs):
    return inputs * outputs + outputs


def conv(inputs, outputs, kernel):
    return inputs * outputs * kernel**2


def norm(channels):
    return 2 * channels


def mlp(*widths):
    return sum(linear(*pair) for pair in pairwise(widths))


def vgg(repeats, classes):
    widths = [3, *(width for width, n in zip((64, 128, 256, 512, 512), repeats, strict=True) for _ in range(n))]
    return sum(conv(i, o, 3) + o + norm(o) for i, o in pairwise(widths)) + linear(512, classes)


def basic_stages(inputs, widths, blocks, projection=True):
    total = 0
    for width, n in zip(widths, blocks, strict=True):
        total += conv(inputs, width, 3) + (2 * n - 1) * conv(width, width, 3) + 2 * n * norm(width)
        total += conv(inputs, width, 1) + norm(width) if projection and inputs != width else 0
        inputs = width
    return total


def bottleneck_stages(inputs, widths, blocks):
    total = 0
    for width, n in zip(widths, blocks, strict=True):
        total += conv(inputs, width, 1) + (n - 1) * conv(4 * width, width, 1)
        total += n * (conv(width, width, 3) + conv(width, 4 * width, 1) + norm(6 * width))
        total += conv(inputs, 4 * width, 1) + norm(4 * width)
        inputs = 4 * width
    return total


CIFAR, IMAGENET = conv(3, 64, 3) + norm(64), conv(3, 64, 7) + norm(64)
WIDE = (64, 128, 256, 512)


def resnet(stem, blocks, classes):
    return stem + basic_stages(64, WIDE, blocks) + linear(512, classes)


def resnet50(stem, classes):
    return stem + bottleneck_stages(64, WIDE, (3, 4, 6, 3)) + linear(2048, classes)


def thin(n, projection=False):
    return conv(3, 16, 3) + norm(16) + basic_stages(16, (16, 32, 64), (n, n, n), projection) + linear(64, 10)


def densenet(stem, layers, last, classes):
    total, channels = stem, 64
    for i, n in enumerate(layers):
        for _ in range(n):
            total += norm(channels) + conv(channels, 128, 1) + norm(128) + conv(128, 32, 3)
            channels += 32
        if i < 3:
            total += norm(channels) + conv(channels, channels // 2, 1)
            channels //= 2
    assert channels == last
    return total + norm(last) + linear(last, classes)


MNIST, SMALL, LARGE = (1, 28, 28), (3, 32, 32), (3, 224, 224)
D121, D201 = ((6, 12, 24, 16), 1024), ((6, 12, 48, 32), 1920)

# name, shape, classes, the number known from the papers, their code and the literature, the same by hand
COUNTS = [
    ("logistic", MNIST, 10, 7_850, linear(784, 10)),
    ("mlp7", MNIST, 10, 577_178, mlp(784, 512, 256, 128, 64, 32, 16, 10)),
    ("lenet5-large", MNIST, 10, 431_080, conv(1, 20, 5) + 20 + conv(20, 50, 5) + 50 + mlp(50 * 4 * 4, 500, 10)),
    ("lenet5-small", MNIST, 10, 61_706, conv(1, 6, 5) + 6 + conv(6, 16, 5) + 16 + mlp(16 * 5 * 5, 120, 84, 10)),
    ("convnet", (1, 8, 8), 10, 22_602, conv(1, 16, 3) + 16 + conv(16, 32, 3) + 32 + mlp(32 * 2 * 2, 128, 10)),
    ("vgg16", SMALL, 10, 14_728_266, vgg((2, 2, 3, 3, 3), 10)),
    ("vgg19", SMALL, 10, 20_040_522, vgg((2, 2, 4, 4, 4), 10)),
    ("vgg19", SMALL, 100, 20_086_692, vgg((2, 2, 4, 4, 4), 100)),
    ("resnet18", SMALL, 10, 11_173_962, resnet(CIFAR, (2, 2, 2, 2), 10)),
    ("resnet18", MNIST, 10, 11_172_810, resnet(CIFAR, (2, 2, 2, 2), 10) - conv(2, 64, 3)),
    ("resnet34", SMALL, 10, 21_282_122, resnet(CIFAR, (3, 4, 6, 3), 10)),
    ("resnet50", SMALL, 10, 23_520_842, resnet50(CIFAR, 10)),
    ("resnet50", SMALL, 100, 23_705_252, resnet50(CIFAR, 100)),
    ("resnet18-imagenet", LARGE, 1000, 11_689_512, resnet(IMAGENET, (2, 2, 2, 2), 1000)),
    ("resnet34-imagenet", LARGE, 1000, 21_797_672, resnet(IMAGENET, (3, 4, 6, 3), 1000)),
    ("resnet50-imagenet", LARGE, 1000, 25_557_032, resnet50(IMAGENET, 1000)),
    ("resnet20", SMALL, 10, 269_722, thin(3)),
    ("resnet32", SMALL, 10, 464_154, thin(5)),
    ("resnet44", SMALL, 10, 658_586, thin(7)),
    ("resnet56", SMALL, 10, 853_018, thin(9)),
    ("resnet20-projection", SMALL, 10, 272_474, thin(3, projection=True)),
    ("resnet32-projection", SMALL, 10, 466_906, thin(5, projection=True)),
    ("resnet44-projection", SMALL, 10, 661_338, thin(7, projection=True)),
    ("resnet56-projection", SMALL, 10, 855_770, thin(9, projection=True)),
    ("densenet121", SMALL, 10, 6_956_426, densenet(CIFAR, *D121, 10)),
    ("densenet201", SMALL, 100, 18_277_348, densenet(CIFAR, *D201, 100)),
    ("densenet121-imagenet", LARGE, 1000, 7_978_856, densenet(IMAGENET, *D121, 1000)),
    ("densenet201-imagenet", LARGE, 1000, 20_013_928, densenet(IMAGENET, *D201, 1000)),
]


@pytest.mark.parametrize(
    ("name", "shape", "classes", "known", "by_hand"), COUNTS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_the_number_of_parameters_is_the_known_one_and_that_counted_by_hand(name, shape, classes, known, by_hand):
    with torch.device("meta"):
        model = build(name, shape=shape, classes=classes)
    assert sum(p.numel() for p in model.parameters()) == known == by_hand


@pytest.mark.parametrize(("name", "millions"), [("densenet121", 7.98), ("resnet34", 21.79), ("densenet201", 20.0)])
def test_the_numbers_that_sr2_prints_are_those_for_imagenet_with_1000_classes(name, millions):
    """SR2, Sect. 5, with two digits cut off or rounded; the forms for CIFAR have other numbers."""
    near = [given for given, *_, known, _ in COUNTS if given.startswith(name) and abs(known / 1e6 - millions) < 0.02]
    assert near == [f"{name}-imagenet"]
