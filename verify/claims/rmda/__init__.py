"""Huang and Lee, Training structured neural networks through manifold identification and variance reduction (RMDA)."""
