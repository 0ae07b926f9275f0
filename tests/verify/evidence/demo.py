"""Claims made for a test, decided and forgotten; and an identity that is proved and sampled at all scales."""

from __future__ import annotations

from typing import Any

from verify.evidence import Lemma, claim
from verify.evidence.claim import CLAIMS, Claim
from verify.evidence.decide import decide
from verify.evidence.draw import log_uniform


def made(cls: type) -> Claim:
    try:
        return claim("Demo.soundness", place="-", expected="unrefuted", why="-")(cls)
    finally:
        del CLAIMS["Demo.soundness"]


def verdict(cls: type) -> str:
    return decide(made(cls)).verdict


class Root:
    r"""$\sqrt x^2 = x$ at all scales, and what the root is where it is not taken."""

    def domain(self, case: Any, xp: Any) -> Any:
        return case["x"] > 0

    def cases(self, rng: Any, size: int) -> dict[str, Any]:
        return {"x": log_uniform(rng, 1e-30, 1e30, size)}

    def margin(self, case: Any, xp: Any) -> Any:
        root = xp.sqrt(case["x"])
        return root * root - case["x"]

    def proof(self) -> list[Lemma]:
        def lemma(p: Any) -> Any:
            case = {"x": p.real("x")}
            p.assume(self.domain(case, p.xp))
            return self.margin(case, p.xp) >= 0

        return [Lemma("the margin is never negative", lemma)]
