"""Jia, Zhao, Zhang, He and Xu, Modified regularized dual averaging (MRDA)."""
