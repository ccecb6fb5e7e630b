"""Baselines and controls: one file per detector, or a package where a detector has several parts."""
