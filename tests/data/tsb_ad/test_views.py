"""Views: series of TSB-AD built from data sets that the package reads."""

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmark.data.tsb_ad.reader import TsbAdM
from benchmark.data.tsb_ad.views import SOURCES, View, _built, match, views
from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.interfaces.recording import Recording

NAME = "002_MSL_id_1_Sensor_tr_3_1st_5"


def part(name, points=10, places=(5, 6)):
    labels = np.zeros(points, bool)
    labels[list(places)] = True
    return Recording(name, np.zeros((points, 2), np.float32), ("a", "b"), labels=labels, part="test")


def test_a_series_is_the_one_test_part_of_its_data_set_length_and_first_anomaly():
    tests = {"MSL": [part("x"), part("y", 11), part("z", places=(4, 5))]}
    assert match([(f"{NAME}.csv", 10, 2)], tests) == [View(NAME, 10, 2, "x")]
    assert match([(NAME, 12, 2)], tests) == []
    assert match([(NAME.replace("MSL", "SMAP"), 10, 2)], tests) == []
    assert match([(NAME, 10, 2)], {"MSL": [part("x"), part("w")]}) == []


def test_a_view_has_the_published_name_and_number_of_anomalous_points():
    built = _built(View(NAME, 10, 1, "x"), part("x"))
    assert (built.name, built.part, np.flatnonzero(built.labels).tolist()) == (NAME, None, [5])
    with pytest.raises(DataError, match="is not the series"):
        _built(View(NAME, 10, 3, "x"), part("x"))
    with pytest.raises(DataError, match="11 points"):
        _built(View(NAME, 10, 2, "x"), part("x", 11))


def test_the_table_names_each_test_part_once():
    datasets = [view.dataset for view in views()]
    assert {one: datasets.count(one) for one in SOURCES} == {"MSL": 14, "SMAP": 23, "SMD": 5}
    assert len({(view.dataset, view.recording) for view in views()}) == len(views()) == 42


def test_parts_of_the_views(tmp_path):
    with pytest.raises(UnknownNameError, match="SMAPP"):
        TsbAdM(views=True, dataset="SMAPP").files(tmp_path)
    with pytest.raises(DataError, match="no view has number 1"):
        TsbAdM(views=True, number=1).files(tmp_path)
    with pytest.raises(DataError, match="missing"):
        TsbAdM(views=True, dataset="MSL").files(tmp_path)


def test_without_the_folder_the_message_names_the_views(tmp_path):
    with pytest.raises(DataError, match=r"views=true"):
        TsbAdM().files(tmp_path)


@pytest.mark.filterwarnings("ignore:tsb-ad-m")
def test_the_table_is_found_again_on_real_data(real_data):
    table = Path(real_data, "tsb-ad", "multi_mergedTable_VUS-PR.csv")
    if not table.is_file():
        pytest.skip("the published table is not in the data folder")
    with table.open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if "_MSL_" in row["file"] or "_SMAP_" in row["file"]]
    tests = {name: [one for one in SOURCES[name]().read(real_data) if one.part == "test"] for name in ("MSL", "SMAP")}
    found = match([(row["file"], int(row["ts_len"]), int(row["anomaly_len"])) for row in rows], tests)
    assert tuple(found) == tuple(view for view in views() if view.dataset != "SMD")
