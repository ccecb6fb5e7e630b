"""The protocol of the threat-detection datasets: divisions, encodings, and the context of an event."""
