"""The power of ``check_prox``: wrong maps that it must find wrong, and right ones in which it must find nothing."""
