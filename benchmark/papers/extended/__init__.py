"""Comparisons beyond the papers: all detectors on public recordings, the gain by training, the effect of a protocol."""
