"""Planted-structure problems, their certified solutions, and the benchmark that runs the verified methods on them."""
