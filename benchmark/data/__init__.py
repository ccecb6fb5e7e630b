"""Datasets: readers of the published formats, their metadata, and the embedded twins."""
