"""Dinh and Xin, Convergence of a relaxed variable splitting method (RVSM)."""
