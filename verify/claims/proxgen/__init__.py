"""The claims of ProxGEN: Yun, Lozano and Yang, A General Family of Stochastic Proximal Gradient Methods for Deep Learning."""
