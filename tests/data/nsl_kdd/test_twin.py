"""The twin of NSL-KDD: schema of the real files, kinds of both parts, and the structure that matters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.data.nsl_kdd import derive
from benchmark.data.nsl_kdd.reader import NslKdd
from benchmark.data.nsl_kdd.schema import CHANNELS, RAW
from benchmark.data.nsl_kdd.twin import SUMMARY, raw_frames
from benchmark.interfaces.recording import Recording, fingerprint


@pytest.fixture(scope="module")
def twin() -> list[Recording]:
    return NslKdd(twin_rows=6_000).load("twin")


def kinds(recording: Recording) -> set[str]:
    return set(recording.covariates["kind"].tolist())


def test_same_seed_same_bytes_and_another_seed_other_bytes() -> None:
    first, again, other = (fingerprint(NslKdd(twin_seed=seed, twin_rows=2_000).load("twin")) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_it_has_the_publisher_s_columns_as_text() -> None:
    for frame in raw_frames(2_000, 0).values():
        assert tuple(frame.columns) == RAW
        assert set(map(str, frame.dtypes)) == {"String"}


def test_every_kind_is_there_and_unseen_kinds_stay_unseen(twin: list[Recording]) -> None:
    train, test = twin
    assert len(kinds(train)) == 22
    assert len(kinds(test)) == 38
    assert len(kinds(test) - kinds(train)) == 18
    assert len(train) + len(test) == pytest.approx(6_000, rel=0.02)
    assert test.labels is not None
    assert float(test.labels.mean()) == pytest.approx(NslKdd.metadata.anomaly_share, abs=0.02)


def test_what_defines_a_kind_is_kept(twin: list[Recording]) -> None:
    test = twin[1]
    assert test.raw is not None
    smurf = test.covariates["kind"] == "smurf"
    services, protocols = (test.raw.categories[name] for name in ("service", "protocol_type"))
    assert {services.names[code] for code in services.codes[smurf]} == {"ecr_i"}
    assert {protocols.names[code] for code in protocols.codes[smurf]} == {"icmp"}
    neptune = test.take(test.covariates["kind"] == "neptune")
    rates = [neptune.values[:, CHANNELS.index(name)] for name in ("serror_rate", "srv_serror_rate")]
    assert np.corrcoef(*rates)[0, 1] > 0.95  # columns of a kind depend on each other as the real ones do


def test_the_committed_tables_are_those_of_the_real_files(real_data: Path) -> None:
    assert derive.encode(derive.summarise(real_data)) == SUMMARY.read_text(encoding="utf-8")
    assert SUMMARY.stat().st_size < 160_000
