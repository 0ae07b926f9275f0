"""What the notebooks compute and draw, one subject a file: each picture is one call whose arguments are worth moving."""
