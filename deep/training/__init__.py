"""Training a recipe: the loop, checkpoints, several processes, and what a run leaves behind."""
