"""What ``proxproof speed`` measures of optimizers, prox maps and training, as multiples of a floor in the same process."""
