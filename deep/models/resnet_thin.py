"""ResNet-20, 32, 44 and 56: the thin networks of He et al. for CIFAR."""

from __future__ import annotations

from functools import partial

from torch import Tensor, nn
from torch.nn import functional

from deep.models.initial import he_normal
from deep.models.registry import Shape, register
from deep.models.resnet import Shortcut, assemble, basic, cifar_stem, projection


class Padded(nn.Module):
    """Every ``stride``-th row and column, and ``added`` channels of zeros after the last."""

    def __init__(self, stride: int, added: int) -> None:
        super().__init__()
        self.stride, self.added = stride, added

    def forward(self, x: Tensor) -> Tensor:
        return functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.added))


def padding(inputs: int, outputs: int, stride: int) -> nn.Module:
    """The identity where shapes agree, else option A of He et al. 2016, Sect. 3.3 and 4.1: no parameters."""
    return nn.Identity() if stride == 1 and inputs == outputs else Padded(stride, outputs - inputs)


def resnet_thin(shortcut: Shortcut, depth: int, shape: Shape, classes: int) -> nn.Module:
    """A 3x3 convolution, then three stages of (depth - 2)/6 basic blocks with 16, 32 and 64 filters at 32, 16 and 8, the mean,
    one linear layer (He et al. 2016, Sect. 4.2).

    He et al. have option A shortcuts for CIFAR, and so do these. ProxGEN's Table 3 follows the settings of ProxQuant, whose
    published code has option B, 1x1 convolutions with batch norm: 2,752 parameters more, under the names with ``-projection``.
    Convolutions begin from N(0, 2/n), n the kernel positions times output channels, as in that code.
    """
    model = assemble(
        cifar_stem(shape[0], 16), 16, partial(basic, shortcut=shortcut), (16, 32, 64), ((depth - 2) // 6,) * 3, classes
    )
    he_normal(model, "fan_out")
    return model


for _depth in (20, 32, 44, 56):
    register(f"resnet{_depth}", f"ResNet-{_depth} for CIFAR (ProxGEN Table 3)", partial(resnet_thin, padding, _depth))
    register(
        f"resnet{_depth}-projection",
        f"ResNet-{_depth} for CIFAR with ProxQuant's shortcuts (ProxGEN Table 3)",
        partial(resnet_thin, projection, _depth),
    )
