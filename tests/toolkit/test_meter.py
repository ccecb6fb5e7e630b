"""The meter gives the costs of a block, and leaves out those that the machine does not tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.toolkit import meter


def test_times_are_always_there_and_memory_is_what_the_block_takes():
    with meter.metered() as cost:
        held = np.ones(8 << 20)  # 64 MiB
    assert held[0] == 1
    assert cost[meter.SECONDS] > 0
    assert cost[meter.PROCESSOR] >= 0
    if meter.MEMORY in cost:
        assert 60 < cost[meter.MEMORY] < 120


def test_memory_that_a_block_gave_back_counts_at_its_peak_and_only_there():
    with meter.metered() as first:
        taken = np.ones(8 << 20)
        del taken
    with meter.metered() as second:
        pass
    if meter.MEMORY in first:
        assert first[meter.MEMORY] > 60
        assert second[meter.MEMORY] < 30


def test_without_linux_there_is_no_memory_and_without_a_counter_no_energy(monkeypatch, tmp_path):
    monkeypatch.setattr(meter, "_CLEAR", tmp_path / "none" / "clear_refs")
    monkeypatch.setattr(meter, "_COUNTERS", tmp_path)
    with meter.metered() as cost:
        pass
    assert set(cost) == {meter.SECONDS, meter.PROCESSOR}


@pytest.mark.parametrize(("later", "joules"), [(3_500_000, 2.5), (500_000, 9.5)])
def test_energy_is_summed_over_packages_and_a_counter_may_start_anew(monkeypatch, tmp_path: Path, later, joules):
    for name in ("intel-rapl:0", "intel-rapl:0:0", "intel-rapl:1"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "energy_uj").write_text("1000000\n", encoding="ascii")
        (folder / "max_energy_range_uj").write_text("10000000\n", encoding="ascii")
    monkeypatch.setattr(meter, "_COUNTERS", tmp_path)
    with meter.metered() as cost:
        for name in ("intel-rapl:0", "intel-rapl:0:0"):
            (tmp_path / name / "energy_uj").write_text(f"{later}\n", encoding="ascii")
    assert cost[meter.ENERGY] == joules
