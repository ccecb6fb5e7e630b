"""Protocols: how a dataset is split, labelled and injected, and how thresholds are chosen."""
