"""The protocol of TSB-AD: prefix or whole series to fit on, every point judged, its own volume."""
