"""A wrong map as a user would hand it to ``check_prox``: the mistaken prox, the right value, and the arguments of the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from verify.penalties import REGISTRY as PENALTIES

Function = Callable[..., Any]


@dataclass(frozen=True)
class Wrong:
    """``name`` is the function whose prox is meant; ``mistake`` says what is wrong; ``settings`` go to ``check_prox``."""

    name: str
    mistake: str
    prox: Function
    value: Function
    settings: Mapping[str, Any]


def scalar(name: str, value: Function, mistakes: Mapping[str, Function], **parameters: Any) -> list[Wrong]:
    """Wrong maps of one separable function."""
    settings = {"scalar": True, "parameters": parameters} if parameters else {"scalar": True}
    return [Wrong(name, mistake, prox, value, settings) for mistake, prox in mistakes.items()]


def arrays(name: str, shape: Any, value: Function, mistakes: Mapping[str, Function], **parameters: Any) -> list[Wrong]:
    """Wrong maps of one function of whole arrays."""
    settings = {"shape": shape, "parameters": parameters} if parameters else {"shape": shape}
    return [Wrong(name, mistake, prox, value, settings) for mistake, prox in mistakes.items()]


def prox_of(name: str) -> Function:
    """The right prox(z, t, **parameters) of one of our penalties, to be made wrong."""
    return lambda z, t, **parameters: PENALTIES[name](**parameters).prox(z, t)


def value_of(name: str) -> Function:
    """value(x, **parameters) of one of our separable penalties, one number a coordinate."""
    return lambda x, **parameters: PENALTIES[name](**parameters).value(x, axis=())
