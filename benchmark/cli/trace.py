"""``data prepare`` and ``data sql``: whole cluster traces."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import ParameterError


def prepare(
    name: Annotated[str, typer.Argument(help="The trace: google-2011.")],
    parts: Annotated[Path, typer.Option("--input", help="Folder with task_usage/, task_events/ and machine_events/.")],
    output: Annotated[Path, typer.Option("--output", help="Folder that receives the recordings.")],
    memory: Annotated[str, typer.Option("--memory", help="Memory that the process may hold.")] = "4GiB",
    json: options.Json = False,
) -> None:
    """Turn parts of a trace into recordings.

    Any number of official parts becomes one recording for each machine, with a point every 5 minutes, as Parquet files.
    A stopped call goes on where it was; parts may be added later. docs/scale.md has the definitions and the cost.

    Example: python -m benchmark data prepare google-2011 --input PARTS --output FOLDER
    """
    if name != "google-2011":
        raise ParameterError(f"{name!r} cannot be prepared; google-2011 can (data sql google-2019 prints a query)")
    if not parts.is_dir():
        raise ParameterError(f"--input {parts}: no such folder")
    from benchmark.cli.printing import print_facts, print_json
    from benchmark.data.google_2011.prepare import prepare as run

    done = run(parts, output, _bytes(memory), lambda line: print(line, file=sys.stderr, flush=True))
    if json:
        facts = {"machines": done.machines, "rows": done.rows, "anomalous": done.anomalous, "read": done.read}
        print_json({**facts, "counts": dict(done.counts)})
        return
    speed = f"{done.read / done.seconds:,.0f} rows/s" if done.read else "all parts were done before"
    print_facts(
        [
            ("recordings", f"{done.machines:,} machines, {done.rows:,} points, {done.anomalous:,} anomalous"),
            ("read now", f"{done.read:,} rows of task_usage, {speed}"),
            *((reason, f"{count:,}") for reason, count in sorted(done.counts.items())),
            ("run it with", f"--dataset 'google-2011[layout=machines]' --input {output}"),
        ]
    )


def sql(
    name: Annotated[str, typer.Argument(help="The trace: google-2019.")],
    dialect: Annotated[str, typer.Option("--dialect", help="bigquery or duckdb.")] = "bigquery",
    cell: Annotated[str, typer.Option("--cell", help="Cell of the trace, a to h, for bigquery.")] = "a",
) -> None:
    """Print the query for recordings.

    The 2019 trace is read in BigQuery. The query makes the same recordings of its machines as data prepare does of the
    2011 trace. Needs sqlglot: pip install 'cloudad-bench[trace]'.

    Example: python -m benchmark data sql google-2019 --dialect duckdb
    """
    if name != "google-2019":
        raise ParameterError(f"{name!r} has no query; google-2019 has one")
    from benchmark.data.google_2019.machines_sql import machines_sql

    if dialect not in ("bigquery", "duckdb"):
        raise ParameterError(f"--dialect {dialect!r}: write bigquery or duckdb")
    print(machines_sql("duckdb" if dialect == "duckdb" else "bigquery", cell))


def _bytes(text: str) -> int:
    from dask.utils import parse_bytes

    try:
        return int(parse_bytes(text))
    except ValueError:
        raise ParameterError(f"--memory {text!r}: write a number with a unit, e.g. 4GiB") from None
