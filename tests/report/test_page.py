import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

from benchmark.cli import app
from benchmark.drawing.text_table import TextTable
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Paper
from benchmark.interfaces.cell import digest
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.registry import DATASETS, PAPERS
from benchmark.report.claims import claims_table, counts, named
from benchmark.report.datasets import examine
from benchmark.report.methods import cost
from benchmark.report.page_table import from_csv
from benchmark.report.render import write_report
from benchmark.report.renderings import rendered
from benchmark.verdicts.record import Record, write_record
from tests.report.conftest import KEYS, receipt


class Page(HTMLParser):
    """Elements of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words += data

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


def small_paper() -> Paper:
    return PAPERS.load("small")()


def test_a_csv_column_is_numeric_if_every_value_is_a_number():
    table = from_csv("t", "T", "panel,x,low\nall,1,0.5\n7,10,\n")
    assert [column.kind for column in table.columns] == ["name", "number", "number"]
    assert [[cell.sort for cell in row] for row in table.rows] == [[None, 1.0, 0.5], [None, 10.0, None]]


def test_a_table_has_published_before_measured_numbers_and_names_failures(small):
    table, *_ = [rendered(artifact, small.parent) for artifact in small_paper().artifacts()]
    (rendering,) = table.renderings
    (section,) = rendering.tables
    assert [(c.heading, c.note) for c in section.columns] == [
        ("Method", ""),
        ("F1", "published"),
        ("F1@val", "measured"),
    ]
    quiet, loud, control, *_ = section.rows
    assert [(cell.text, cell.note, cell.best) for cell in quiet[1:]] == [
        ("0.50", "", False),
        ("0.812", "[0.800, 0.825]", True),
    ]
    assert (loud[2].text, loud[2].status, loud[2].sort) == ("timeout", "TIMEOUT", None)
    assert (control[0].note, control[1].text, control[2].note) == ("control", "–", "")
    assert rendering.caption == "Real data; 5 seeds."
    assert rendering.notes == ("A <script>alert(1)</script> remark.",)
    assert rendering.done == "1 of 2 cells"


def test_cells_of_text_come_last_under_the_heading_of_the_file(small):
    artifact = small_paper().artifacts()[0]
    TextTable("Caption.", "All", ("Technique", "Rules"), (("stop", "Stop"), ("leave", ""))).write(
        small.parent / "tables" / "small" / "table1.real"
    )
    (section,) = rendered(artifact, small.parent).renderings[0].tables
    assert [(column.heading, column.kind) for column in section.columns] == [("Technique", "name"), ("Rules", "text")]
    assert [[cell.text for cell in row] for row in section.rows] == [["stop", "Stop"], ["leave", "–"]]


def test_missing_renderings_are_named_with_their_commands(small):
    found = [rendered(artifact, small.parent) for artifact in small_paper().artifacts()]
    assert [dict(one.missing) for one in found] == [
        {"twin": "python -m benchmark table small/table1 --variant twin"},
        {"real": "python -m benchmark table small/table2 --data FOLDER"},
        {},
        {
            "real": "python -m benchmark figure small/fig10 --data FOLDER",
            "twin": "python -m benchmark figure small/fig10 --variant twin",
        },
    ]


def test_the_smaller_of_two_drawings_is_embedded(small):
    figure = small_paper().artifacts()[2]
    assert rendered(figure, small.parent).renderings[0].image.startswith("data:image/svg+xml,")
    (small.parent / "figures" / "small" / "fig1.real.png").write_bytes(b"\x89PNG")
    assert rendered(figure, small.parent).renderings[0].image == "data:image/png;base64,iVBORw=="


def test_a_drawing_is_in_the_page_as_it_is_in_its_file(small, tmp_path):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><text x="1">a &amp;amp; b &lt; &#39;c</text></svg>'
    (small.parent / "figures" / "small" / "fig1.real.svg").write_text(drawing)
    parsed = Page(write_report(small.parent, Store(tmp_path / "store"), None).read_text())
    address = next(image["src"] for image in parsed.all("img") if "real data" in image["alt"])
    assert unquote(address.partition(",")[2]).replace("'", '"') == drawing


def test_the_page_is_one_file_that_refers_to_nothing_outside(page):
    parsed = Page(page.read_text())
    for attributes in parsed.all("img", "script", "link", "a", "source", "iframe"):
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:")), attributes
    assert "url(" not in page.read_text()
    assert [path.name for path in page.parent.iterdir()] == ["index.html"]


def test_the_page_can_be_read_without_eyes(page):
    parsed = Page(page.read_text())
    images, tables = parsed.all("img"), parsed.all("table")
    assert [image["alt"] for image in images] == [
        f"Small, Fig. 1: scale; {variant} data. Its numbers are in the table below it." for variant in ("real", "twin")
    ]
    assert tables
    assert len(parsed.all("caption")) == len(tables)
    assert {cell.get("scope") for cell in parsed.all("th")} == {"col", "row"}
    names = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(names) == len(set(names))
    assert {link["href"][1:] for link in parsed.all("a")} <= set(names)
    labels = {attributes["aria-labelledby"] for _, attributes in parsed.elements if "aria-labelledby" in attributes}
    assert labels <= set(names)
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_content_of_files_is_text_and_never_markup(page):
    text = page.read_text()
    assert "A &lt;script&gt;alert(1)&lt;/script&gt; remark." in text
    assert len(Page(text).all("script")) == 1


def test_the_page_names_what_is_missing(page):
    words = " ".join(Page(page.read_text()).words.split())
    assert "Not made on twin data yet. python -m benchmark table small/table1 --variant twin" in words
    assert "Not recorded yet. python -m benchmark verify --data FOLDER --update" in words
    assert (
        "Its files are not here, so this is the embedded twin: python -m benchmark data fetch cloud-workload" in words
    )
    assert "Its files are not here and it has no twin: python -m benchmark data fetch nezha" in words
    assert "The store has no cell of this page." in words


def test_data_that_cannot_be_read_are_listed_without_naming_folders(small, tmp_path):
    folder = tmp_path / "data"
    metadata = DATASETS.build("cloud-workload").metadata
    (folder / metadata.files[0].path).parent.mkdir(parents=True, exist_ok=True)
    (folder / metadata.files[0].path).write_text("nonsense")
    (first, _) = examine(folder, Store(tmp_path / "store"))
    assert (first.variant, first.card) == ("", None)
    assert "cannot be read" in first.reason
    assert str(tmp_path) not in first.reason


def test_nothing_is_run_and_the_same_input_gives_the_same_bytes(small, tmp_path):
    store = Store(tmp_path / "store")
    first = write_report(tmp_path, store, None).read_bytes()
    assert write_report(tmp_path, store, None).read_bytes() == first
    assert not store.folder.exists()


def test_recorded_verdicts_are_counted_and_listed_with_their_claims(small):
    verdicts = {"table1/Quiet/F1": "REPRODUCED", "table1/Loud/F1": "INCONSISTENT", "f1": "INCONSISTENT"}
    decided = {"table1/Quiet/F1": {"measured": "0.81 ± 0.01", "reading": "val", "reason": "because"}}
    write_record(small, "real", Record(verdicts, decided))
    real, twin = counts(small_paper())
    assert (real.verdicts, real.total) == ({"REPRODUCED": 1, "INCONSISTENT": 2}, 3)
    assert (twin.verdicts, twin.command) == ({}, "python -m benchmark verify --variant twin --update")
    assert list(named(small_paper())) == ["REPRODUCED", "INCONSISTENT"]
    assert named(small_paper())["REPRODUCED"] == ["Table 1: F1 of Quiet is 0.50"]
    rows = {row[0].note: [cell.text for cell in row[1:]] for row in claims_table(small_paper()).rows}
    assert next(iter(rows)) == "table1/Quiet/F1"  # by verdict, the reproduced first
    assert rows["table1/Quiet/F1"] == ["reproduced", "because", "0.50", "0.81 ± 0.01", "val", "–", "Table 1"]
    assert rows["table1/Quiet/Recall"][0] == "not recorded yet"
    assert rows["f1"] == ["inconsistent", "–", "–", "–", "–", "–", "Table 1"]


def test_health_cards_are_remembered_in_an_existing_store(small, tmp_path, monkeypatch):
    store = Store(tmp_path / "store")
    store.folder.mkdir()
    first = examine(None, store)
    monkeypatch.setattr("benchmark.report.datasets.health", None)
    assert examine(None, store) == first
    assert first[0].card is not None


def test_cost_is_the_median_over_the_cells_in_the_store(small, tmp_path):
    store = Store(tmp_path / "store")
    receipts = [rendering.receipt for rendering in rendered(small_paper().artifacts()[0], small.parent).renderings]
    assert cost(receipts, store) is None
    for key, seconds in zip(KEYS, (1.0, 4.0), strict=True):
        (store.results / key).mkdir(parents=True)
        cell = {"method": "knn", "dataset": "d", "variant": "real", "protocol": "native", "seed": 0}
        record = {"cell": cell}
        (store.results / key / "result.json").write_text(json.dumps({**record, "checksum": digest(record)}))
        (store.results / key / "seconds.json").write_text(json.dumps({"fit": seconds, "score": 0.5}))
    (row,) = cost(receipts, store).rows
    assert [cell.text for cell in row] == ["knn", "d", "real", "native", "2", "2.50", "0.50"]


def test_a_file_that_is_no_receipt_is_named(small):
    path = small.parent / "figures" / "small" / "fig1.real.receipt.json"
    path.write_text(receipt("small/fig1", cells="none"))
    with pytest.raises(DataError, match=r"fig1\.real\.receipt\.json.*cells"):
        rendered(small_paper().artifacts()[2], small.parent)


def test_titles_of_the_papers_are_at_the_top(page):
    words = " ".join(Page(page.read_text()).words.split())
    assert "Published and measured results of anomaly detection in cloud telemetry, for 1 paper: Small" in words


def test_words_are_explained_and_twins_are_folded_away(page):
    text = page.read_text()
    words = " ".join(Page(text).words.split())
    assert "Shown in at least one admissible reading of the paper" in words.partition("On twins")[0]
    assert "google-2019: rows divided at random." in words
    folded = text.partition("On twins, and under other profiles")[2].partition("</details>")[0]
    assert "twin data" in folded


def test_the_protocol_of_each_number_is_listed(small):
    path = small.parent / "tables" / "small" / "table1.real.receipt.json"
    cell = {"cell": "d (real) · native[rows=5] · knn · seed 0", "status": "OK", "key": KEYS[0]}
    path.write_text(receipt("small/table1", cells=[cell, cell | {"cell": "d (real) · native[rows=5] · pca · seed 0"}]))
    (rendering,) = rendered(small_paper().artifacts()[0], small.parent).renderings
    assert rendering.protocols == [("d (real)", "native[rows=5]", 2)]


def test_the_command_writes_the_page_and_prints_its_path(small, tmp_path):
    done = CliRunner().invoke(app, ["report", "--out", str(tmp_path), "--store", str(tmp_path / "store")])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == str(tmp_path / "report" / "index.html")
    wrong = CliRunner().invoke(app, ["report", "--data", str(tmp_path / "nowhere"), "--out", str(tmp_path)])
    assert wrong.exit_code == 2
