"""The interfaces that all else implements or consumes: recordings, detectors, protocols, results and artifacts."""
