"""Graph neural networks on a nearest-neighbour graph of rows."""
