"""Jia, Zhao, Zhang, He and Xu: modified regularized dual averaging."""
