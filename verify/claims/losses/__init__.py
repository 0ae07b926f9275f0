"""The losses of the synthetic problems, against their definitions."""
