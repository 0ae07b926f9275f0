"""The optimizers of the papers, as PyTorch users expect them; each runs a method of :mod:`verify.methods`.

=====================================  ==============================================================================
``ProxSGD``  ``SqrtT``                 a gradient step, then the prox
``ProxGEN``  ``TwoStageProxSGD``       with a preconditioner: Adam's, AdaGrad's, none
``ProxSSI``                            Adam's step, then the prox in Adam's metric
``RDA``  ``MRDA``  ``SDA``             dual averaging
``RMDA``  ``MDA``                      modernized dual averaging: with momentum, restarts, schedules
``SR2``                                a step that is taken only if the loss agrees; no learning rate
``RVSM``  ``ADMM``                     a sparse copy of the weights beside them
``ProxQuant``  ``RevisedProxQuant``    towards weights of -1 and 1
``BinaryConnect``                      weights of -1 and 1
``groups``                             parameter groups of a model: which weights the penalty is for, and in which groups
``freeze_pattern``                     fine-tuning: what is zero stays zero
=====================================  ==============================================================================
"""

from deep.groups import groups
from deep.optim.base import ProximalOptimizer
from deep.optim.binary_connect import BinaryConnect
from deep.optim.dual_averaging import MRDA, RDA, SDA
from deep.optim.freeze import freeze_pattern
from deep.optim.modernized import MDA, RMDA
from deep.optim.prox_gen import ProxGEN, ProxQuant, RevisedProxQuant, TwoStageProxSGD
from deep.optim.prox_sgd import ProxSGD, SqrtT
from deep.optim.prox_ssi import ProxSSI
from deep.optim.splitting import ADMM, RVSM
from deep.optim.sr2 import SR2

OPTIMIZERS: tuple[type[ProximalOptimizer], ...] = (
    *(ProxSGD, SqrtT, ProxGEN, TwoStageProxSGD, ProxSSI, RDA, MRDA, SDA, RMDA, MDA),
    *(SR2, RVSM, ADMM, ProxQuant, RevisedProxQuant, BinaryConnect),
)

__all__ = [
    "ADMM",
    "MDA",
    "MRDA",
    "OPTIMIZERS",
    "RDA",
    "RMDA",
    "RVSM",
    "SDA",
    "SR2",
    "BinaryConnect",
    "ProxGEN",
    "ProxQuant",
    "ProxSGD",
    "ProxSSI",
    "ProximalOptimizer",
    "RevisedProxQuant",
    "SqrtT",
    "TwoStageProxSGD",
    "freeze_pattern",
    "groups",
]
