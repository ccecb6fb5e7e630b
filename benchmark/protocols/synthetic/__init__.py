"""Synthetic anomalies in held-out normal data: a test that needs no label, to choose parameters on."""
