"""The update rules, against what they unroll to."""
