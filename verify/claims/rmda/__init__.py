"""Huang, Lee: Training Structured Neural Networks Through Manifold Identification and Variance Reduction (RMDA)."""
