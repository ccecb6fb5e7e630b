import csv
import io

from benchmark.engine.cell import Cell, Result
from benchmark.report.summary import summarise
from benchmark.report.table import Column, Line, Table

CELLS = [Cell("d", "twin", "p", seed, "m_1") for seed in range(3)]


def ok(value):
    return Result("OK", rows=[{"F1@val": value}, {"F1@val": value + 0.2}])


def made(results):
    columns = (Column("F1@val", "F1"),)
    lines = tuple(
        Line(
            "scenario",
            label,
            "m_1",
            "paper",
            published,
            {"F1@val": summarise(list(zip(CELLS, runs, strict=True)), "F1@val")},
        )
        for label, published, runs in results
    )
    return Table("Caption & data: twin.", columns, lines, ("A note with 5 % in it.",))


GOOD = [ok(0.4), ok(0.5), ok(0.6)]


def test_published_stands_beside_measured_in_every_format():
    table = made([("Ours", {"F1@val": "0.9523"}, GOOD)])
    assert "| Ours | 0.9523 | 0.600 ± 0.248 |" in table.markdown()
    assert "F1 (published) | F1@val" in table.markdown()
    assert "Ours & 0.9523 & 0.600 $\\pm$ 0.248 \\\\" in table.latex()
    (row,) = csv.DictReader(io.StringIO(table.csv()))
    assert (row["published"], row["mean"], row["seeds"], row["status"]) == ("0.9523", "0.600000", "3", "OK")


def test_a_failed_seed_withholds_the_number_and_says_how_to_rerun():
    failed = Result("DIVERGED", "loss is not finite")
    table = made([("Ours", {}, [ok(0.4), failed, ok(0.5)])])
    assert "| Ours | – | diverged |" in table.markdown()
    assert "loss is not finite; rerun: python -m benchmark run" in table.markdown()
    (row,) = csv.DictReader(io.StringIO(table.csv()))
    assert (row["mean"], row["status"]) == ("", "DIVERGED")


def test_a_row_that_nobody_registered_says_so():
    table = made([("GAT", {"F1@val": "0.9375"}, [Result("NOT_REGISTERED", "unknown method 'gat'")] * 3)])
    assert "| GAT | 0.9375 | not registered |" in table.markdown()
    assert "nothing is measured: GAT." in table.markdown()


def test_an_undefined_metric_is_no_number():
    table = made([("Ours", {}, [Result("OK", rows=[{"F1@val": None}])] * 3)])
    assert "| undefined |" in table.markdown()


def test_latex_escapes_what_it_would_read_as_commands():
    text = made([("A_B", {}, GOOD)]).latex()
    assert "A\\_B" in text
    assert "Caption \\& data" in text
    assert "5 \\% in it" in text


def test_written_files_are_the_three_formats(tmp_path):
    written = made([("Ours", {}, GOOD)]).write(tmp_path / "tables" / "paper" / "table1.twin")
    assert [path.name for path in written] == ["table1.twin.csv", "table1.twin.md", "table1.twin.tex"]
    assert all(path.read_text() for path in written)
