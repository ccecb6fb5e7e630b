"""Files as other systems write them: a right reading that is said, or one error that says what to write."""

import numpy as np
import pytest

from benchmark.data.telemetry.dates import FORMS, form_of
from benchmark.interfaces.errors import DataError, ParameterError

START = 1_772_323_200_000_000  # 2026-03-01T00:00:00Z


def table(header, rows, separator=","):
    return "\n".join(separator.join(cells) for cells in ([header] if header else []) + rows) + "\n"


def times(load, cells, parameters=""):
    (recording,), notes = load("time,x\n" + "".join(f'"{cell}",1\n' for cell in cells), parameters)
    return recording.time.tolist(), notes


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("2026/03/01 00:00:00", "2026/03/01 00:01:00", "year/month/day"),
        ("01.03.2026 00:00", "01.03.2026 00:01", "day.month.year"),
        ("03/01/2026 12:00:00 AM", "03/01/2026 12:01:00 AM", "month/day/year"),
        ("Sun, 01 Mar 2026 00:00:00 GMT", "Sun, 01 Mar 2026 00:01:00 GMT", "with their zones"),
        ("01/Mar/2026:00:00:00 +0000", "01/Mar/2026:00:01:00 +0000", "with their zones"),
        ("Mar 1, 2026 12:00 AM", "Mar 1, 2026 12:01 AM", "name of the month"),
        ("2026-03-01 01:00:00+01", "2026-03-01 01:01:00+01", "with their zones"),
        ("2026-03-01T00:00:00Z[UTC]", "2026-03-01T00:01:00Z[UTC]", "with their zones"),
        ("2026-03-01 00:00:00 +0000 UTC", "2026-03-01 00:01:00 +0000 UTC", "with their zones"),
        ("20260301000000", "20260301000100", "in one number"),
        ("20260301T000000Z", "20260301T000100Z", "in one number"),
    ],
)
def test_dates_in_the_forms_of_other_systems(load, first, second, said):
    found, notes = times(load, [first, second])
    assert found == [START, START + 60_000_000]
    assert said in notes


def test_days_as_one_number_are_dates_and_not_seconds(load):
    found, _ = times(load, ["20260228", "20260301", "20260302"])
    assert np.diff(found).tolist() == [86_400_000_000] * 2


def test_a_day_above_twelve_decides_between_day_and_month(load):
    first, _ = times(load, ["12/03/2026", "13/03/2026"])
    second, _ = times(load, ["03/12/2026", "03/13/2026"])
    assert first == second


def test_day_and_month_that_may_be_exchanged_are_asked_for(load):
    with pytest.raises(DataError, match=r"format='%m/%d/%Y %H:%M' or format='%d/%m/%Y %H:%M'"):
        times(load, ["03/01/2026 00:00", "03/02/2026 00:00"])
    found, _ = times(load, ["03/01/2026 00:00"], "format='%m/%d/%Y %H:%M'")
    assert found == [START]


def test_a_form_is_chosen_by_most_cells():
    import polars as pl

    assert form_of(pl.Series(["2026-03-01", "01.03.2026", "02.03.2026"])) == "day.month.year"
    assert form_of(pl.Series(["soon"])) == ""
    assert len(FORMS) == 7


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        (["Zeit", "x"], ["01.03.2026 00:00", "1"], ["01.03.2026 00:01", "2"]),
        (["epoch", "x"], ["1772323200", "1"], ["1772323260", "2"]),
        (["Event Time (UTC)", "x"], ["2026-03-01 00:00", "1"], ["2026-03-01 00:01", "2"]),
        (["date", "time", "x"], ["2026-03-01", "00:00:00", "1"], ["2026-03-01", "00:01:00", "2"]),
        (["", "x"], ["2026-03-01 00:00", "1"], ["2026-03-01 00:01", "2"]),
        ([], ["2026-03-01 00:00", "1"], ["2026-03-01 00:01", "2"]),
    ],
    ids=["other language", "epoch", "words", "two columns", "no name", "no header"],
)
def test_the_time_is_recognised_by_its_cells(load, header, first, second):
    (recording,), _ = load(table(header, [first, second]))
    assert recording.time.tolist() == [START, START + 60_000_000]
    assert len(recording.channels) == 1


