"""Replication verdicts: arithmetic of printed numbers, claims of papers, judgements on measurements, and records."""
