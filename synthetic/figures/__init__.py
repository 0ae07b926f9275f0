"""How results are drawn: one style for all figures, and the three kinds of panel that they are made of."""
