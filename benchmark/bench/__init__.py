"""Measurements of this package's own speed and memory: figures to print, never tests that fail on a slow machine."""
