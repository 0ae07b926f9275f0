"""Lakhmiri, Orban and Lodi: stochastic quadratic regularisation."""
