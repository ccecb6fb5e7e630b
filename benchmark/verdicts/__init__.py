"""Replication verdicts: printed numbers, their arithmetic, the claims of a paper, and what measurement says to each."""
