"""Checks of the theory of stochastic proximal methods: prox maps, losses, update rules, and claims with verdicts."""

__version__ = "0.1.0"
