"""The prox maps of all penalties: each is a global minimiser of its definition."""
