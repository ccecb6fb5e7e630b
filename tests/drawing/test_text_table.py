"""Tables of text in every format."""

from __future__ import annotations

import csv
import io

import pytest

from benchmark.drawing.text_table import TextTable
from benchmark.report.documents import TableDocument, read_document

TABLE = TextTable(
    "Rules & techniques.",
    "Techniques",
    ("Technique", "Events", "Rules"),
    (("stop", "2", "Stop (Ann | Unit 42)"), ("leave", "1", "")),
    ("A note with 5 % in it.",),
)


def test_every_format_holds_the_cells_and_the_notes(tmp_path):
    assert "| stop | 2 | Stop (Ann \\| Unit 42) |" in TABLE.markdown()
    assert "- A note with 5 % in it." in TABLE.markdown()
    assert "stop & 2 & Stop (Ann | Unit 42) \\\\" in TABLE.latex()
    assert "Rules \\& techniques." in TABLE.latex()
    rows = list(csv.DictReader(io.StringIO(TABLE.csv())))
    assert rows[0] == {"Technique": "stop", "Events": "2", "Rules": "Stop (Ann | Unit 42)"}
    files = TABLE.write(tmp_path / "deep" / "table.real")
    assert [file.name for file in files] == [f"table.real.{end}" for end in ("csv", "md", "tex", "json")]
    assert files[0].read_text() == TABLE.csv()


def test_the_json_file_is_a_table_for_the_report(tmp_path):
    *_, file = TABLE.write(tmp_path / "table")
    document = read_document(TableDocument, file)
    assert (document.rows, document.sections[0].heading) == ("Technique", "Techniques")
    assert [line.label for line in document.sections[0].lines] == ["stop", "leave"]
    assert document.sections[0].lines[1].texts == {"Events": "1", "Rules": ""}


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"'stop'.* has 2 cells, the header has 3"):
        TextTable("c", "h", TABLE.header, (("stop", "2"),))
