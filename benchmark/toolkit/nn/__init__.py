"""Building blocks for neural networks: the only modules of the harness that import torch on import."""
