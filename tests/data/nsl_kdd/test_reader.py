"""NSL-KDD: both forms of its files, typed columns, and errors that name the cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.data.nsl_kdd.reader import NslKdd
from benchmark.data.nsl_kdd.schema import CATEGORIES, CHANNELS, FILES, RAW
from benchmark.data.sources import verify
from benchmark.interfaces.errors import DataError

HEADER = ",".join(RAW)
TRAIN = FILES["train"]


def line(attack: str = "normal", **cells: object) -> str:
    """A row with 0 in every cell that is not given."""
    given = {"protocol_type": "tcp", "service": "http", "flag": "SF", "attack": attack, "level": 21} | cells
    return ",".join(str(given.get(name, 0)) for name in RAW)


ROWS = [
    line(src_bytes=491, serror_rate="0.25", logged_in=1, duration=5),
    line("neptune", service="private", flag="S0", serror_rate="1.00", count=123, level=19),
    line(protocol_type="udp", service="domain_u", su_attempted=2),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "nsl-kdd"
    folder.mkdir()
    for name in FILES.values():
        (folder / name).write_text("\n".join(ROWS) + "\n")
    return folder


def test_both_parts_with_their_columns(folder: Path) -> None:
    (folder / FILES["test"]).write_text("\n".join([*ROWS, line("saint", service="tftp_u")]) + "\n")

    train, test = NslKdd().read(folder.parent)

    assert (train.name, train.part, test.part) == (test.name, "train", "test")
    assert (train.channels, len(CHANNELS), train.sequential) == (CHANNELS, 38, False)
    assert train.labels is not None
    assert train.labels.tolist() == [False, True, False]
    assert train.covariates["kind"].tolist() == ["normal", "neptune", "normal"]
    assert train.covariates["difficulty"].tolist() == [21, 19, 21]
    assert train.values[0, CHANNELS.index("src_bytes")] == 491
    assert train.modalities[CHANNELS.index("serror_rate")] == "rate"
    assert train.modalities[CHANNELS.index("logged_in")] == "binary"
    for recording in (train, test):
        assert recording.raw is not None
        assert set(recording.raw.categories) == set(CATEGORIES)
        assert recording.raw.categories["service"].names == ("domain_u", "http", "private", "tftp_u")
    assert train.raw is not None
    assert train.raw.numbers["serror_rate"].tolist() == [0.25, 1.0, 0.0]
    flags = train.raw.categories["flag"]
    assert [flags.names[code] for code in flags.codes] == ["SF", "S0", "SF"]
    # The publisher's level was made with the labels, so no detector may see it.
    assert "level" not in train.channels
    assert "level" not in train.raw.numbers


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([HEADER, *ROWS]),
        "\n".join([",".join(RAW[:-2]) + ",labels", *ROWS]) + "\n",
        "\r\n".join([HEADER, *ROWS]) + "\r\n",
    ],
)
def test_every_published_form_is_read_alike(folder: Path, text: str) -> None:
    plain = NslKdd().read(folder.parent)[0]
    (folder / TRAIN).write_bytes(text.encode())

    other = NslKdd().read(folder.parent)[0]

    assert np.array_equal(plain.values, other.values)
    assert plain.covariates["kind"].tolist() == other.covariates["kind"].tolist()


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (line(src_bytes="many"), "src_bytes", "'many' is not a whole number"),
        (line(src_bytes="1.5"), "src_bytes", "'1.5' is not a whole number"),
        (line(src_bytes=-1), "src_bytes", "negative"),
        (line(serror_rate="1.01"), "serror_rate", "is above 1"),
        (line(serror_rate="nan"), "serror_rate", "must be filled"),
        (line(logged_in=2), "logged_in", "neither 0 nor 1"),
        (line(flag=""), "flag", "empty cell"),
        (line(""), "attack", "empty cell"),
        (line(level="hard"), "level", "not a whole number"),
        (line() + ",1", None, "row has 44 columns; expected 43"),
        (line().rpartition(",")[0], None, "row has 42 columns; expected 43"),
    ],
)
@pytest.mark.parametrize("header", [False, True])
def test_bad_rows(folder: Path, row: str, column: str | None, words: str, header: bool) -> None:
    path = folder / TRAIN
    path.write_text("\n".join([*([HEADER] if header else []), ROWS[0], row, ROWS[1]]))

    with pytest.raises(DataError, match=words) as caught:
        NslKdd().read(folder.parent)

    assert (caught.value.file, caught.value.row, caught.value.column) == (path, 2 + header, column)


@pytest.mark.parametrize("text", ["", "\n", HEADER, HEADER + "\n"])
def test_empty_file(folder: Path, text: str) -> None:
    (folder / TRAIN).write_text(text)

    with pytest.raises(DataError, match="has no rows") as caught:
        NslKdd().read(folder.parent)
    assert caught.value.file == folder / TRAIN


def test_missing_file_says_how_to_get_it(folder: Path) -> None:
    (folder / TRAIN).unlink()

    for read in (NslKdd().read, NslKdd().files):
        with pytest.raises(DataError, match="data fetch nsl-kdd"):
            read(folder.parent)


def test_real_files(real_data: Path) -> None:
    train, test = NslKdd().read(real_data)
    kinds = [recording.covariates["kind"] for recording in (train, test)]

    assert (train.values.shape, test.values.shape) == ((25_192, 38), (22_544, 38))
    assert test.labels is not None
    assert round(float(test.labels.mean()), 4) == NslKdd.metadata.anomaly_share
    unseen = set(kinds[1]) - set(kinds[0])
    assert (len(unseen), int(np.isin(kinds[1], sorted(unseen)).sum())) == (18, 3_752)
    assert {check.status for check in verify(NslKdd(), real_data)} == {"ok"}
