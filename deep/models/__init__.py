"""The networks of the papers' experiments, one family a file.

=====================================  ================================================================================
``logistic``  ``mlp7``                 one linear layer; seven
``lenet5-large``  ``lenet5-small``     two convolutions and two or three linear layers
``convnet``                            two small convolutions, for the digits of ``quickstart``
``vgg16``  ``vgg19``                   for CIFAR: batch norm, one linear layer
``resnet18``  ``34``  ``50``           for CIFAR; with ``-imagenet`` as they are for ImageNet
``resnet20``  ``32``  ``44``  ``56``   He et al.'s for CIFAR; with ``-projection`` as ProxQuant's code has them
``densenet121``  ``201``               for CIFAR; with ``-imagenet`` as they are for ImageNet
=====================================  ================================================================================

``build("vgg19", shape=(3, 32, 32))`` makes one, ``MODELS`` has them by name. Weights begin as PyTorch draws them (uniform on
+-1/sqrt(inputs) for weights and biases) except in the families whose files say otherwise. No network has dropout: none of the
papers mentions it. Their forward passes are straight lines through modules, so that ``torch.fx`` traces them. Every module of
this folder is imported and enters its networks itself: a new family is one new file. ``BUILT_IN`` are the names of these; a
file of the user's own may ``register`` others.
"""

from importlib import import_module
from pkgutil import iter_modules

from deep.models.registry import MODELS, Model, Shape, build, register

__all__ = ["BUILT_IN", "MODELS", "Model", "Shape", "build", "register"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

BUILT_IN = frozenset(MODELS)
