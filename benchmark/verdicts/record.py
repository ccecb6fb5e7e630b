"""The record of a paper: its verdicts, and every measured value behind them.

Two files in the folder of the paper's class, each with a section for each variant of the data (``real``, ``twin``). A
run under another profile than ``default`` has a section of its own (``twin-smoke``).

``verdicts.toml``
    One verdict for each claim and scenario.
``values.json``
    The value of every number at every seed, in full precision (so that runs can be compared by bytes), the fingerprint
    of every dataset behind them, and the arithmetic of the run.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.errors import DataError
from benchmark.verdicts.report import ClaimReport

VERDICTS = "verdicts.toml"
VALUES = "values.json"
HEAD = """# Recorded verdicts, a section a variant of the data; the values behind them are in values.json.
# Written by `python -m benchmark verify --update`; `verify` fails where a run differs. Do not edit by hand.
"""

Seeds = Mapping[int, float]


@dataclass(frozen=True)
class Record:
    """One section of a paper's record.

    Parameters
    ----------
    verdicts : mapping of str to str
        By claim and scenario.
    values : mapping of str to mapping of int to float
        One value a seed, by the name of the number.
    data : mapping of str to str
        Fingerprint of each dataset.
    arithmetic : str
        ``portable`` or ``native`` (`benchmark.arithmetic`).
    """

    verdicts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Seeds] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    arithmetic: str = ""

    def mean(self, name: str) -> float | None:
        """Mean of a number over its seeds; None if it is not recorded."""
        values = self.values.get(name)
        return sum(values.values()) / len(values) if values else None


def section(setting: Setting) -> str:
    """Name of the section of a variant and profile."""
    profile = setting.profile.name
    return setting.variant if profile == "default" else f"{setting.variant}-{profile}"


def as_record(report: ClaimReport, data: Mapping[str, str], arithmetic: str) -> Record:
    """Return the record of a run."""
    return Record(
        {result.key: result.verdict for result in report.results},
        {name: dict(report.numbers[name].values) for name in sorted(report.numbers)},
        dict(data),
        arithmetic,
    )


def read_record(folder: Path, name: str) -> Record | None:
    """Read one section of a paper's record; None if either file lacks it.

    Raises
    ------
    DataError
        If a file cannot be read.
    """
    verdicts, values = _read_verdicts(folder / VERDICTS).get(name), _read_values(folder / VALUES).get(name)
    if verdicts is None or values is None:
        return None
    try:
        seeds = {key: {int(seed): float(value) for seed, value in row.items()} for key, row in values["values"].items()}
        return Record(verdicts["verdicts"], seeds, values["data"], values["arithmetic"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"section {name!r} is not a record ({error}); restore it from git", file=folder) from error


def write_record(folder: Path, name: str, record: Record) -> tuple[Path, Path]:
    """Replace one section of a paper's record and leave the others as they are; return both paths."""
    verdicts: dict[str, Any] = {**_read_verdicts(folder / VERDICTS), name: {"verdicts": record.verdicts}}
    blocks = [HEAD]
    for title, content in sorted(verdicts.items()):
        lines = [f"{_text(key)} = {_text(value)}" for key, value in content["verdicts"].items()]
        blocks.append("\n".join([f"[{title}.verdicts]", *lines]) + "\n")
    values: dict[str, Any] = {**_read_values(folder / VALUES)}
    values[name] = {"arithmetic": record.arithmetic, "data": record.data, "values": record.values}
    return _replace(folder / VERDICTS, "\n".join(blocks)), _replace(folder / VALUES, _values_text(values))


def _values_text(sections: Mapping[str, Any]) -> str:
    """Write JSON with one line for each number, so that a changed number is one changed line."""
    blocks = []
    for title, content in sorted(sections.items()):
        rows = [f"   {_text(name)}: {_seeds_text(seeds)}" for name, seeds in sorted(content["values"].items())]
        head = [f'  "arithmetic": {_text(content["arithmetic"])},', f'  "data": {_text(content["data"])},']
        blocks.append("\n".join([f" {_text(title)}: {{", *head, '  "values": {', ",\n".join(rows), "  }", " }"]))
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _seeds_text(seeds: Mapping[Any, float]) -> str:
    return json.dumps({int(seed): seeds[seed] for seed in sorted(seeds, key=int)})


def _read_verdicts(file: Path) -> Mapping[str, Any]:
    return _parsed(file, tomllib.loads, tomllib.TOMLDecodeError)


def _read_values(file: Path) -> Mapping[str, Any]:
    return _parsed(file, json.loads, ValueError)


def _parsed(file: Path, parse: Any, mistake: type[Exception]) -> Mapping[str, Any]:
    if not file.is_file():
        return {}
    try:
        content: Mapping[str, Any] = parse(file.read_text(encoding="utf-8"))
    except (OSError, mistake) as error:
        raise DataError(f"cannot be read: {error}; restore it from git", file=file) from error
    return content


def _replace(file: Path, text: str) -> Path:
    """Write a file whole or not at all."""
    draft = file.with_name(file.name + ".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
    return file


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
