"""The table, the picture and the page of a detection."""

import json
import re

import numpy as np
import polars as pl
import pytest

from benchmark.detection.events import events_of
from benchmark.detection.output import check_output, frame_of, write_frame
from benchmark.detection.page import write_page
from benchmark.detection.scoring import Scored
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording

TIMES = np.array([0, 1_500_000, 3_000_000])


def scored(name="host", channels=("a", "b"), time=TIMES, uncertainty=None):
    values = np.array([[1.0, 2], [3, 4], [5, 6]])
    shares = np.array([[0.25, 0.75], [0, 1], [0, 0]])
    return Scored("norm", Recording(name, values, channels, time=time), np.array([0.5, 2, 9]), 1.5, shares, uncertainty)


def test_a_row_holds_time_number_score_cut_flag_and_shares():
    frame = frame_of([scored(uncertainty=np.array([0, 0.5, 0.25]))])
    assert frame["recording"].to_list() == ["host"] * 3
    assert frame["method"].to_list() == ["norm"] * 3
    assert frame["row"].to_list() == [1, 2, 3]
    assert frame["score"].to_list() == [0.5, 2, 9]
    assert frame["cut"].to_list() == [1.5] * 3
    assert frame["flag"].to_list() == [False, True, True]
    assert frame["uncertainty"].to_list() == [0, 0.5, 0.25]
    assert frame["share:a"].to_list() == [0.25, 0, 0]
    assert frame["share:b"].to_list() == [0.75, 1, 0]
    assert frame["time"][1].microsecond == 500_000


def test_recordings_of_other_channels_are_one_table_and_what_is_unknown_is_missing():
    frame = frame_of([scored(), scored("other", ("b", "c"), None)])
    assert frame.height == 6
    assert frame["share:a"].to_list() == [0.25, 0, 0, None, None, None]
    assert frame["time"].null_count() == 3
    assert frame["uncertainty"].null_count() == 6


def test_a_csv_file_has_times_in_utc_and_parquet_keeps_types(tmp_path):
    frame = frame_of([scored()])
    text = write_frame(frame, tmp_path / "x.csv").read_text("utf-8").splitlines()
    assert text[0] == "recording,method,time,row,score,cut,flag,uncertainty,share:a,share:b"
    assert text[2] == "host,norm,1970-01-01T00:00:01.500000Z,2,2.0,1.5,true,,0.0,1.0"
    assert pl.read_parquet(write_frame(frame, tmp_path / "x.parquet")).equals(frame)


def test_a_name_that_cannot_be_written_is_refused_before_anything_is_computed(tmp_path):
    assert check_output(tmp_path / "x.parquet") == tmp_path / "x.parquet"
    with pytest.raises(ParameterError, match=r"ends in \.csv or \.parquet"):
        check_output(tmp_path / "x.txt")
    with pytest.raises(ParameterError, match="there is no folder"):
        check_output(tmp_path / "none" / "x.csv")


def test_the_page_holds_the_charts_and_the_events(tmp_path):
    one = scored("<host>")
    page = write_page("Title & more", ["A note."], [(one, events_of(one)), (scored("calm"), [])], tmp_path / "p.html")
    text = re.sub(r"<script>/\*\*.*?</script>", "", page.read_text("utf-8"), flags=re.DOTALL)
    assert "<h1>Title &amp; more</h1>" in text
    assert "<h2>&lt;host&gt; · norm</h2>" in text
    assert re.search(r"3 rows scored, 2 flagged, 1\s+event\.", text)
    assert re.search(r"3 rows scored, 2 flagged, 0\s+events\.", text)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", text)
    assert cells == ["1970-01-01 00:00:01.5", "1970-01-01 00:00:03", "2", "1970-01-01 00:00:03", "6.00", ""]
    first, second = (json.loads(found) for found in re.findall(r'Plotly\.newPlot\(\s*"[^"]*",\s*(\[.*?\}\]),', text))
    assert [line["name"] for line in first] == [line["name"] for line in second] == ["a", "b", "score"]
    assert [line["yaxis"] for line in first] == ["y", "y2", "y3"]
    layouts = [json.loads(found) for found in re.findall(r"\}\],\s*(\{\"template\".*\}),\s*\{\"responsive\"", text)]
    shaded = [shape for shape in layouts[0]["shapes"] if shape["type"] == "rect"]
    assert {(shape["x0"], shape["x1"]) for shape in shaded} == {("1970-01-01T00:00:01.500000", "1970-01-01T00:00:03")}
    assert [shape["type"] for shape in layouts[1]["shapes"]] == ["line"]
    assert layouts[1]["shapes"][0]["y0"] == layouts[1]["shapes"][0]["y1"] == 1.5
    titles = [layouts[0][name]["title"]["text"] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert titles == ["a", "b", "score"]
