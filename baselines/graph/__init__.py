"""Graph neural networks over a nearest-neighbour graph of rows."""
