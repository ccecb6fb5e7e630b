"""From scores and labels to numbers: thresholds and metrics."""
