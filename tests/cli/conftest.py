"""Fixtures of the verdicts' tests, which their commands are tested on too."""

from tests.verdicts.conftest import call, tiny_paper

__all__ = ["call", "tiny_paper"]
