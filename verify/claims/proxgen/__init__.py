"""Yun, Lozano and Yang, A general family of stochastic proximal gradient methods for deep learning (ProxGEN)."""
