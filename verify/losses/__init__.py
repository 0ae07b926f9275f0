"""Smooth losses with gradients and curvature in closed form."""

from verify.losses.geometry import angle, unit
from verify.losses.no_overlap import NoOverlapReLU, relu_kernel

__all__ = ["NoOverlapReLU", "angle", "relu_kernel", "unit"]
