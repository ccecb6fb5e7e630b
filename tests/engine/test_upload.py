"""Recordings that a client sends to a worker are those that the client has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmark.engine import upload
from benchmark.engine.received import Received, using
from benchmark.engine.tasks import load_recordings, load_tasks
from benchmark.engine.upload import KEPT, pack, unpack
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import fingerprint
from tests.engine.conftest import TINY

DATASET = f"{TINY}:Tiny"


@pytest.fixture
def recordings():
    return load_recordings(DATASET, "twin", None)


def test_what_arrives_is_what_was_sent(recordings):
    known = fingerprint(list(recordings))
    arrived = unpack(DATASET, known, pack(recordings))
    assert fingerprint(list(arrived.recordings)) == known
    assert arrived.recordings[0].covariates.keys() == recordings[0].covariates.keys()


def test_other_content_is_refused(recordings):
    changed = (replace(recordings[0], name="other"), *recordings[1:])
    with pytest.raises(DataError, match="arrived with fingerprint"):
        unpack(DATASET, "a" * 64, pack(changed))


def test_a_worker_keeps_few_datasets(recordings):
    for number in range(KEPT + 2):
        one = (replace(recordings[0], name=str(number)),)
        unpack(DATASET, fingerprint(list(one)), pack(one))
    assert len(upload._unpacked) == KEPT


def test_given_recordings_take_the_place_of_files(recordings):
    given = Received(fingerprint(list(recordings)), recordings)
    with using({(DATASET, "real"): given}):
        assert load_recordings(DATASET, "real", None) is recordings
        (one, two) = load_tasks(DATASET, "real", "native", 0, None)
        assert (one.name, two.name) == ("one", "two")
    with pytest.raises(Exception, match="data folder"):
        load_recordings(DATASET, "real", None)
