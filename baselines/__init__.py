"""Baselines and controls, one file per detector."""
