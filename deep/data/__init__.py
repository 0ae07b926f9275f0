"""Labelled images: found under a data root, checked, kept on the device, and taken in batches there.

====================  ==========================================================================================
``load``              a data set by name: "digits" (embedded), "mnist", "fashion-mnist", "cifar10", "cifar100", "imagenet"
``register``          a data set of your own by a name
``Data`` ``Split``    what it gives: images to train and to test with, in batches
``CropFlip``          random crops and flips of a batch
``ResizedCropFlip``   random parts of images in files, resized, and flips
``order``             the order of an epoch, from the seed and the epoch alone
``generator``         random numbers of an epoch, likewise
====================  ==========================================================================================
"""

from deep.data.augment import Augment, CropFlip
from deep.data.load import load, register
from deep.data.order import generator, order
from deep.data.resized import ResizedCropFlip
from deep.data.sets import Data, Split

__all__ = ["Augment", "CropFlip", "Data", "ResizedCropFlip", "Split", "generator", "load", "order", "register"]