def test_a_counter_of_the_size_of_an_epoch_is_a_channel(load):
    (recording,), _ = load("bytes,x\n1772323200,1\n1772323260,2\n")
    assert recording.channels == ("bytes", "x")


@pytest.mark.parametrize(
    ("cells", "values", "said"),
    [
        (["1,009", "980", "12,345"], [1009, 980, 12345], "grouped thousands"),
        (["1,009.50", "980.25", "0.5"], [1009.5, 980.25, 0.5], "grouped thousands"),
        (["10 130", "980", "1 000 000"], [10130, 980, 1_000_000], "grouped thousands"),
        (["1'009", "980.5", ""], [1009, 980.5, np.nan], "grouped thousands"),
        (["40.5%", "3 %", "0"], [40.5, 3, 0], "unit %"),
        (["5ms", "1.5s", "2 ms"], [0.005, 1.5, 0.002], "read as seconds"),
        (["1m", "30s", "1h"], [60, 30, 3600], "read as seconds"),
        (["250m", "1", "2"], [0.25, 1, 2], "read as plain numbers"),
        (["1.5 KiB", "512 B", "0"], [1536, 512, 0], "read as bytes"),
        (["(3)", "-2.5", "+1"], [-3, -2.5, 1], "time"),
        (["−1.5", "1e3", "2E-3"], [-1.5, 1000, 0.002], "time"),
        (["yes", "no", "Yes"], [1, 0, 1], "time"),
        (["#N/A", "?", "1"], [np.nan, np.nan, 1], "time"),
        (["(null)", "\\N", "1"], [np.nan, np.nan, 1], "time"),
    ],
)
def test_numbers_in_the_forms_of_other_systems(load, cells, values, said):
    (recording,), notes = load("time,x\n" + "".join(f'{60 * n},"{cell}"\n' for n, cell in enumerate(cells)))
    np.testing.assert_allclose(recording.values[:, 0], values)
    assert said in notes


def test_a_comma_that_may_be_either_is_asked_for_unless_another_column_tells(load):
    with pytest.raises(DataError, match=r"'12,345' may be a decimal number or group thousands: give decimal"):
        load("time;x\n0;12,345\n60;13,456\n")
    (comma,), _ = load("time;x;y\n0;12,345;0,5\n60;1.234,5;0,25\n")
    np.testing.assert_allclose(comma.values[:, 0], [12.345, 1234.5])
    (point,), _ = load("time;x;y\n0;12,345;0.5\n60;13,456;0.25\n")
    np.testing.assert_allclose(point.values[:, 0], [12345, 13456])
    (told,), _ = load("time;x\n0;12,345\n60;13,456\n", "decimal=','")
    np.testing.assert_allclose(told.values[:, 0], [12.345, 13.456])


def test_points_group_thousands_beside_decimal_commas(load):
    (recording,), _ = load("time;x;y\n0;1.234;0,5\n60;980;0,25\n")
    np.testing.assert_allclose(recording.values[:, 0], [1234, 980])


def test_units_of_two_kinds_in_one_column_name_the_odd_cell(load):
    with pytest.raises(DataError, match=r"row 5, column 'x': '3 MiB' is no number"):
        load("time,x\n0,5ms\n60,6ms\n120,7ms\n180,3 MiB\n")


