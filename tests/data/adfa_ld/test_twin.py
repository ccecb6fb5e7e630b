"""The twin of ADFA-LD: every kind and incident, copies, recurring processes, and calls of the real tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.data.adfa_ld import derive
from benchmark.data.adfa_ld.reader import AdfaLd
from benchmark.data.adfa_ld.traces import KINDS
from benchmark.data.adfa_ld.twin import RECURRING, START, SUMMARY
from benchmark.interfaces.recording import Recording, fingerprint

SHARE = 0.06


@pytest.fixture(scope="module")
def twin() -> list[Recording]:
    return AdfaLd(twin_share=SHARE).load("twin")


def test_same_seed_same_bytes_and_another_seed_other_bytes(twin: list[Recording]) -> None:
    again, other = (fingerprint(AdfaLd(twin_seed=seed, twin_share=SHARE).load("twin")) for seed in (0, 1))
    assert fingerprint(twin) == again
    assert again != other


def test_every_kind_and_incident_is_there(twin: list[Recording]) -> None:
    train, test = twin
    assert train.labels is not None
    assert not train.labels.any()
    assert set(test.covariates["kind"]) == {"normal", *KINDS}
    attack = test.covariates["incident"] != ""
    names, counts = np.unique(test.covariates["incident"][attack], return_counts=True)
    assert len(names) == 60
    assert counts.min() >= 2
    assert len(train) == round(SHARE * 833)


def test_calls_are_calls_and_a_trace_has_its_length(twin: list[Recording]) -> None:
    for recording in twin:
        assert recording.raw is not None
        assert recording.raw.sequences is not None
        values = recording.raw.sequences.values
        assert 0 < values.min() <= values.max() <= 340 < START
        assert recording.raw.sequences.lengths.min() >= 75


def test_normal_traces_repeat_earlier_ones(twin: list[Recording]) -> None:
    test = twin[1]
    assert test.labels is not None
    assert test.groups is not None
    normal = test.groups[~test.labels]
    assert 0.2 < 1 - len(np.unique(normal)) / len(normal) < 0.6


def test_some_processes_run_during_every_incident(twin: list[Recording]) -> None:
    test = twin[1]
    often = np.isin(test.covariates["process"], [str(number + 1) for number in range(RECURRING)])
    assert len(set(test.covariates["kind"][often])) == 6
    assert 0.3 < often.sum() / (test.covariates["incident"] != "").sum() < 0.8


def test_the_committed_tables_are_those_of_the_real_archive(real_data: Path) -> None:
    assert derive.encode(derive.summarise(real_data)) == SUMMARY.read_text(encoding="utf-8")
    assert SUMMARY.stat().st_size < 160_000
