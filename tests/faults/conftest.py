from __future__ import annotations

import pytest

from tests.faults.commands import FEW, MANY, content, resume


@pytest.fixture(scope="session")
def few(tmp_path_factory):
    """What a clean run of few cells stores."""
    store = tmp_path_factory.mktemp("few") / "store"
    resume(store, FEW)
    return content(store)


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """What a clean run of many cells stores."""
    store = tmp_path_factory.mktemp("many") / "store"
    resume(store, MANY)
    return content(store)
