"""What is measured of a run: structure at every iterate, distances and noise at checkpoints, the noise at the optimum."""
