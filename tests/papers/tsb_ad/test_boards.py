"""The published tables of TSB-AD, classes of their methods, and what they show without a rerun."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from benchmark.artifacts.published import PublishedTable, read_published
from benchmark.leaderboard.board import Board
from benchmark.papers.tsb_ad.artifacts import TsbAdPaper
from benchmark.papers.tsb_ad.audit import doubled, equal_methods, first_by, in_training, printed_means
from benchmark.papers.tsb_ad.boards import FILES, FOLDER, has_point_anomaly, numbers_of, published_board
from benchmark.papers.tsb_ad.classes import MODELS, NEURAL, STATISTICAL, class_board, classes
from benchmark.papers.tsb_ad.faults import Faults

SIZES = {"multivariate": (180, 23, 17), "univariate": (350, 32, 23)}


@pytest.mark.parametrize("track", SIZES)
def test_the_tables_are_the_published_files(track):
    notice = (FOLDER / "NOTICE").read_text(encoding="utf-8")
    content = gzip.decompress((FOLDER / FILES[track]).read_bytes())
    assert f"{hashlib.sha256(content).hexdigest()}  {FILES[track].removesuffix('.gz')}" in notice
    assert "Apache License" in (FOLDER / "LICENSE").read_text(encoding="utf-8")
    board = published_board(track)
    assert (len(board.units), len(board.methods), len(board.group_names)) == SIZES[track]


@pytest.mark.parametrize("track", SIZES)
def test_values_by_data_set_have_the_means_of_the_table(track):
    board = published_board(track)
    found = {(one.scenario, one.label): np.mean(list(one.values.values())) for one in numbers_of(board)}
    own = board.values[:, 0]
    assert found["mean over series", board.methods[0]] == pytest.approx(own.mean())
    by_group = [own[board.group_of == place].mean() for place in range(len(board.group_names))]
    assert found["mean over data sets", board.methods[0]] == pytest.approx(np.mean(by_group))


@pytest.mark.parametrize("track", SIZES)
def test_every_method_is_in_one_class(track):
    board = published_board(track)
    found = classes(board.methods)
    assert sorted(found[STATISTICAL] + found[NEURAL] + found[MODELS]) == sorted(board.methods)
    assert sorted(found["earlier networks"] + found["later networks"]) == sorted(found[NEURAL])
    whole = class_board(board)
    best, mean = (whole.methods.index(f"{NEURAL}, {kind}") for kind in ("best one", "mean"))
    assert whole.values[:, best].mean() > whole.values[:, mean].mean()


def test_point_anomalies_are_in_six_data_sets():
    board = published_board("univariate").take(units=has_point_anomaly("univariate"))
    assert (len(board.units), len(board.group_names)) == (49, 6)


def test_faults_of_the_names():
    assert in_training(published_board("multivariate")) == {"TAO": 11, "SVDB": 6, "LTDB": 2, "SMD": 1}
    counts = in_training(published_board("univariate"))
    assert sum(counts.values()) == 34
    assert counts.most_common(2) == [("TODS", 12), ("Stock", 8)]
    table = Faults().table()
    assert sum(int(row[3]) for row in table.rows) == 54
    assert len(table.rows) == 40


def small() -> Board:
    values = np.array([[0.1, 0.1, 0.3], [0.2, 0.2, 0.1], [0.1, 0.1, 0.3], [0.9, 0.8, 0.1]])
    names = ("a", "b", "c", "d")
    return Board("t.csv", "m", False, names, ("g", "g", "g", "h"), True, ("x", "y", "z"), values)


def test_doubled_series_equal_methods_and_first_places_are_found():
    board = small()
    assert doubled(board) == [("a", "c")]
    assert equal_methods(board) == [("x", "y", 3)]
    assert first_by(board) == {"mean over series": "x", "mean over data sets": "x"}
    turned = replace(board, values=np.array([[0.1, 0.1, 0.9]] * 3 + [[0.9, 0.8, 0.0]]))
    assert first_by(turned) == {"mean over series": "z", "mean over data sets": "x"}


def test_a_printed_mean_fits_to_its_last_digit_or_is_named():
    table = PublishedTable(place="p", columns=("VUS-PR",), rows={"x": ("0.33",), "z": ("0.21",)})
    fits, differs = printed_means("t", table, small())
    assert (fits.outcome, differs.outcome) == ("consistent", "inconsistent")
    assert "printed 0.21; the mean over 4 series of the published table is 0.2000" in differs.text


def test_the_audit_of_the_paper_has_its_own_findings():
    paper = TsbAdPaper()
    found = paper.findings(read_published(paper.folder))
    assert {one.outcome for one in found} == {"note", "consistent"}
    assert sum(one.check == "printed mean" for one in found) == 12
    assert all(not artifact.cells(None) for artifact in paper.artifacts() if artifact.name.startswith("tsb-ad/ranks"))
