"""Training sparse networks with PyTorch: the optimizers, how weights are grouped, what became zero."""
