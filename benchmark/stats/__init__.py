"""Statistics over seeds and datasets, independent of detectors."""
