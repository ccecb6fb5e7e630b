"""The one place of the harness that imports torch."""
