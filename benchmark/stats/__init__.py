"""Statistics over seeds and datasets. Knows nothing of detectors."""
