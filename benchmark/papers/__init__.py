"""The papers: their published numbers and the artifacts that regenerate their tables and figures."""
