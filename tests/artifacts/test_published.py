import re
from fractions import Fraction

import pytest

from benchmark.artifacts.published import Printed, read_names, read_published
from benchmark.interfaces.errors import DataError
from tests.verdicts.test_audit import CRL_BSAD, GAN_UQ


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("0.9", "0.85", "0.95"), ("0.890", "0.8895", "0.8905"), ("1.0000", "0.99995", "1.00005")],
)
def test_the_interval_is_half_a_unit_of_the_last_digit_wide_on_each_side(text, low, high):
    assert (Printed(text).low, Printed(text).high) == (Fraction(low), Fraction(high))


def printed_rows(text, columns):
    """Rows of a table in a paper's text: a name, perhaps bold and with a reference, then that many numbers."""
    pattern = rf"^(?:<b>)?([A-Za-z][A-Za-z -]*?) ?(?:\[\d+\])?(?:</b>)?((?:\s+0\.\d+){{{columns}}})$"
    return {match[1]: tuple(match[2].split()) for match in re.finditer(pattern, text, re.MULTILINE)}


@pytest.mark.parametrize(
    ("folder", "text", "heading"),
    [
        (GAN_UQ, "gan-uq.txt", "Method\tAcc\tPrecision\tRecall\tF1-Score"),
        (CRL_BSAD, "crl-bsad.txt", "Method\tPrecision\tRecall\tF1-score\tAUC\tADR"),
    ],
)
def test_tables_are_the_papers_cell_by_cell(folder, text, heading, paper_texts):
    content = (paper_texts / text).read_text(encoding="utf-8")
    table = read_published(folder)["table1"]
    assert "\t".join(("Method", *table.columns)) == heading
    assert heading in content
    assert table.rows == printed_rows(content, len(table.columns))


def test_every_number_of_the_second_figure_is_in_the_text(paper_texts):
    content = (paper_texts / "crl-bsad.txt").read_text(encoding="utf-8")
    below = content[content.index("Figure 2. Experimental data sensitivity") : content.index("4. Conclusion")]
    figure = read_published(CRL_BSAD)["fig2"]
    ours = {text for row in figure.rows.values() for text in row if text}
    ours |= {text for ends in figure.ranges.values() for text in ends}
    assert ours == set(re.findall(r"0\.\d{3}", below))
    sentences = {
        "AUC": "AUC decreases from 0.924 to 0.895",
        "F1-score": r"0.812  $\rightarrow$  0.796  $\rightarrow$  0.802  $\rightarrow$  0.798",
        "Recall": "Recall increases from 0.848 to 0.856 and slightly drops to 0.851",
        "ADR": "0.910 to 0.888",
    }
    for column, sentence in sentences.items():
        assert sentence in below
        for printed in figure.column(column).values():
            assert printed.text in sentence


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('[table1]\nplace = "x"\ncolumns = ["A", "B"]\n[table1.rows]\na = ["0.1"]\n', "1 numbers for 2 columns"),
        ('[table1]\nplace = "x"\ncolumns = ["A"]\n[table1.rows]\na = ["10 %"]\n', "rows.a"),
        ('[table1]\nplace = "x"\ncolums = ["A"]\n', "columns"),
        ("[table1\n", "cannot be read"),
        ("[columns]\nA = 1\n", "columns.A"),
        ("[rows]\nOurs = []\n", "rows.Ours"),
    ],
)
def test_a_faulty_file_is_one_error(tmp_path, content, problem):
    (tmp_path / "published.toml").write_text(content)
    with pytest.raises(DataError, match=problem) as caught:
        read_published(tmp_path)
    assert "published.toml" in str(caught.value)


NAMED = """
[columns]
"Acc" = "Accuracy@val"
"F1" = "F1@val"

[rows]
"Ours" = ["Ours, published", "Ours, corrected"]

[table1]
place = "Table 1"
columns = ["F1", "Time", "Acc"]

[table1.rows]
"Ours" = ["0.90", "3.5", ""]
"Theirs" = ["0.80", "1.5", "0.70"]
"""


def test_printed_numbers_are_found_by_our_names(tmp_path):
    (tmp_path / "published.toml").write_text(NAMED)
    table = read_published(tmp_path)["table1"]
    assert table.metrics == {"F1": "F1@val", "Acc": "Accuracy@val"}
    assert table.numbers_of("Ours, published") == table.numbers_of("Ours, corrected") == {"F1@val": "0.90"}
    assert table.numbers_of("Theirs") == {"F1@val": "0.80", "Accuracy@val": "0.70"}
    assert table.numbers_of("Ours") == table.numbers_of("random") == {}
    assert read_names(tmp_path).rows["Ours"][0] == "Ours, published"


def test_a_paper_without_printed_numbers_has_no_names(tmp_path):
    assert read_names(tmp_path).columns == read_names(tmp_path).rows == {}
