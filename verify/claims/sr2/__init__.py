"""Lakhmiri, Orban and Lodi, A stochastic proximal method for nonsmooth regularized finite sum optimization (SR2)."""
