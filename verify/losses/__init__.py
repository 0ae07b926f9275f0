"""Smooth losses with gradients and curvature in closed form."""

from verify.losses.conv_network import ConvNetwork
from verify.losses.geometry import angle, unit
from verify.losses.logistic import Logistic
from verify.losses.no_overlap import NoOverlapReLU, relu_kernel
from verify.losses.softmax import Softmax
from verify.losses.squares import Squares

__all__ = ["ConvNetwork", "Logistic", "NoOverlapReLU", "Softmax", "Squares", "angle", "relu_kernel", "unit"]
