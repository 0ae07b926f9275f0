"""ResNet-18, 34 and 50, for CIFAR and for ImageNet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

from torch import Tensor, nn

from deep.models.initial import he_normal
from deep.models.registry import Shape, register

Block = Callable[[int, int, int], "Residual"]
Shortcut = Callable[[int, int, int], nn.Module]


class Residual(nn.Module):
    """relu(branch(x) + shortcut(x)), with ``outputs`` channels."""

    def __init__(self, branch: nn.Module, shortcut: nn.Module, outputs: int) -> None:
        super().__init__()
        self.branch, self.shortcut, self.outputs = branch, shortcut, outputs
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.branch(x) + self.shortcut(x))


def conv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    """A convolution without bias whose output is ceil(side/stride) wide."""
    return nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)


def projection(inputs: int, outputs: int, stride: int) -> nn.Module:
    """The identity where shapes agree, else a 1x1 convolution and batch norm: option B of He et al. 2016, Sect. 3.3 and 4.1."""
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(OrderedDict(conv=conv(inputs, outputs, 1, stride), norm=nn.BatchNorm2d(outputs)))


def basic(inputs: int, width: int, stride: int, shortcut: Shortcut = projection) -> Residual:
    """Two 3x3 convolutions of ``width`` filters (He et al. 2016, Fig. 5, left)."""
    branch = OrderedDict(
        conv1=conv(inputs, width, 3, stride),
        norm1=nn.BatchNorm2d(width),
        relu1=nn.ReLU(inplace=True),
        conv2=conv(width, width, 3),
        norm2=nn.BatchNorm2d(width),
    )
    return Residual(nn.Sequential(branch), shortcut(inputs, width, stride), width)


def bottleneck(inputs: int, width: int, stride: int) -> Residual:
    """1x1, 3x3 and 1x1 convolutions of ``width``, ``width`` and 4 ``width`` filters (Fig. 5, right). The stride is in the 3x3
    one, as in the code of RMDA's experiments and in today's libraries; in He et al. it is in the first 1x1."""
    branch = OrderedDict(
        conv1=conv(inputs, width, 1),
        norm1=nn.BatchNorm2d(width),
        relu1=nn.ReLU(inplace=True),
        conv2=conv(width, width, 3, stride),
        norm2=nn.BatchNorm2d(width),
        relu2=nn.ReLU(inplace=True),
        conv3=conv(width, 4 * width, 1),
        norm3=nn.BatchNorm2d(4 * width),
    )
    return Residual(nn.Sequential(branch), projection(inputs, 4 * width, stride), 4 * width)


def assemble(
    stem: nn.Module, inputs: int, block: Block, widths: Sequence[int], blocks: Sequence[int], classes: int
) -> nn.Module:
    """The stem of ``inputs`` filters, stages of blocks of which all but the first begin with stride 2, the mean over positions,
    and one linear layer."""
    layers: OrderedDict[str, nn.Module] = OrderedDict(stem=stem)
    for i, (width, count) in enumerate(zip(widths, blocks, strict=True)):
        stage = nn.Sequential()
        for j in range(count):
            stage.append(made := block(inputs, width, 2 if i > 0 and j == 0 else 1))
            inputs = made.outputs
        layers[f"stage{i + 1}"] = stage
    layers |= {"mean": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten(), "linear": nn.Linear(inputs, classes)}
    return nn.Sequential(layers)


def cifar_stem(channels: int, filters: int) -> nn.Sequential:
    """A 3x3 convolution that keeps the size of the image, batch norm, ReLU."""
    return nn.Sequential(OrderedDict(conv=conv(channels, filters, 3), norm=nn.BatchNorm2d(filters), relu=nn.ReLU(inplace=True)))


def imagenet_stem(channels: int, filters: int) -> nn.Sequential:
    """A 7x7 convolution and 3x3 max-pooling of stride 2 each, with batch norm and ReLU between."""
    layers = OrderedDict(conv=conv(channels, filters, 7, 2), norm=nn.BatchNorm2d(filters), relu=nn.ReLU(inplace=True))
    return nn.Sequential(layers | {"pool": nn.MaxPool2d(3, 2, padding=1)})


def resnet_cifar(block: Block, blocks: Sequence[int], shape: Shape, classes: int) -> nn.Module:
    """The layers of He et al. 2016, Table 1, behind a stem for small images: stages of width 64 to 512 at 32, 16, 8 and 4.

    That is what RMDA's ResNet50 of Table 1 is (App. C names the code), and RVSM's accuracy for SGD (Table 2: 95.07 %) is of the
    order of what ResNet-18 reaches so. MRDA trains ResNet18 on MNIST as well (Table 6): ``shape=(1, 28, 28)``. SR2 prints
    21.79M parameters for ResNet-34 (Sect. 5), which are those of the form for ImageNet with 1,000 classes, 21,797,672; this one
    has 21,282,122 with 10. Weights begin as PyTorch draws them, as in the code that RMDA names for Table 1. For Table 2 it
    takes ResNet50 from other code, versions of which have the stem for ImageNet: ``resnet50-imagenet``.
    """
    return assemble(cifar_stem(shape[0], 64), 64, block, (64, 128, 256, 512), blocks, classes)


def resnet_imagenet(block: Block, blocks: Sequence[int], shape: Shape, classes: int) -> nn.Module:
    """He et al. 2016, Table 1. MRDA trains ResNet18 on ImageNet (Table 6). Convolutions begin from N(0, 2/n), n the kernel
    positions times output channels, as in the usual code for ImageNet."""
    model = assemble(imagenet_stem(shape[0], 64), 64, block, (64, 128, 256, 512), blocks, classes)
    he_normal(model, "fan_out")
    return model


_KINDS: dict[int, tuple[Block, tuple[int, ...], str]] = {
    18: (basic, (2, 2, 2, 2), "RVSM Table 2, MRDA Tables 1-6"),
    34: (basic, (3, 4, 6, 3), "SR2 Table 2, ProxGEN Figs. 1 and 3"),
    50: (bottleneck, (3, 4, 6, 3), "RMDA Table 1"),
}
for _depth, (_block, _blocks, _papers) in _KINDS.items():
    register(f"resnet{_depth}", f"ResNet-{_depth} for CIFAR ({_papers})", partial(resnet_cifar, _block, _blocks))
    register(f"resnet{_depth}-imagenet", f"ResNet-{_depth} for ImageNet", partial(resnet_imagenet, _block, _blocks))
