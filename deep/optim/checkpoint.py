"""Optimizers as plain data: what torch.load(weights_only=True) reads, and back."""

from __future__ import annotations

from dataclasses import fields
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor

from deep.optim.nonfinite import Nonfinite
from verify.penalties import REGISTRY, Penalty


def plain(value: Any) -> Any:
    """A penalty as a dict of its name and parameters, an array as a tensor, NumPy's numbers and ranges as Python's numbers and
    lists, also inside lists and tuples; all else as it is."""
    if isinstance(value, Penalty):
        return {"penalty": type(value).__name__, **{f.name: plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, np.ndarray):
        return {"array": torch.from_numpy(value)}
    if isinstance(value, tuple):
        return tuple(plain(v) for v in value)
    if isinstance(value, list | range):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def restored(value: Any) -> Any:
    """The inverse of :func:`plain`; ValueError for a penalty that does not exist or whose parameters are not allowed."""
    if isinstance(value, list | tuple):
        return type(value)(restored(v) for v in value)
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return value["array"].cpu().numpy()  # it may have been loaded to a device
    name, *parameters = value["penalty"], *((k, v) for k, v in value.items() if k != "penalty")
    if name not in REGISTRY:
        raise ValueError(f"the saved state has the penalty {name!r}; there are {', '.join(sorted(REGISTRY))}")
    return REGISTRY[name](**{k: restored(v) for k, v in parameters})


def saved_group(group: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """The group with its values as plain data, and ``extra`` besides: what the optimizer says of itself."""
    return {name: plain(value) for name, value in group.items()} | extra


def loaded_group(group: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """The group as it was; ``shared`` is what the optimizer that is to take it says of itself. ValueError if another optimizer
    saved it, or one with another method."""
    unnamed = {"optimizer": "an optimizer that does not say its name", "method": shared.get("method")}  # older states lack it
    for what in ("optimizer", "method"):
        saved_by, mine = group.get(what, unnamed[what]), shared.get(what)
        if saved_by != mine:
            raise ValueError(
                f"this state was saved by {saved_by}, not by {mine}: make that optimizer, or start without a state"
            )
    kept = {name: value for name, value in group.items() if name not in shared}
    return {**kept, "penalty": restored(group["penalty"])}


class Saved(torch.optim.Optimizer):
    """An optimizer whose ``state_dict`` is tensors and plain data only, and which goes on bit for bit from one."""

    nonfinite: Nonfinite
    _penalties: dict[int, Any]
    _checked: dict[int, Any]
    _tried: set[Any]

    def __getstate__(self) -> dict[str, Any]:
        """All but what is made again, and the ``step`` of this very optimizer in which a scheduler has wrapped its own."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_") and name != "step"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._penalties, self._checked, self._tried = {}, {}, set()
        super().__setstate__(state)

    def state_dict(self) -> dict[str, Any]:
        """As torch's, with penalties as plain data."""
        saved = super().state_dict()
        return {**saved, "param_groups": [saved_group(group, self._shared()) for group in saved["param_groups"]]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from :meth:`state_dict`. Hooks of torch before it and after it change what is loaded. ValueError if another
        optimizer made it, or for penalties that do not fit."""
        given: dict[str, Any] = {}

        def check(_: Any, state_dict: dict[str, Any]) -> dict[str, Any]:
            shared = self._shared()
            groups = [loaded_group(group, shared) for group in state_dict["param_groups"]]
            self._check_loaded(groups, state_dict["state"])
            given.update(state_dict)
            return {**state_dict, "param_groups": groups}

        def take(_: Any) -> None:
            self.state.update(self._own_copies(given))
            self._load_shared(given["param_groups"][0])

        last = self.register_load_state_dict_pre_hook(check)
        first = self.register_load_state_dict_post_hook(take, prepend=True)
        with last, first:  # which removes them
            super().load_state_dict(state_dict)

    def _own_copies(self, state_dict: dict[str, Any]) -> dict[Tensor, dict[str, Any]]:
        """The saved state by parameter, each tensor copied to the parameter's device in the dtype it was saved in: torch would
        cast a float32 state to its bfloat16 parameter, and share what it need not cast."""
        names = chain.from_iterable(group["params"] for group in state_dict["param_groups"])
        found = {}
        for name, p in zip(names, chain.from_iterable(group["params"] for group in self.param_groups), strict=True):
            if name in state_dict["state"]:
                fields = state_dict["state"][name].items()
                found[p] = {k: v.to(p.device, copy=True) if isinstance(v, Tensor) else v for k, v in fields}
        return found

    def _shared(self) -> dict[str, Any]:
        """What is saved once for the whole model, in every group, where no tool that handles checkpoints loses it."""
        return {"optimizer": type(self).__name__, "skipped": self.nonfinite.skipped}

    def _load_shared(self, saved: dict[str, Any]) -> None:
        """Take back what :meth:`_shared` gave."""
        self.nonfinite.skipped = saved.get("skipped", 0)  # older states of some lack it

    @property
    def skipped(self) -> int:
        """How many steps ``nonfinite="skip"`` has left out. (Reads one number from the device.)"""
        return int(self.nonfinite.skipped)

    def _check_loaded(self, groups: list[dict[str, Any]], state: dict[Any, dict[str, Any]]) -> None:
        """Raise ValueError, before anything is changed, where what was saved does not fit."""
