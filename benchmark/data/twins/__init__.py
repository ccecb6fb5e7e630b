"""Seeded statistical twins of the paper datasets, made from summary statistics alone."""