@pytest.mark.parametrize(
    ("content", "channels"),
    [
        ("0.5,10\n0.6,11\n", ("column 1", "column 2")),
        ("0,1,2\n0.5,10,3\n", ("0", "1", "2")),
        (",cpu,mem\n0,0.5,10\n1,0.6,11\n", ("cpu", "mem")),
        ("cpu,mem,,\n0.5,10,,\n0.6,11,,\n", ("cpu", "mem")),
        ("# made by x\n# v2\ncpu,mem\n0.5,10\n", ("cpu", "mem")),
        ("# cpu;mem\n0.5;10\n0.6;11\n", ("cpu", "mem")),
        ("sep=;\ncpu;mem\n0,5;10\n", ("cpu", "mem")),
        ("cpu,mem\n0.5,10\ncpu,mem\n0.6,11\n", ("cpu", "mem")),
        ("cpu,mem\n\n0.5,10\n\n0.6,11\n", ("cpu", "mem")),
        ("cpu,mem\r0.5,10\r0.6,11\r", ("cpu", "mem")),
        ("'cpu','mem'\n'0.5','10'\n", ("cpu", "mem")),
        ('"cpu {host=""a"", x=""b""}",mem\n0.5,10\n', ('cpu {host="a", x="b"}', "mem")),
        ("0.5,0.9,time\n1,2,2026-03-01\n", ("0.5", "0.9")),
    ],
)
def test_first_lines(load, content, channels):
    (recording,), _ = load(content)
    assert recording.channels == channels
    assert np.isfinite(recording.values).all()


def test_whether_there_is_a_header_can_be_said(load):
    assert load("1,2\n3,4\n", "header=true")[0][0].channels == ("1", "2")
    assert len(load("a,b\n3,4\n", "header=false,onehot=true")[0][0]) == 2


@pytest.mark.parametrize("cells", [("-1", "1"), ("1", "2"), ("0", "3")])
def test_a_label_of_other_numbers_is_no_channel_but_a_question(load, cells):
    content = "time,x,label\n" + "".join(f"{60 * n},1,{cell}\n" for n, cell in enumerate(cells))
    with pytest.raises(DataError, match="give label=label,anomalous=-1"):
        load(content)
    assert load(content, f"label=label,anomalous={cells[0]}")[0][0].labels.tolist() == [True, False]
    assert load(content, "label=none")[0][0].channels == ("x", "label")


def test_words_of_a_label(load):
    content = "time,x,label\n0,1,BENIGN\n60,2,DDoS\n120,3,Attack\n"
    assert load(content)[0][0].labels is None
    assert load(content, "label=label,anomalous=DDoS")[0][0].labels.tolist() == [False, True, False]
    with pytest.raises(DataError, match="no cell is 'other'; there are 'BENIGN'"):
        load(content, "label=label,anomalous=other")
    assert load(content.replace("DDoS", "Attack"))[0][0].labels.tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("time,host,x,y\n0,a,1,1\n0,b,2,1\n", "write by=host for a series of each"),
        ("time,kpi,v\n0,a,1\n0,b,2\n", "long table: write metric=kpi,value=v"),
        ("time,name,pod,v\n0,a,p,1\n0,a,q,2\n0,b,p,2\n0,b,q,3\n", "write metric=name,value=v,by=pod"),
        ("time,x\n0,1\n0,2\n", "duplicates=mean or duplicates=last"),
        ("cpu mem\n1 2\n3 4\n", "separated by blanks"),
        ('{"cpu": 1}\n{"cpu": 2}\n', "JSON"),
        ("time,x\n0,1\n60,inf\n", "row 3, column 'x': 'inf' is no finite number"),
        ("time,x\n0,1\n1e300,2\n", "no time of the calendar"),
        ("# a\n\ntime,x\n0,1\n60,2\n120,oops\n", "row 6, column 'x'"),
    ],
)
def test_a_question_says_what_to_write(load, content, message):
    with pytest.raises((DataError, ParameterError), match=message):
        load(content)


def test_a_quote_within_a_cell_is_an_error(load):
    with pytest.raises(DataError, match="a quote begins or ends within a cell"):
        load('"a"a","')


@pytest.mark.parametrize("name", ["*", "^a$"])
def test_a_name_that_is_a_pattern_is_an_error(load, name):
    with pytest.raises(DataError, match="cannot have this name"):
        load(f"a,{name}\n1,2\n3,4\n")
