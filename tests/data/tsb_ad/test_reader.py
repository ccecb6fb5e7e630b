"""Series of TSB-AD: names, files, faults."""

import numpy as np
import pytest

from benchmark.data.tsb_ad.faults import faults_of_names, faults_of_series
from benchmark.data.tsb_ad.names import parse_name
from benchmark.data.tsb_ad.reader import TsbAdM, TsbAdU, read_series
from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.interfaces.recording import Recording

NAME = "001_NAB_id_1_Facility_tr_2_1st_3.csv"
OTHER = "002_UCR_x_id_2_Facility_tr_2_1st_3.csv"
WIDE = "003_SMD_id_3_Facility_tr_2_1st_3.csv"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "tsb-ad"
    folder.mkdir()
    for name, first in ((NAME, 1.5), (OTHER, 1.6)):
        (folder / name).write_text(f"Data,Label\n{first},0\n2,0\n3,0\n9,1\n1,0\n")
    (folder / WIDE).write_text("a,b,Label\n1,2,0\n2,2,0\n3,2,0\n9,2,1\n1,2,0\n")
    (folder / "table_VUS-PR.csv").write_text("file,a,b\nx,1,2\n")
    return tmp_path


def test_a_name_carries_what_the_publisher_says():
    assert parse_name(NAME) == (1, "NAB", 1, "Facility", 2, 3)
    assert parse_name(OTHER).dataset == "UCR_x"
    assert parse_name("table.csv") is None
    assert not parse_name(NAME).anomaly_in_training


def test_tracks_are_read_from_one_folder(root):
    first, second = TsbAdU().read(root)
    assert (first.name, first.channels, first.part) == (NAME[:-4], ("Data",), None)
    assert first.values.ravel().tolist() == [1.5, 2, 3, 9, 1]
    assert np.flatnonzero(first.labels).tolist() == [3]
    assert second.name == OTHER[:-4]
    with pytest.warns(RuntimeWarning, match="constant channels"):
        (wide,) = TsbAdM().read(root)
    assert wide.channels == ("a", "b")


def test_the_folders_of_the_archives_come_first(root):
    folder = root / "tsb-ad" / "TSB-AD-U"
    folder.mkdir()
    (root / "tsb-ad" / NAME).rename(folder / NAME)
    assert [path.name for path in TsbAdU().files(root)] == [NAME]


def test_parts_of_the_collection(root):
    assert [path.name for path in TsbAdU(dataset="UCR_x").files(root)] == [OTHER]
    assert [path.name for path in TsbAdU(number=1).files(root)] == [NAME]
    with pytest.raises(UnknownNameError, match="NABB"):
        TsbAdU(dataset="NABB").files(root)
    with pytest.raises(DataError, match="number 7"):
        TsbAdU(number=7).files(root)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Data,label\n1,0\n", "expected 'Label'"),
        ("Data,Label\n1,0\n,0\n", "row 3, column 'Data'"),
        ("Data,Label\n1,0\n2,2\n", "row 3, column 'Label': .* 0 or 1"),
        ("Data,Label\n1,0\nx,1\n", "row 3, column 'Data'"),
    ],
)
def test_a_faulty_file_is_named(root, content, words):
    path = root / "tsb-ad" / NAME
    path.write_text(content)
    with pytest.raises(DataError, match=words):
        read_series(path)


def test_no_series_says_how_to_get_them(tmp_path):
    (tmp_path / "tsb-ad").mkdir()
    with pytest.raises(DataError, match="data fetch tsb-ad-m"):
        TsbAdM().files(tmp_path)


def series(name, labels, values=None):
    content = np.arange(len(labels)) if values is None else values
    return Recording(
        name, np.asarray(content, dtype=float).reshape(len(labels), -1), ("Data",), labels=np.array(labels, bool)
    )


def test_faults():
    fine = series("001_A_id_1_X_tr_2_1st_3", [0, 0, 0, 1])
    early = series("002_A_id_1_X_tr_3_1st_1", [0, 1, 0, 0], [1, 1, 1, 1])
    wrong = series("003_A_id_1_X_tr_1_1st_3", [0, 0, 1, 0])
    none = series("004_A_id_1_X_tr_1_1st_3", [0, 0, 0, 0], [1, 2, 1, 2])
    found = [(fault.series[:3], fault.kind) for fault in faults_of_series([fine, early, wrong, none])]
    assert found == [
        ("002", "first anomaly in training"),
        ("002", "no anomaly after training"),
        ("002", "constant channels"),
        ("003", "name against labels"),
        ("003", "same values as another"),
        ("004", "no anomaly"),
    ]
    assert [fault.series for fault in faults_of_names([fine.name, early.name])] == [early.name]
    with pytest.raises(DataError, match="no name of a series"):
        faults_of_names(["x"])


def test_faulty_series_are_read_and_said(root):
    name = "009_A_id_1_X_tr_1_1st_3.csv"
    (root / "tsb-ad" / name).write_text("Data,Label\n1,0\n2,0\n3,1\n4,0\n")
    with pytest.warns(RuntimeWarning, match="1 of 3 series have faults; the first is 009_.*: name against"):
        read = TsbAdU().read(root)
    assert name.removesuffix(".csv") in [recording.name for recording in read]


def test_the_published_series_and_tables(real_data):
    (recording,) = TsbAdU(number=1).read(real_data)
    assert (len(recording), int(recording.labels.sum())) == (4031, 343)
    assert faults_of_series([recording]) == []
    counts = {}
    for track in ("multi", "uni"):
        lines = (real_data / "tsb-ad" / f"{track}_mergedTable_VUS-PR.csv").read_text().splitlines()[1:]
        counts[track] = len(faults_of_names(line.partition(",")[0] for line in lines))
    assert counts == {"multi": 20, "uni": 34}
