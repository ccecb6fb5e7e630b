"""Markdown and LaTeX of a table whose cells are text already."""

from __future__ import annotations

from collections.abc import Sequence

Section = tuple[str, list[list[str]]]
"""Heading, and rows of cells, each as long as the header."""


def markdown(caption: str, header: Sequence[str], sections: Sequence[Section], notes: Sequence[str]) -> str:
    """One Markdown table per section, with the caption above and the notes below.

    The first column is aligned left, the others right.
    """
    blocks = [f"**{caption}**"]
    for heading, rows in sections:
        lines = [list(header), ["---", *["---:"] * (len(header) - 1)], *rows]
        blocks.append(f"### {heading}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines))
    blocks.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(block for block in blocks if block) + "\n"


def latex(caption: str, header: Sequence[str], sections: Sequence[Section], notes: Sequence[str]) -> str:
    """One ``table`` environment (booktabs) with a row group per section; the notes follow the caption.

    Cells are LaTeX already; all other text is escaped.
    """
    body = []
    for heading, rows in sections:
        body.append(f"\\midrule\n\\multicolumn{{{len(header)}}}{{l}}{{\\emph{{{escape(heading)}}}}} \\\\")
        body += [" & ".join(row) + " \\\\" for row in rows]
    return "\n".join(
        [
            "% Needs \\usepackage{booktabs} and \\usepackage{graphicx}.",
            "\\begin{table}",
            f"\\caption{{{escape(caption)} {' '.join(map(escape, notes))}}}",
            "\\resizebox{\\linewidth}{!}{%",
            f"\\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}",
            "\\toprule",
            " & ".join(map(escape, header)) + " \\\\",
            *body,
            "\\bottomrule",
            "\\end{tabular}}",
            "\\end{table}\n",
        ]
    )


def escape(text: str) -> str:
    """Escape the characters that LaTeX would read as commands."""
    for character, escaped in (
        ("\\", "\\textbackslash{}"),
        ("&", "\\&"),
        ("%", "\\%"),
        ("_", "\\_"),
        ("#", "\\#"),
        ("–", "--"),
        ("±", "$\\pm$"),
        ("×", "$\\times$"),
    ):
        text = text.replace(character, escaped)
    return text


def plural(count: int, noun: str) -> str:
    """Write a number with its noun: ``1 seed``, ``2 seeds``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def significant(number: float) -> str:
    """Write three significant digits, without an exponent: ``12,300``, ``0.00456``."""
    if number == 0:
        return "0"
    digits = 2 - int(f"{abs(number):.2e}".partition("e")[2])
    return f"{round(number, digits):,.{max(0, digits)}f}"
