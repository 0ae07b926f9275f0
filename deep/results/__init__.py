"""What runs have left, beside the papers' numbers: collected, tabled, drawn."""
