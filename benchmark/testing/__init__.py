"""The contract of a detector, for authors: a readable report (``check``) and pytest tests from the same checks.

>>> from benchmark.testing import contract_tests
>>> TestMine = contract_tests("my.py:Mine")  # doctest: +SKIP
"""

from benchmark.testing.pytest_class import contract_tests

__all__ = ["contract_tests"]
