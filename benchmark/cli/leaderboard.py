"""``leaderboard``: judge a table of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from benchmark.cli import options
from benchmark.cli.exit_codes import FINDING


def leaderboard(
    table: Annotated[Path, typer.Argument(help="CSV or Parquet: units by methods, wide or long.")],
    unit: Annotated[str, typer.Option("--unit", help="Column that names the units: files, tasks, images.")] = "",
    group: Annotated[
        str, typer.Option("--group", help="Column that names the group of each unit; none for none.")
    ] = "",
    pattern: Annotated[str, typer.Option("--pattern", help="Regular expression: the group in a unit's name.")] = "",
    method: Annotated[str, typer.Option("--method", help="Column that names the methods, in a long table.")] = "",
    metric: Annotated[str, typer.Option("--metric", help="Name of the metric; in a long table its column.")] = "",
    seed_column: Annotated[str, typer.Option("--seed-column", help="Column of seeds or repetitions.")] = "",
    lower: Annotated[bool, typer.Option("--lower-is-better", help="Lower values are better.")] = False,
    limits: Annotated[str, typer.Option("--range", help="Range of the metric: LOW,HIGH.")] = "",
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="A column to leave out; * is allowed.")] = None,
    methods: Annotated[list[str] | None, typer.Option("--methods", help="A method to keep; give it once each.")] = None,
    average: Annotated[str, typer.Option("--average", help="The mean that decides: over units or groups.")] = "units",
    missing: Annotated[
        str, typer.Option("--missing", help="Leave out methods or units that have an empty cell.")
    ] = "methods",
    rope: Annotated[float | None, typer.Option("--rope", help="Practically equal up to this difference.")] = None,
    level: Annotated[float, typer.Option("--level", help="Coverage of intervals.")] = 0.95,
    resamples: Annotated[int, typer.Option("--resamples", help="Of the bootstrap.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the bootstrap.")] = 0,
    claim: Annotated[list[str] | None, typer.Option("--claim", help="'A > B': A is better than B.")] = None,
    winner: Annotated[str, typer.Option("--winner", help="Claim that this method is the best.")] = "",
    report: Annotated[Path | None, typer.Option("--report", help="Write one self-contained page: .html.")] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", help="Write the summary to this file: .md.")] = None,
    json: options.Json = False,
) -> None:
    """Judge a table of results.

    Who is first, by how much, and is it shown? With --claim or --winner, exit code 0 where all of them are shown,
    else 1.

    Example: python -m benchmark leaderboard results.csv --claim "CNN > PCA" --report page.html
    """
    from benchmark.cli.printing import print_json
    from benchmark.interfaces.writing import write_whole
    from benchmark.leaderboard.claims import judge_claim, judge_winner, parse_claim
    from benchmark.leaderboard.columns import Asked
    from benchmark.leaderboard.document import document
    from benchmark.leaderboard.judge import Options, check_options, judge
    from benchmark.leaderboard.page import write_page
    from benchmark.leaderboard.reading import read_board
    from benchmark.leaderboard.sensitivity import sensitivity
    from benchmark.leaderboard.summary import markdown as summary

    _check_names(report, markdown)
    chosen = Options(_average(average), missing, rope, level, resamples, seed)
    check_options(chosen)
    asked = Asked(
        *(unit, group, method, seed_column, pattern, metric, lower, limits),
        ignore=tuple(ignore or ()),
        methods=tuple(methods or ()),
    )
    board = read_board(table, asked)
    for text in claim or ():
        parse_claim(text, board)
    found = judge(board, chosen)
    outcomes = [judge_claim(text, found) for text in claim or ()]
    outcomes += [judge_winner(winner, found)] if winner else []
    known = sensitivity(found)
    text = summary(found, known, outcomes)
    written = [write_whole(markdown, text)] if markdown is not None else []
    written += [write_page(found, known, report, outcomes)] if report is not None else []
    if json:
        print_json(document(found, known, outcomes) | {"files": [str(path) for path in written]})
    else:
        print(text)
        for path in written:
            print(f"wrote {path}")
    if not all(one.shown for one in outcomes):
        raise typer.Exit(FINDING)


def _average(text: str) -> Literal["units", "groups"]:
    from benchmark.interfaces.errors import ParameterError

    if text not in ("units", "groups"):
        raise ParameterError(f"--average {text!r}: write units or groups")
    return "units" if text == "units" else "groups"


def _check_names(report: Path | None, markdown: Path | None) -> None:
    """Check the names of the files to write, before anything is computed."""
    from benchmark.interfaces.errors import ParameterError

    for path, ends in ((report, (".html", ".htm")), (markdown, (".md",))):
        if path is not None and (path.suffix not in ends or not path.parent.is_dir()):
            raise ParameterError(f"{path}: write a name that ends in {' or '.join(ends)}, in a folder that exists")
