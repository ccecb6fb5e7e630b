"""What no paper prints: all detectors on recordings that the field knows, and what a protocol makes of a score."""
