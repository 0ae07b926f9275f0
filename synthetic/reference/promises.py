"""What an instance promises: arrays of one entry a run, the gradient of its loss, and the mean of its samples."""

from __future__ import annotations

import numpy as np

from synthetic.problems.instance import Instance
from synthetic.reference.flat import Flat, norm
from synthetic.reference.slope import check_gradient

LARGE = 2**24  # numbers in the samples of all runs: where there are more their mean is not compared
AGREE = 1e-6  # of what they are means of, which may cancel: rounding is less, and a sum for a mean is more


def check_promises(instance: Instance) -> None:
    """Raises ValueError with the name of what is wrong: lipschitz is (R,), finite and positive, loss (R,), gradient shaped as
    the parameters, of the loss (:func:`synthetic.reference.slope.check_gradient`); and both are, over all samples by ``index``,
    what they are without one."""
    _check_shapes(instance)
    check_gradient(instance)
    if instance.runs * instance.samples * sum(v[0].size for v in instance.begin.values()) <= LARGE:
        _check_samples(instance)


def _check_shapes(instance: Instance) -> None:
    w, runs = instance.start(), instance.runs
    bound, loss, gradient = instance.lipschitz, instance.loss(w), instance.gradient(w)
    for name, value in (("lipschitz", bound), ("loss", loss)):
        if np.shape(value) != (runs,):
            raise ValueError(f"{name} must be of shape ({runs},), one entry a run; got {np.shape(value)}")
    if not ((bound > 0) & np.isfinite(bound)).all():
        raise ValueError(f"lipschitz must be positive and finite for each run; got {bound}")
    found, wanted = ({n: np.shape(v) for n, v in a.items()} for a in (gradient, w))
    if found != wanted:
        raise ValueError(f"gradient must have the blocks and shapes of the parameters, {wanted}; got {found}")


def _check_samples(instance: Instance) -> None:
    flat = Flat(instance)
    w = instance.start()
    index = np.tile(np.arange(instance.samples)[::-1], (instance.runs, 1))
    pairs = {
        "loss": [np.asarray(instance.loss(w, i))[:, None] for i in (index, None)],
        "gradient": [flat.pack(instance.gradient(w, i)) for i in (index, None)],
    }
    for name, (sampled, whole) in pairs.items():
        size = np.maximum(norm(sampled), norm(whole))
        if (wrong := norm(sampled - whole) > AGREE * size).any():
            run = int(np.argmax(wrong))
            was = f"of norm {norm(sampled)[run]:.6g}, without an index of norm {norm(whole)[run]:.6g}"
            raise ValueError(f"{name} with an index of all samples must be that without one: in run {run} it is {was}")
