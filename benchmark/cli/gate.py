"""``gate``: exit code 0 where a detector is shown to be at least as good as a reference."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import BenchmarkError, ParameterError

if TYPE_CHECKING:
    from benchmark.drawing.summary import Summary
    from benchmark.verdicts.gate import Gate

SCHEMA = 1
"""Version of the recorded run."""


def gate(
    method: Annotated[str, typer.Option("--method", help="name[param=value,…]; or file.py:Class; or pyod:ECOD.")],
    dataset: Annotated[str, typer.Option("--dataset", help="A dataset, or a labelled CSV or Parquet file.")],
    at_least: Annotated[
        str,
        typer.Option(
            "--at-least",
            help="A method, a number, a printed number (gan-uq/table1/Ours/F1-Score), or a file of --record.",
        ),
    ],
    metric: Annotated[str, typer.Option("--metric", help="A column of a result, e.g. VUS-PR or F1@val.")] = "AUC-PR",
    margin: Annotated[float, typer.Option("--margin", help="Largest loss that passes.")] = 0.0,
    protocol: Annotated[str, typer.Option("--protocol", help="Default: the dataset's own, else native.")] = "",
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Repetitions, seeds 0, 1, ….")] = 5,
    record: Annotated[Path | None, typer.Option("--record", help="Keep the run in this .json file.")] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write a JUnit file.")] = None,
    github_summary: Annotated[
        bool, typer.Option("--github-summary", help="Append Markdown to the summary of a GitHub Actions run.")
    ] = False,
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help=options.WORKERS)] = 0,
    timeout: options.Timeout = 0.0,
    store: options.StoreFolder = options.STORE,
    json: options.Json = False,
) -> None:
    """Hold a detector against a reference.

    Exit code 0 where it is shown to be at least as good, up to the margin; else 1. An interval decides, never means.

    Example: python -m benchmark gate --method my.py:Mine --dataset smd --metric VUS-PR --at-least knn --margin 0.02
    """
    from benchmark.cli.plugin import check_dataset, check_methods
    from benchmark.cli.printing import print_json
    from benchmark.cli.run_protocol import default_protocol
    from benchmark.metrics.catalogue import beyond_default, columns_named
    from benchmark.verdicts.gate import judge_gate, units_of

    summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if github_summary and not summary:
        raise ParameterError("--github-summary needs GITHUB_STEP_SUMMARY, which GitHub Actions sets")
    lower = columns_named((metric,))[0].metric.best == 0
    where, root = options.data_of(dataset, variant, data)
    check_dataset(dataset)
    check_methods([method])
    reference = _reference(at_least, metric)
    names = [method, *([at_least] if reference is None else [])]
    found = _summaries(
        names,
        dataset,
        where,
        root,
        protocol or default_protocol(dataset),
        seeds,
        metric,
        beyond_default((metric,)),
        store,
        options.workers(workers, "", timeout, "auto"),
    )
    own = units_of(found[method])
    other = units_of(found[at_least]) if reference is None else reference
    judged = judge_gate(own, other, margin, lower=lower)
    sentence = _sentence(judged, method, at_least, metric, dataset, margin)
    run = {
        "schema": SCHEMA,
        "method": method,
        "dataset": dataset,
        "variant": where,
        "metric": metric,
        "units": own,
    }
    if record is not None:
        _write(record, _dumped(run))
    if junit is not None:
        _write(junit, _junit(judged, method, sentence))
    if github_summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"## Gate: {judged.outcome}\n\n{sentence}\n")
    if json:
        print_json(run | {"at least": at_least, "margin": margin} | _finite(judged))
    else:
        print(sentence)
    if judged.outcome != "passed":
        raise typer.Exit(1)


def _summaries(
    names: list[str],
    dataset: str,
    variant: Any,
    root: Path | None,
    protocol: str,
    seeds: int,
    metric: str,
    extra: tuple[str, ...],
    store: Path,
    crew: Any,
) -> dict[str, Summary]:
    """Run the methods on equal seeds and summarise the metric."""
    from benchmark.cli.progress import progress
    from benchmark.drawing.summary import summarise
    from benchmark.engine.execute import execute
    from benchmark.engine.plan import make_plan
    from benchmark.engine.store import Store
    from benchmark.interfaces.cell import Cell

    cells = {
        name: [Cell(dataset, variant, protocol, seed, name, metrics=extra) for seed in range(seeds)] for name in names
    }
    opened = Store(store)
    plan = make_plan([cell for runs in cells.values() for cell in runs], opened, root)
    with progress() as on_plan:
        results = execute(plan, opened, root, crew, on_plan(len(plan.identities)))
    return {name: summarise([(cell, results[cell]) for cell in runs], metric) for name, runs in cells.items()}


def _reference(text: str, metric: str) -> dict[str, float] | float | None:
    """A number, a printed number or a recorded run; None for a method."""
    try:
        return float(text)
    except ValueError:
        pass
    if text.endswith(".json"):
        return _recorded(Path(text), metric)
    if text.count("/") >= 3 and ":" not in text:
        return _printed(text)
    from benchmark.cli.plugin import check_method

    check_method(text)
    return None


def _recorded(path: Path, metric: str) -> dict[str, float]:
    import json

    try:
        run = json.loads(path.read_text("utf-8"))
        units = {str(name): float(value) for name, value in run["units"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParameterError(f"--at-least {path}: no file of gate --record ({type(error).__name__}: {error})") from None
    if run.get("schema") != SCHEMA or run.get("metric") != metric:
        raise ParameterError(f"--at-least {path}: it records {run.get('metric')!r}, not {metric!r}")
    return units


def _printed(text: str) -> float:
    """A printed number: <paper>/<table>/<row>/<column>."""
    from benchmark.artifacts.published import read_published
    from benchmark.interfaces.errors import UnknownNameError
    from benchmark.interfaces.registry import PAPERS

    paper, table, row, column = text.split("/", 3)
    tables = read_published(PAPERS.load(paper)().folder)
    if table not in tables:
        raise UnknownNameError(f"table of {paper}", table, tables)
    if row not in tables[table].rows:
        raise UnknownNameError(f"row of {paper}/{table}", row, tables[table].rows)
    if column not in tables[table].columns:
        raise UnknownNameError(f"column of {paper}/{table}", column, tables[table].columns)
    number = tables[table].number(row, column)
    if number is None:
        raise BenchmarkError(f"{text}: the paper prints no number there")
    return float(number.value)


def _sentence(judged: Gate, method: str, reference: str, metric: str, dataset: str, margin: float) -> str:
    from math import isfinite

    words = {
        "passed": "is shown to be at least as good as",
        "worse": "is shown to be worse than",
        "undecided": "is not shown to be at least as good as",
    }[judged.outcome]
    text = (
        f"{judged.outcome}: {method} {words} {reference} in {metric} on {dataset}, margin {margin:g}: difference "
        f"{judged.difference:+.4f}, 90 % interval {judged.low:+.4f} to {judged.high:+.4f} over {judged.units} "
        f"{judged.unit}."
    )
    if judged.outcome == "undecided":
        more = (
            f"about {judged.needed:,.0f} {judged.unit} would decide"
            if isfinite(judged.needed)
            else ("more of them would not make it pass at this difference")
        )
        text += f" {more[0].upper()}{more[1:]}."
    return text


def _finite(judged: Gate) -> dict[str, Any]:
    from dataclasses import asdict
    from math import isfinite

    found = asdict(judged) | {"count": judged.units}
    found.pop("units")
    return {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in found.items()}


def _junit(judged: Gate, method: str, sentence: str) -> bytes:
    from xml.etree import ElementTree

    failed = judged.outcome != "passed"
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(root, "testsuite", name="gate", tests="1", failures=str(int(failed)), errors="0")
    case = ElementTree.SubElement(suite, "testcase", classname="gate", name=method)
    if failed:
        ElementTree.SubElement(case, "failure", message=judged.outcome).text = sentence
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _dumped(run: dict[str, Any]) -> bytes:
    import json

    return (json.dumps(run, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    from benchmark.interfaces.writing import write_whole

    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
