"""A recipe: one run of a paper as plain data, with the numbers that the paper reports for it."""

from __future__ import annotations

import ast
import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from deep.data.load import content
from deep.optim.checkpoint import plain as plain_penalty
from deep.recipes.schedules import Constant, Schedule, in_run
from deep.training.precision import PRECISIONS
from verify.penalties import Penalty
from verify.user_files import digest_of

LARGEST = (2 - 2.0**-23) * 2.0**127  # of float32, in which networks compute
Allowed = tuple[str, Callable[[Any], bool]]
TEXT: Allowed = "text", lambda value: isinstance(value, str)
COUNT: Allowed = "an integer of at least 1", lambda value: _is_number(value) and isinstance(value, int) and value >= 1
TRUTH: Allowed = "True or False", lambda value: isinstance(value, bool)
SIMPLE: dict[str, Allowed] = {  # the fields that are settings, and what they may be
    "data": TEXT,
    "model": TEXT,
    "epochs": COUNT,
    "shorten": COUNT,
    "batch": COUNT,
    "augment": TRUTH,
    "normalise": TRUTH,
    "label_smoothing": ("a number from 0 to 1", lambda value: _is_number(value) and 0 <= value <= 1),
    "subset": (f"None or {COUNT[0]}", lambda value: value is None or COUNT[1](value)),
    "precision": (f"one of {', '.join(PRECISIONS)}", lambda value: value in PRECISIONS),
    "by": ("None or text", lambda value: value is None or TEXT[1](value)),
}
TEXTS: Allowed = "a tuple of texts", lambda value: isinstance(value, tuple | list) and all(map(TEXT[1], value))
OTHERS: dict[str, Allowed] = {  # the fields that --set does not reach
    "name": (
        "letters, digits and any of . - + _ =, not dots alone",
        lambda value: TEXT[1](value) and bool(re.fullmatch(r"(?!\.+$)[\w.+=-]+", value)),
    ),
    "options": ("a mapping", lambda value: isinstance(value, Mapping)),
    "schedules": ("schedules by name", lambda value: isinstance(value, Mapping) and all(map(callable, value.values()))),
    "restarts": ("a tuple of epochs", lambda value: isinstance(value, tuple | list) and all(map(_is_number, value))),
    "point": ("'iterate' or 'prox_point'", lambda value: value in ("iterate", "prox_point")),
    "reported": (
        "numbers as Reported(value, spread) by name",
        lambda value: isinstance(value, Mapping) and all(isinstance(number, Reported) for number in value.values()),
    ),
    "choices": TEXTS,
    "claims": TEXTS,
}


