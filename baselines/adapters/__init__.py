"""Detectors of other libraries, and objects with ``fit`` and a score of one's own, as detectors of this package."""
