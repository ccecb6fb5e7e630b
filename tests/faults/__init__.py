"""Faults that a night on a machine or a cluster brings. ``tox -e faults`` runs them, the default test run does not."""
