import gzip

import numpy as np
import polars as pl
import pytest
import zstandard

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.registry import DATASETS

WIDE = "time,cpu,memory\n2026-03-01T00:00:00Z,0.1,5\n2026-03-01T00:01:00Z,0.2,6\n2026-03-01T00:02:00Z,,7\n"


def only(loaded):
    recordings, _ = loaded
    assert len(recordings) == 1
    return recordings[0]


def test_a_plain_file_needs_no_parameter(load):
    (recording,), notes = load(WIDE)
    assert recording.channels == ("cpu", "memory")
    assert recording.labels is None
    assert np.diff(recording.time).tolist() == [60_000_000, 60_000_000]
    np.testing.assert_array_equal(recording.values[:, 1], [5, 6, 7])
    assert np.isnan(recording.values[2, 0])
    assert "time from column 'time'" in notes


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + WIDE.encode(),
        WIDE.replace("\n", "\r\n").encode(),
        WIDE.replace(",", ";").encode(),
        WIDE.replace(",", "\t").encode(),
        gzip.compress(WIDE.encode(), mtime=0),
        zstandard.ZstdCompressor().compress(WIDE.encode()),
    ],
    ids=["byte-order mark", "CRLF", "semicolon", "tab", "gzip", "zstandard"],
)
def test_the_same_table_in_another_form_is_the_same_recording(load, content):
    expected, found = only(load(WIDE)), only(load(content, name="u.csv"))
    np.testing.assert_array_equal(found.values, expected.values)
    np.testing.assert_array_equal(found.time, expected.time)
    assert found.channels == expected.channels


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-16", "text is UTF-16"), ("latin-1", "byte 0xb0 is no UTF-8 (row 1): text read as Windows-1252")],
)
def test_text_that_is_no_utf_8_is_read_and_said(load, encoding, said):
    (recording,), notes = load("time,°C\n0,1.5\n60,2.5\n".encode(encoding))
    assert recording.channels == ("°C",)
    assert recording.values[:, 0].tolist() == [1.5, 2.5]
    assert said in notes


def test_parquet(load, tmp_path):
    pl.read_csv(WIDE.encode(), try_parse_dates=True).write_parquet(tmp_path / "x.parquet")
    dataset = DATASETS.build("x.parquet")
    np.testing.assert_array_equal(dataset.load("real")[0].values, only(load(WIDE)).values)


def test_decimal_commas_where_cells_are_separated_by_semicolons(load):
    (recording,), notes = load("time;cpu\n1700000000;0,5\n1700000060;1.234,25\n1700000120;2\n")
    np.testing.assert_allclose(recording.values[:, 0], [0.5, 1234.25, 2])
    assert "decimal comma" in notes


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1700000000", "1700000001"], "seconds"),
        (["1700000000000", "1700000001000"], "milliseconds"),
        (["1700000000000000", "1700000001000000"], "microseconds"),
        (["1700000000000000000", "1700000001000000000"], "nanoseconds"),
        (["2023-11-14T22:13:20Z", "2023-11-14T22:13:21Z"], "with their zones"),
        (["2023-11-14 23:13:20+01:00", "2023-11-14 23:13:21+0100"], "with their zones"),
        (["2023-11-14 22:13:20", "2023-11-14 22:13:21.000"], "read as UTC"),
    ],
)
def test_units_and_zones_of_time_are_recognised_and_said(load, cells, said):
    (recording,), notes = load("time,x\n" + "".join(f"{cell},1\n" for cell in cells))
    assert recording.time.tolist() == [1_700_000_000_000_000, 1_700_000_001_000_000]
    assert said in notes


def test_unit_and_format_can_be_given(load):
    assert only(load("t,x\n5,1\n6,2\n", "time=t,unit=ms")).time.tolist() == [5_000, 6_000]
    recording = only(load("t,x\n14.11.2023 22:13,1\n14.11.2023 22:14,2\n", "time=t,format='%d.%m.%Y %H:%M'"))
    assert recording.time[0] == 1_699_999_980_000_000


def test_rows_out_of_order_are_sorted_and_said(load):
    (recording,), notes = load("time,x\n1700000060,2\n1700000000,1\n")
    assert recording.values[:, 0].tolist() == [1, 2]
    assert "sorted by time" in notes


def test_doubled_times_are_an_error_that_names_the_rows_or_are_joined(load):
    content = "time,x,label\n1700000000,1,0\n1700000000,3,1\n1700000060,5,0\n"
    with pytest.raises(DataError, match="rows 2 and 3 have the same time"):
        load(content)
    mean, last = (only(load(content, f"duplicates={how}")) for how in ("mean", "last"))
    assert mean.values[:, 0].tolist() == [2, 5]
    assert last.values[:, 0].tolist() == [3, 5]
    assert mean.labels.tolist() == [True, False]


