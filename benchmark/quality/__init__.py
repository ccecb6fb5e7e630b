"""Checks of data: health of a dataset, fidelity of a twin."""
