"""Yun, Lozano and Yang: a family of stochastic proximal gradient methods."""
