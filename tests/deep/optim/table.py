"""The optimizers that the laws are about: how each is made, its plain reference, and how near it comes to its limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch

from deep.optim import (
    ADMM,
    MDA,
    MRDA,
    RDA,
    RMDA,
    RVSM,
    SDA,
    SR2,
    BinaryConnect,
    ProxGEN,
    ProxQuant,
    ProxSGD,
    ProxSSI,
    RevisedProxQuant,
    SqrtT,
    TwoStageProxSGD,
)
from tests.deep.optim import reference


@dataclass(frozen=True)
class Entry:
    """``settings`` for most laws, and ``reference`` with the same; ``settle`` with which it is ``within`` that distance of its
    limit after ``steps``, that of f + ``weighs`` R, whose zeros are ``exact`` ones. ``same_as``: torch's own optimizer that it
    is without a penalty. ``floats`` is what it keeps: numbers a coordinate, and a tensor. ``converges_to`` and ``separable``
    are what its class has to declare."""

    kind: type
    settings: dict[str, Any]
    reference: Callable[..., Any]
    floats: tuple[int, int]
    settle: dict[str, Any] = field(default_factory=dict)
    steps: int = 1000
    within: float = 1e-7
    weighs: float = 1.0
    exact: bool = True
    same_as: Callable[..., Any] | None = None
    converges_to: str | None = "F"
    separable: bool = True

    def make(self, params, penalty=None, **options):
        given = {"fast": False, **self.settings, **options}
        return self.kind(params, **given, **({} if penalty is None else {"penalty": penalty}))


ADAM = {"lr": 0.02, "momentum": 0.9, "beta": 0.99, "delta": 1e-8}
TABLE = {
    "ProxSGD": Entry(
        ProxSGD, {"lr": 0.1}, reference.prox_sgd, (0, 0), {"lr": 0.5}, 300, same_as=partial(torch.optim.SGD, lr=0.1)
    ),
    "ProxSGD momentum": Entry(
        ProxSGD,
        {"lr": 0.1, "momentum": 0.8},
        partial(reference.prox_sgd, momentum=0.8),
        (1, 0),
        {"lr": 0.2},
        300,
        weighs=1 - 0.8,
        same_as=partial(torch.optim.SGD, lr=0.1, momentum=0.8),
    ),
    "SqrtT": Entry(SqrtT, {"lr": 0.1}, reference.sqrt_t, (0, 1), converges_to=None),
    "ProxGEN": Entry(
        ProxGEN,
        {"lr": 0.1, "momentum": 0.5, "preconditioner": None},
        partial(reference.plain_generic, momentum=0.5),
        (1, 0),
        {"lr": 0.5},
        300,
    ),
    "ProxGEN adam": Entry(
        ProxGEN,
        ADAM,
        partial(reference.adam, beta=0.99),
        (2, 2),
        {"lr": 0.05, "delta": 0.1},
        400,
        same_as=partial(torch.optim.Adam, lr=0.02, betas=(0.9, 0.99)),
    ),
    "ProxGEN adam uncorrected": Entry(
        ProxGEN,
        {**ADAM, "bias_correction": False},
        partial(reference.adam, beta=0.99, corrected=False),
        (2, 0),
        {"lr": 0.05, "delta": 0.1},
        400,
    ),
    "ProxGEN adagrad": Entry(
        ProxGEN,
        {"lr": 0.2, "momentum": 0.5, "delta": 1e-6, "preconditioner": "adagrad"},
        partial(reference.adagrad, momentum=0.5, delta=1e-6),
        (2, 0),
        {"lr": 2.0},
        300,
    ),
    "ProxGEN adagrad without momentum": Entry(
        ProxGEN,
        {"lr": 0.2, "momentum": 0.0, "delta": 1e-6, "preconditioner": "adagrad"},
        partial(reference.adagrad, momentum=0.0, delta=1e-6),
        (1, 0),
        {"lr": 2.0},
        300,
        same_as=partial(torch.optim.Adagrad, lr=0.2, eps=1e-6),
    ),
    "TwoStageProxSGD": Entry(
        TwoStageProxSGD,
        {"lr": 0.1, "momentum": 0.5},
        partial(reference.two_stage, momentum=0.5),
        (1, 0),
        {"lr": 0.5},
        300,
        exact=False,
    ),
    "ProxSSI": Entry(
        ProxSSI,
        ADAM,
        partial(reference.adam, beta=0.99),
        (2, 2),
        {"lr": 0.05, "delta": 0.1},
        400,
        same_as=partial(torch.optim.Adam, lr=0.02, betas=(0.9, 0.99)),
    ),
    "RDA": Entry(RDA, {"lr": 0.1}, reference.dual_averaging, (2, 1), {"lr": 1.0}, 1000, 0.15),
    "MRDA": Entry(MRDA, {"lr": 0.1}, partial(reference.dual_averaging, at_zero=True), (1, 1), {"lr": 1.0}, 1000, 0.15),
    "SDA": Entry(SDA, {"lr": 0.1}, reference.dual_averaging, (2, 1), {"lr": 1.0}, 1000, 0.15),
    "RMDA": Entry(RMDA, {"lr": 0.1, "momentum": 0.2}, partial(reference.modernized, c=0.2), (2, 2), {"lr": 1.0}, 1000, 1e-2),
    "MDA": Entry(MDA, {"lr": 0.1, "momentum": 0.2}, partial(reference.modernized, c=0.2), (2, 2), {"lr": 1.0}, 1000, 1e-2),
    "SR2": Entry(SR2, {"sigma0": 0.1, "eta2": 0.6}, partial(reference.sr2, eta2=0.6), (0, 0), {}, 300, 1e-5, separable=False),
    "RVSM": Entry(
        RVSM, {"lr": 0.1, "beta": 0.5}, partial(reference.rvsm, beta=0.5), (1, 0), {"lr": 0.3}, 300, converges_to="lagrangian"
    ),
    "RVSM listing": Entry(
        RVSM,
        {"lr": 0.1, "beta": 0.5, "listing": True},
        partial(reference.rvsm, beta=0.5, listing=True),
        (1, 0),
        {"lr": 0.3},
        300,
        converges_to="lagrangian",
    ),
    "ADMM": Entry(ADMM, {"lr": 0.1, "beta": 0.5}, partial(reference.admm, beta=0.5), (2, 0), {"lr": 0.3}, 300),
    "ProxQuant": Entry(ProxQuant, ADAM, partial(reference.adam, beta=0.99, metric=False), (2, 2), converges_to=None),
    "RevisedProxQuant": Entry(
        RevisedProxQuant, ADAM, partial(reference.adam, beta=0.99), (2, 2), {"lr": 0.05, "delta": 0.1}, 400
    ),
    "BinaryConnect": Entry(BinaryConnect, {"lr": 0.1}, reference.binary_connect, (1, 0), converges_to=None),
}
