"""The detector `transformer`: masked columns of rows, next symbols of sequences."""
