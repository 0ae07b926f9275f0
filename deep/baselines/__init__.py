"""Ways to sparse networks that are not proximal, to compare with: gates, RigL, magnitude pruning, subgradients."""
