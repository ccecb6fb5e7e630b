"""The checks as pytest tests."""

from __future__ import annotations

from typing import Any

from benchmark.testing.checks import CHECKS, run_check
from benchmark.testing.subject import Subject


def contract_tests(spec: str) -> type[Any]:
    """Return a class of pytest tests, one for each check of the contract and of leakage.

    Parameters
    ----------
    spec : str
        ``name[…]`` or ``file.py:Class[…]``.

    Returns
    -------
    type
        Assign it to a name that begins with ``Test``.
    """
    import pytest

    subject = Subject(spec)

    class TestContract:
        @pytest.mark.parametrize("check", [one for one in CHECKS if one.group != "cost"], ids=lambda one: one.name)
        def test_contract(self, check: Any) -> None:
            """One promise of the contract."""
            finding = run_check(check, subject)
            if finding.verdict == "skipped":
                pytest.skip(finding.text)
            assert finding.verdict != "fails", finding.text

    return TestContract
