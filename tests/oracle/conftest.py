"""Agreement with independent packages. Run by ``tox run -e oracle``, else skipped, because they are no dependency."""

from __future__ import annotations

import importlib.util

import pytest

PACKAGES = ("TSB_AD", "vus", "pate", "prts", "aeon")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if not missing:
        return
    reason = f"{', '.join(missing)} not installed: run tox run -e oracle"
    for item in items:
        if "oracle" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason=reason))
