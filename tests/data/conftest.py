"""A web server for downloads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.file_server import Server, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr("time.sleep", lambda _: None)  # between retries
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as started:
        yield started
