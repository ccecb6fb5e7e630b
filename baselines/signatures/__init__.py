"""Signatures learnt from labelled attacks of known kinds."""
