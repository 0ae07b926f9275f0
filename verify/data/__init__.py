"""Data sets in files: where they lie under a data root, what is known of their content, and MNIST's."""
