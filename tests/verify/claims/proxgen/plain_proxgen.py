"""Counterexamples of ProxGEN's claims in rational numbers, and soft thresholding."""

from __future__ import annotations

from fractions import Fraction as Q

from verify.claims import load
from verify.evidence import decide

CLAIMS = load()


def counterexample(name, seed=5):
    found = decide(CLAIMS[f"PG.{name}"], seed=seed).counterexample
    assert found is not None
    return {n: exact(v) for n, v in found["case"].items()}


def exact(value):
    return [exact(v) for v in value] if isinstance(value, list) else Q(str(value))


def sign(x):
    return (x > 0) - (x < 0)


def soft(z, t):
    return sign(z) * max(abs(z) - t, 0)