@dataclass(frozen=True)
class Reported:
    """A number of a paper, in percent, and its spread over runs where one is given."""

    value: float
    spread: float | None = None

    def __str__(self) -> str:
        return f"{self.value:g}" if self.spread is None else f"{self.value:g} ± {self.spread:g}"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One run.

    ``data`` and ``model`` are names of :mod:`deep.data` and :mod:`deep.models`. ``optimizer`` is a class of :mod:`deep.optim`,
    "SGD" or "Adam" of torch, or "SubgradientSGD" and "SubgradientAdam", with ``options`` as keyword arguments. ``penalty``,
    ``by`` and ``free`` are those of :func:`deep.groups.groups`. ``schedules`` give the numbers of the parameter groups ("lr",
    "momentum", "lam", ...) before each step, from the epochs gone; ``restarts`` are epochs at whose start RMDA begins a round.
    ``around`` is None, "RigL", "hard concrete" or "signs", with ``around_options``, where RigL's ``end`` counts epochs.
    ``command``, if given, is what runs an experiment that is no network. ``file`` is the path of the user's own file that the
    recipe is of, filled in when that is read: the digest of its code is part of what is computed.

    ``reported`` are the paper's numbers by the name of our measure (see :mod:`deep.training.measures`), for ``point``: the
    "iterate" or the "prox_point". ``choices`` say what the paper leaves out or cannot mean, and what was chosen and why.
    ``shorten`` = k makes every stage a k-th as long. Without ``normalise`` pixels lie in [0, 1].
    ``precision`` is that of the forward pass: "float32", "tf32" (float32 whose products a GPU rounds to 10 bits), "bfloat16" or
    "float16". ``claims`` are ids that the run bears on.
    ValueError for a value that a field cannot have.
    """

    name: str
    place: str
    data: str
    model: str
    optimizer: str
    epochs: int
    options: Mapping[str, Any] = field(default_factory=dict)
    penalty: Penalty | Mapping[str, Penalty] | None = None
    by: str | None = None
    free: tuple[str, ...] = ("bias", "norm")
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    restarts: tuple[int, ...] = ()
    around: str | None = None
    around_options: Mapping[str, Any] = field(default_factory=dict)
    batch: int = 128
    augment: bool = False
    normalise: bool = True
    label_smoothing: float = 0.0
    precision: str = "float32"
    subset: int | None = None
    shorten: int = 1
    point: str = "iterate"
    reported: Mapping[str, Reported] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    command: str | None = None
    file: str | None = None

    def __post_init__(self) -> None:
        for name, allowed in {**SIMPLE, **OTHERS}.items():
            self._check(name, getattr(self, name), allowed)
        try:
            self._settings()
        except TypeError as error:
            raise ValueError(f"{self.name}: {error}") from None

    def _check(self, name: str, value: Any, allowed: Allowed) -> None:
        if not allowed[1](value):
            raise ValueError(f"{self.name}: {name} must be {allowed[0]}; got {value!r}")

    @property
    def length(self) -> int:
        """Epochs that are run."""
        return max(1, self.epochs // self.shorten)

    def numbers(self, epochs: float, steps: int | None = None) -> dict[str, float]:
        """The scheduled numbers after so many epochs of the run; ``steps`` an epoch has, where another batch or fewer images
        make them other than a schedule in steps says."""
        at = epochs * self.shorten
        return {name: in_run(schedule, steps)(at) for name, schedule in self.schedules.items()}

    def begins_round(self, epoch: int) -> bool:
        """Whether a round of RMDA begins with this epoch: the first that lies at a restart or past it."""
        return any((epoch - 1) * self.shorten < at <= epoch * self.shorten for at in self.restarts)

    def computed(self, compile: str | None = None, processes: int = 1) -> dict[str, Any]:
        """What determines the numbers of the run, as plain data; with digests of the user's own file and data set, the mode in
        which its network is compiled, if it is, and the number of processes, where there are several."""
        digests = {"code": self.file and digest_of(Path(self.file)), "content": content(self.data)}
        own = self._settings() | {name: digest for name, digest in digests.items() if digest}
        how = ({} if compile is None else {"compile": compile}) | ({} if processes == 1 else {"processes": processes})
        return own | how

    def _settings(self) -> dict[str, Any]:
        shown = ("name", "place", "reported", "choices", "claims", "point", "command", "file")
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name not in shown}

    def key(self, seed: int, code: str, compile: str | None = None, processes: int = 1) -> str:
        """The name of the run's result: a digest of what is computed, the seed and the code."""
        text = json.dumps({"recipe": self.computed(compile, processes), "seed": seed, "code": code}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def changed(self, settings: Mapping[str, Any]) -> Recipe:
        """The recipe with other settings: its own fields, the penalty's parameters (``lam=1e-4``), numbers of the schedules
        (a number for a schedule makes it constant), options of the optimizer and of what is around it. Its choices say so too.
        ValueError for a name that is none of these, and for a value of another kind."""
        recipe = self
        for name, value in settings.items():
            recipe = recipe._with(name, value)
        said = ", ".join(f"{name}={value}" for name, value in settings.items())
        return replace(recipe, choices=(*recipe.choices, f"otherwise than the recipe has it: {said}")) if said else recipe

    def _with(self, name: str, value: Any) -> Recipe:
        value = _number(value) if isinstance(value, str) else value
        self._check(name, value, SMALL)
        cases = self.penalty if isinstance(self.penalty, Mapping) else {} if self.penalty is None else {"*": self.penalty}
        parameters = {name for penalty in cases.values() for name in penalty.ranges()}
        if name in SIMPLE:
            return replace(self, **{name: value})
        if name in self.schedules:
            self._check(name, value, NUMBER)
            return replace(self, schedules={**self.schedules, name: Constant(float(value))})
        if name in parameters:
            changed = {key: self._penalised(penalty, name, value) for key, penalty in cases.items()}
            return replace(self, penalty=changed if isinstance(self.penalty, Mapping) else changed["*"])
        if name in self.options:
            self._check(name, value, _as(self.options[name]))
            return replace(self, options={**self.options, name: value})
        if name in self.around_options:
            self._check(name, value, _as(self.around_options[name]))
            return replace(self, around_options={**self.around_options, name: value})
        known = sorted({*SIMPLE, *self.schedules, *parameters, *self.options, *self.around_options})
        raise ValueError(f"{self.name}: there is no setting {name!r}; settings: {', '.join(known)}")

    def _penalised(self, penalty: Penalty, name: str, value: Any) -> Penalty:
        """The penalty with another parameter, if it has one of this name."""
        if name not in penalty.ranges():
            return penalty
        self._check(name, value, _as(getattr(penalty, name)))
        return replace(penalty, **{name: value})


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


NUMBER: Allowed = "a finite number", _is_number
SMALL: Allowed = f"at most {LARGEST:.2g} in size", lambda value: not _is_number(value) or abs(value) <= LARGEST
ANY: Allowed = "anything", lambda value: True


def _as(old: Any) -> Allowed:
    """What may take the place of a value: a number for a number, text for text, True or False for one of them."""
    if isinstance(old, bool):
        return TRUTH
    return TEXT if isinstance(old, str) else NUMBER if _is_number(old) else ANY


def _number(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):  # of {[]: 1} and of deep nesting, say
        return text


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # arrays of a penalty, numbers of NumPy
        value = value.tolist()
    if isinstance(value, Penalty):
        return {name: _plain(v) for name, v in plain_penalty(value).items()}
    if is_dataclass(value):
        return {type(value).__name__: {f.name: _plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no infinity
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(
        f"{value!r} is no plain data, by which a run is named: take numbers, text, mappings, sequences, penalties and "
        "dataclasses (for a function one with __call__)"
    )
