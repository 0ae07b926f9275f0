"""Claims and how they are decided. ``from verify.evidence import claim, Hypothesis`` is all a new theorem needs."""

from verify.evidence.claim import CLAIMS, Case, Claim, Evidence, Fact, Hypothesis, Result, claim
from verify.evidence.decide import decide
from verify.evidence.proof import Lemma

__all__ = ["CLAIMS", "Case", "Claim", "Evidence", "Fact", "Hypothesis", "Lemma", "Result", "claim", "decide"]
