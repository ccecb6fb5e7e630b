"""The detectors that the papers propose, one file each."""