def test_irregular_steps_are_said_and_resampled(load):
    content = "time,x\n0,1\n60,2\n120,3\n600,9\n"
    _, notes = load(content)
    assert "33.3% of the steps are not 60 s" in notes
    recording = only(load(content, "every=2m"))
    np.testing.assert_array_equal(recording.values[:, 0], [1.5, 3, np.nan, np.nan, np.nan, 9])
    assert np.diff(recording.time).tolist() == [120_000_000] * 5


def test_hosts_of_one_file_are_recordings_of_their_own(load):
    recordings, _ = load("time,host,x\n0,a,1\n0,b,2\n60,a,3\n60,b,4\n", "by=host")
    assert [(one.name, one.values[:, 0].tolist()) for one in recordings] == [("a", [1, 3]), ("b", [2, 4])]


def test_files_of_a_glob_are_recordings_of_their_own(load, tmp_path):
    load(WIDE, name="a.csv")
    load(WIDE, name="b.csv")
    assert [one.name for one in DATASETS.build("*.csv").load("real")] == ["a.csv", "b.csv"]


def test_a_long_table_becomes_wide(load):
    content = "time,host,metric,value\n0,a,cpu,1\n0,a,mem,10\n60,a,cpu,2\n0,b,cpu,3\n0,b,mem,30\n60,b,mem,40\n"
    recordings, _ = load(content, "metric=metric,value=value,by=host")
    first, second = recordings
    assert first.channels == ("cpu", "mem")
    np.testing.assert_array_equal(first.values, [[1, 10], [2, np.nan]])
    np.testing.assert_array_equal(second.values, [[3, 30], [np.nan, 40]])


def test_text_constant_and_empty_columns_are_named(load):
    content = "time,zone,flat,none,x\n0,eu,1,,1\n60,us,1,,2\n120,eu,1,,3\n"
    (recording,), notes = load(content)
    assert recording.channels == ("flat", "none", "x")
    assert "text column 'zone': left out" in notes
    assert "constant column 'flat'" in notes
    assert "empty column 'none'" in notes
    recording = only(load(content, "onehot=true"))
    assert recording.channels == ("zone=eu", "zone=us", "flat", "none", "x")
    assert recording.values[:, 0].tolist() == [1, 0, 1]


def test_labels_are_recognised_named_or_taken_as_a_channel(load):
    content = "time,x,anomaly\n0,1,0\n60,2,1\n"
    (recording,), notes = load(content)
    assert recording.channels == ("x",)
    assert recording.labels.tolist() == [False, True]
    assert "label from column 'anomaly'" in notes
    assert only(load(content, "label=none")).channels == ("x", "anomaly")


@pytest.mark.parametrize(
    ("content", "parameters", "message"),
    [
        ("", "", "file is empty"),
        ("time,x\n", "", "a header and no rows"),
        ("time,x\n0,1\n60,2,3\n", "", "row 3"),
        ("time,x,x\n0,1,2\n", "", "two columns have this name"),
        ("time,x\nsoon,1\n", "", "row 2.*'soon' is no time"),
        ("time,x\n2026-02-30T00:00:00Z,1\n", "", "no time of the calendar"),
        ("time,x\n,1\n", "", "the time is missing"),
        ("time,x\n0,1\n60,2\n120,oops\n", "", "row 4, column 'x': 'oops' is no number"),
        ("time,x\n0,a\n60,b\n", "", "no column holds numbers"),
        ("time,x,label\n0,1,2\n", "label=label", "label '2' is neither 0 nor 1"),
        ("time,x\n0,inf\n60,2\n", "", "no finite number"),
        ("time,x\n0,1\n", "time=when", "unknown column of t.csv 'when'"),
        ("time,x\n0,1\n", "every=5x", "no time step"),
        ("time,x\n0,1\n", "metric=x", "both metric="),
        ("time,m,v\n0,a,1\n0,a,2\n", "metric=m,value=v", "two values at one time"),
        ("time,x\n0,1\n".encode("utf-16")[:-1], "", "UTF-16"),
        ("time,x\n0,1\n".encode("utf-32"), "", "UTF-16"),
        ("time,x\n0,1\n".encode("utf-16-le"), "", "UTF-16 without a mark"),
        ("time,x\n0,1\n60,\x81\n".encode("latin-1"), "", "row 3.*no UTF-8"),
        (gzip.compress(WIDE.encode() * 50, mtime=0)[:-20], "", "truncated or damaged"),
    ],
)
def test_a_fault_is_one_error_that_names_its_place(load, content, parameters, message):
    with pytest.raises((DataError, ParameterError), match=message):
        load(content, parameters)


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"nowhere\.csv: there is no such file"):
        DATASETS.build("nowhere.csv").load("real")


def test_counters_keep_their_digits(load):
    rows = "".join(f"{60 * k},{10_000_000_000 + 50 * k}\n" for k in range(200))
    recording = only(load("time,bytes\n" + rows))
    assert len(np.unique(recording.values)) == 200
