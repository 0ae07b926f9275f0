"""Dinh and Xin: a relaxed variable splitting method."""
