"""Losses with gradients in closed form. All are smooth but ConvNetwork with relu, patch_relu, and NoOverlapReLU at w = 0."""

from verify.losses.conv_network import ConvNetwork
from verify.losses.geometry import angle, unit
from verify.losses.logistic import Logistic
from verify.losses.no_overlap import NoOverlapReLU, relu_kernel
from verify.losses.softmax import Softmax
from verify.losses.squares import Squares

__all__ = ["ConvNetwork", "Logistic", "NoOverlapReLU", "Softmax", "Squares", "angle", "relu_kernel", "unit"]
