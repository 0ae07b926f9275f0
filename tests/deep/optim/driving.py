"""How the tests drive an optimizer over the batches of the problem."""

from __future__ import annotations

import numpy as np
import torch

from tests.deep.optim import problems

DATA = torch.tensor(problems.A), torch.tensor(problems.B)


def parameter(values=problems.START, dtype=torch.float64):
    return torch.nn.Parameter(torch.tensor(np.asarray(values), dtype=dtype))


def differentiated(optimizer, loss):
    """What ``step`` is given: zeroes gradients, evaluates ``loss()``, calls backward."""

    def evaluate():
        optimizer.zero_grad()
        found = loss()
        found.backward()
        return found

    return evaluate


def closure(optimizer, parts, batch=None):
    """The same for the loss at the parts laid end to end. ``batch`` None: all rows."""

    def loss():
        joined = torch.cat([p.ravel() for p in parts])
        A, B = (x.to(joined) for x in DATA)
        r = problems.rows(batch)
        return 0.5 * ((A[r] @ joined - B[r]) ** 2).mean()

    return differentiated(optimizer, loss)


def run(optimizer, parts, steps, first=1, each=None):
    """Steps on the batches first, first + 1, ...; ``each(k)`` is called before step k."""
    for k in range(first, first + steps):
        if each is not None:
            each(k)
        optimizer.step(closure(optimizer, parts, k))


def values(*parts):
    return np.concatenate([p.detach().double().numpy().ravel() for p in parts]).reshape(problems.SHAPE)
