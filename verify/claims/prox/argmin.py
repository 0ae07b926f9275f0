"""prox(z, t) is a global minimiser of (x - z)^2/(2t) + R(x), for every penalty that acts on one coordinate."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.prox.chains import CHAINS
from verify.claims.prox.scalars import Scalar, scalar_penalties
from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform, mostly, uniform
from verify.penalties import Separable
from verify.penalties.parameters import Range

RIVALS = 24
REMARKS = {"Box": ". By hand: an infinite bound acts like a real one beyond $z$ and $x$"}
UNPROVED = {"Lq": "no proof: real powers are no polynomials, and eight Newton steps are not the exact root in the reals"}


def objective(penalty: Any, x: Any, z: Any, t: Any, xp: Any) -> Any:
    """(x - z)^2/(2t) + R(x), elementwise."""
    return (x - z) * (x - z) / (2 * t) + penalty._value(x, xp)


def _parameters(penalty: type[Separable], rng: Any, size: int) -> Case:
    drawn = {}
    for name, allowed in penalty.ranges().items():
        if isinstance(allowed, Range) and allowed.low < 0:
            drawn[name] = uniform(rng, *allowed.drawn, size)
        elif isinstance(allowed, Range):
            value = log_uniform(rng, *allowed.drawn, size)
            drawn[name] = value if allowed.low_open else mostly(rng, value, max(allowed.low, 0.0), 0.05)
    if "upper" in drawn:  # a box of one point
        drawn["upper"] = np.where(rng.random(size) < 0.05, drawn["lower"], drawn["upper"])
    return drawn


class Argmin(Scalar):
    """Shared by all of them: where cases are drawn and what the margin is."""

    def cases(self, rng: Any, size: int) -> Case:
        parameters = _parameters(self.penalty, rng, size)
        special = np.stack([np.ones(size), *parameters.values()])
        t = log_uniform(rng, 1e-4, 1e4, size)
        pick = special[rng.integers(0, len(special), size), np.arange(size)]
        t = np.where((rng.random(size) < 0.2) & (pick > 0), pick * rng.choice([0.5, 1.0, 1.0, 1.001, 2.0], size), t)
        z = log_uniform(rng, 1e-4, 1e4, size) * rng.choice([-1.0, 1.0], size)
        lam = parameters.get("lam", np.ones(size))
        near = np.stack([lam * t, np.sqrt(2 * lam * t), lam, 1.0 + 0 * lam, 1.5 * (lam * t) ** (2 / 3)])
        close = near[rng.integers(0, len(near), size), np.arange(size)] * rng.choice([-1.0, 1.0, 0.99, 1.2, 2.0], size)
        z = mostly(rng, np.where(rng.random(size) < 0.4, close, z), 0.0, 0.02)
        rivals = z[:, None] * rng.uniform(-0.2, 1.5, (size, RIVALS))
        rivals[:, :6] = np.stack([0 * z, z, -z, np.sign(z), special[0], special[0] * special[-1]], axis=1)
        rivals[:, 6:10] *= log_uniform(rng, 1e-6, 1e3, (size, 4))
        return {**parameters, "z": z, "t": t, "x": rivals}

    def domain(self, case: Case, xp: Any) -> Any:
        met = self.in_range(case, xp, case["t"] > 0)
        return xp.both(met, self.made(case).prox_bound > case["t"])

    def _objectives(self, case: Case, xp: Any) -> tuple[Any, Any]:
        penalty, z, t = self.made(case), case["z"], case["t"]
        at_rivals = objective(self.made(case, spread=True), case["x"], z[..., None], t[..., None], xp)
        return objective(penalty, penalty._prox(z, t, xp), z, t, xp), at_rivals

    def margin(self, case: Case, xp: Any) -> Any:
        here, there = self._objectives(case, xp)
        # An infinite objective is a refutation by itself: every penalty is finite somewhere.
        return xp.where(here < xp.inf, -xp.max(here[..., None] - there, axis=-1), -xp.inf)

    def bound(self, case: Case, xp: Any) -> Any:
        here, _ = self._objectives(case, xp)
        return xp.where(here < xp.inf, xp.abs(here), 0) + case["z"] * case["z"] / (2 * case["t"])


def add(name: str, made: type, unproved: str = "") -> None:
    """Register PROX.name, with its chain if there is one; ``unproved`` says why there is none."""
    chain = CHAINS.get(name)
    if chain is not None:
        made.proof = lambda self: chain()  # type: ignore[attr-defined]
    claim(
        f"PROX.{name}",
        place="verify/penalties",
        expected="proved" if chain else "unrefuted",
        form="own",
        why=unproved or "a wrong threshold, sign or scale leaves a rival with a lower objective, and a lemma that fails",
    )(made)


for _name, _penalty, _fixed in scalar_penalties():
    _statement = f"$\\mathrm{{prox}}(z, t)$ of {_name} is a global minimiser of $(x - z)^2/(2t) + R(x)$, for every real $z$, "
    _statement += "every $t > 0$ for which there is one, and all parameters" + REMARKS.get(_name, "")
    _body = {"__doc__": _statement, "penalty": _penalty, "fixed": _fixed}
    add(_name, type(f"Prox{_name.replace('.', '_')}", (Argmin,), _body), UNPROVED.get(_name, ""))
