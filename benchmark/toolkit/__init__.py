"""Building blocks for authors of detectors: windows, scaling, label checks and neural-network training."""
