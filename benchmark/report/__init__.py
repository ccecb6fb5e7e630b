"""The report: one HTML page of what is recorded, regenerated and at hand. It reads files and runs no cell."""
