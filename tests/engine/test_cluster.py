"""Workers of this machine."""

from __future__ import annotations

import pytest

from benchmark.engine.cluster import local_members
from benchmark.interfaces.errors import BenchmarkError


def test_workers_that_do_not_start_in_time_are_an_error_with_a_reason(monkeypatch):
    def never(**_):
        raise TimeoutError

    monkeypatch.setattr("distributed.LocalCluster", never)
    with pytest.raises(BenchmarkError, match="2 workers did not start in time"), local_members(2, "1GiB"):
        pass
