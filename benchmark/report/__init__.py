"""The report: one HTML page of recorded verdicts, regenerated tables and figures, and data. It runs no cell."""
