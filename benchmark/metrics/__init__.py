"""Metrics of a score against labels: numpy in, a number out."""
