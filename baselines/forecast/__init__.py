"""Forecasters: `cnn`, `lstm` and `dlinear` predict the next row; a point is scored by the error of its forecast."""
