import csv
import io
import json
from dataclasses import replace

from benchmark.drawing.summary import summarise
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.cell import Cell, Result

CELLS = [Cell("d", "twin", "p", seed, "m_1") for seed in range(3)]


def ok(value):
    return Result("OK", rows=[{"F1@val": number, "points": 4, "anomalous": 1} for number in (value, value + 0.2)])


def made(results):
    columns = (Column("F1@val", "F1"),)
    lines = tuple(
        Line(
            "scenario",
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


def test_published_is_next_to_measured_in_every_format():
    table = made([("Ours", {"F1@val": "0.9523"}, GOOD)])
    assert "| Ours | 0.9523 | 0.600 [0.348, 0.809] |" in table.markdown()
    assert "F1 (published) | F1@val" in table.markdown()
    assert "Ours & 0.9523 & 0.600 [0.348, 0.809] \\\\" in table.latex()
    (row,) = csv.DictReader(io.StringIO(table.csv()))
    assert (row["published"], row["mean"], row["seeds"], row["status"]) == ("0.9523", "0.600000", "3", "OK")


def test_a_failed_seed_withholds_the_number_and_says_how_to_rerun():
    failed = Result("DIVERGED", "loss is not finite")
    table = made([("Ours", {}, [ok(0.4), failed, ok(0.5)])])
    assert "| Ours | – | diverged |" in table.markdown()
    assert "loss is not finite; rerun: python -m benchmark run" in table.markdown()
    (row,) = csv.DictReader(io.StringIO(table.csv()))
    assert (row["mean"], row["status"]) == ("", "DIVERGED")


def test_a_row_of_an_unregistered_method_says_so():
    table = made([("GAT", {"F1@val": "0.9375"}, [Result("NOT_REGISTERED", "unknown method 'gat'")] * 3)])
    assert "| GAT | 0.9375 | not registered |" in table.markdown()
    assert "nothing is measured: GAT." in table.markdown()


def test_an_undefined_metric_is_no_number():
    table = made([("Ours", {}, [Result("OK", rows=[{"F1@val": None, "points": 4, "anomalous": 1}])] * 3)])
    assert "| undefined |" in table.markdown()


def test_latex_escapes_what_it_would_read_as_commands():
    text = made([("A_B", {}, GOOD)]).latex()
    assert "A\\_B" in text
    assert "Caption \\& data" in text
    assert "5 \\% in it" in text


def test_written_files_are_the_four_formats(tmp_path):
    written = made([("Ours", {}, GOOD)]).write(tmp_path / "tables" / "paper" / "table1.twin")
    assert [path.name for path in written] == [f"table1.twin.{extension}" for extension in ("csv", "md", "tex", "json")]
    assert all(path.read_text() for path in written)


def test_the_json_file_holds_all_that_the_table_shows():
    failed = Result("DIVERGED", "loss is not finite")
    table = made([("A", {"F1@val": "0.9523"}, GOOD), ("B", {}, [ok(0.4), ok(0.5), ok(0.7)]), ("C", {}, [failed] * 3)])
    document = json.loads(table.json())
    assert document["schema"] == 1
    assert document["caption"] == table.caption
    assert document["columns"] == [{"metric": "F1@val", "published": "F1", "better": "higher"}]
    (section,) = document["sections"]
    assert (section["key"], section["heading"]) == ("scenario", "scenario")
    assert [(line["label"], line["method"], line["role"]) for line in section["lines"]] == [
        (label, "m_1", "paper") for label in "ABC"
    ]
    first, second, third = [line["numbers"][0] for line in section["lines"]]
    assert (first["published"], first["mean"], first["seeds"], first["best"]) == ("0.9523", 0.6, 3, True)
    assert first["values"] == [0.5, 0.6, 0.7]
    assert second["published"] == ""
    assert (third["status"], third["mean"], third["low"], third["values"]) == ("DIVERGED", None, None, [])
    assert "loss is not finite" in third["reason"]
    markdown = table.markdown()
    assert markdown.endswith("\n".join(f"- {note}" for note in document["notes"]) + "\n")


def test_a_single_seed_has_a_mean_without_limits_in_the_json_file():
    line = Line("s", "s", "m", "m", "paper", {}, {"F1@val": summarise([(CELLS[0], ok(0.5))], "F1@val")})
    table = Table("Caption.", (Column("F1@val"),), (line,))
    (number,) = json.loads(table.json())["sections"][0]["lines"][0]["numbers"]
    assert (number["mean"], number["low"], number["high"], number["seeds"]) == (0.6, None, None, 1)


def many(*means, values=(0.0, 0.02, -0.02)):
    """One row per mean, with seeds around it."""
    return made([(f"m{i}", {"F1@val": "0.9"}, [ok(mean + v) for v in values]) for i, mean in enumerate(means)])


def marks(table):
    return [row["best"] for row in csv.DictReader(io.StringIO(table.csv()))]


def test_methods_not_shown_to_be_worse_than_the_best_are_marked_in_every_format():
    lines = [
        ("Best", {}, [ok(0.70), ok(0.72), ok(0.71)]),
        ("Close", {}, [ok(0.72), ok(0.70), ok(0.70)]),
        ("Far", {}, [ok(0.10), ok(0.13), ok(0.11)]),
    ]
    table = made(lines)
    assert marks(table) == ["true", "true", "false"]
    assert "| Best | – | **0.810 [0.784, 0.834]** |" in table.markdown()
    assert "| Close | – | **0.807 [0.776, 0.834]** |" in table.markdown()
    assert "| Far | – | 0.213 [0.178, 0.254] |" in table.markdown()
    assert "Best & -- & \\textbf{0.810 [0.784, 0.834]} \\\\" in table.latex()
    assert "Far & -- & 0.213 [0.178, 0.254] \\\\" in table.latex()
    assert "- Bold: not shown to be worse than the best row of the section" in table.markdown()
    assert "Holm at 5 \\%" in table.latex()


def test_chance_a_bound_and_a_row_like_chance_are_never_marked():
    high, low = [ok(0.70), ok(0.72), ok(0.71)], [ok(0.10), ok(0.13), ok(0.11)]
    table = made([("Best", {}, high), ("Low", {}, [ok(0.12), ok(0.11), ok(0.12)]), ("chance", {}, low)])
    assert marks(table) == ["true", "false", "false"]
    assert "- Only rows shown to be better than chance" in table.markdown()
    perfect = replace(made([("perfect", {}, [ok(0.8), ok(0.8), ok(0.8)])]).lines[0], role="bound")
    assert marks(replace(table, lines=(perfect, *table.lines))) == ["false", "true", "false", "false"]
    assert marks(replace(table, lines=(perfect, *table.lines[1:]))) == ["false", "false", "false"]
    assert marks(replace(table, chance="Low")) == ["true", "false", "false"]


def recorded(label, means, moves=(0.0, 0.01, -0.01), role="paper"):
    """One row whose number averages named recordings, one for each mean."""
    rows = [
        [{"F1@val": mean + move, "points": 4, "anomalous": 1, "task": f"r{i}"} for i, mean in enumerate(means)]
        for move in moves
    ]
    runs = [(cell, Result("OK", rows=tasks)) for cell, tasks in zip(CELLS, rows, strict=True)]
    return Line("s", "s", label, "m", role, {}, {"F1@val": summarise(runs, "F1@val")})


def test_rows_that_average_recordings_are_compared_over_recordings():
    one, two = recorded("one", [0.2, 0.5, 0.9, 0.4]), recorded("two", [0.5, 0.1, 0.6, 0.7])
    three = recorded("three", [0.1, 0.38, 0.81, 0.28])
    table = Table("Caption.", (Column("F1@val"),), (one, two, three))
    assert marks(table) == ["true", "true", "false"]  # over seeds every difference is the same
    assert "over recordings" in table.markdown()
    assert "over seeds" not in table.markdown()


def test_a_number_that_is_the_same_at_every_seed_has_no_interval():
    table = made([("Fixed", {}, [ok(0.4)] * 3), ("Moving", {}, GOOD)])
    fixed, moving = csv.DictReader(io.StringIO(table.csv()))
    assert (fixed["mean"], fixed["low"], fixed["high"], fixed["seeds"]) == ("0.500000", "", "", "3")
    assert moving["low"] == "0.347603"
    assert "| Fixed | – | **0.500** |" in table.markdown()


def test_published_numbers_and_failed_rows_are_never_marked():
    table = made(
        [
            ("A", {"F1@val": "0.99"}, GOOD),
            ("B", {}, [ok(0.4), ok(0.5), ok(0.7)]),
            ("C", {}, [Result("DIVERGED", "loss is not finite")] * 3),
        ]
    )
    assert marks(table) == ["true", "true", "false"]
    assert "| A | 0.99 | **" in table.markdown()
    assert "| C | – | diverged |" in table.markdown()


def test_each_section_has_its_own_best():
    one, two = many(0.2, 0.6), many(0.1, 0.3)
    lines = one.lines + tuple(replace(line, section="other") for line in two.lines)
    assert marks(replace(one, lines=lines)) == ["false", "true", "false", "true"]


def test_the_lowest_is_marked_if_lower_is_better():
    table = many(0.2, 0.6)
    assert marks(table) == ["false", "true"]
    assert marks(replace(table, columns=(Column("F1@val", "F1", better="lower"),))) == ["true", "false"]


def test_a_table_without_comparison_has_no_mark_and_no_note_on_marks():
    assert "Bold" not in made([("Ours", {}, GOOD)]).markdown()
    one_seed = Line("s", "s", "m", "m", "paper", {}, {"F1@val": summarise([(CELLS[0], ok(0.5))], "F1@val")})
    table = Table("Caption.", (Column("F1@val"),), (one_seed, replace(one_seed, label="n")))
    assert marks(table) == ["false", "false"]
    assert "Bold" not in table.markdown()
