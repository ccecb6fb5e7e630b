"""The record of a paper: its verdicts, and every measured value behind them.

Two files in the folder of the paper's class, each with a section for each variant of the data (``real``, ``twin``). A
run under another profile than ``default`` has a section of its own (``twin-smoke``).

``verdicts.toml``
    The verdict of each claim, the reading and the look at the seeds that decided, and the reason; the version of the
    rules.
``values.json``
    The value of every number at every seed, in full precision (so that runs can be compared by bytes), the fingerprint
    of every dataset behind them, and the arithmetic and libraries of the run. Where numbers are of a machine (times,
    memory), their names and the machine: these are not compared, only the verdicts that they give.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.arithmetic import current
from benchmark.artifacts.receipt import LIBRARIES, machine
from benchmark.engine.code import library_versions
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.writing import write_whole
from benchmark.verdicts.judge import RULES
from benchmark.verdicts.report import ClaimReport

VERDICTS = "verdicts.toml"
VALUES = "values.json"
HEAD = """# Recorded verdicts, a section a variant of the data; the values behind them are in values.json.
# Written by `python -m benchmark verify --update`; `verify` fails where a run differs. Do not edit by hand.
"""
MEASURED_WITH = (*LIBRARIES, "torch-geometric")
"""Libraries that results depend on."""

Seeds = Mapping[int, float]


@dataclass(frozen=True)
class Circumstances:
    """What makes two runs on the same data give the same bytes.

    Parameters
    ----------
    arithmetic : str
        ``portable`` or ``native`` (`benchmark.arithmetic`).
    libraries : mapping of str to str
        Version of each of `MEASURED_WITH`.
    """

    arithmetic: str = ""
    libraries: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def now(cls) -> Circumstances:
        """Those of this process."""
        return cls(current(), library_versions(*MEASURED_WITH))

    def same_bytes(self, other: Circumstances) -> bool:
        """Whether equal code on equal data must give equal bytes under both."""
        return self.arithmetic == other.arithmetic == "portable" and self.libraries == other.libraries


@dataclass(frozen=True)
class Record:
    """One section of a paper's record.

    Parameters
    ----------
    verdicts : mapping of str to str
        By claim.
    decided : mapping of str to mapping of str to str
        By claim: ``reading``, ``look``, ``measured``, ``power`` and ``reason``; those that are empty are left out.
    values : mapping of str to mapping of int to float
        One value a seed, by the name of the number.
    data : mapping of str to str
        Fingerprint of each dataset.
    circumstances : Circumstances
        Arithmetic and libraries.
    timed : frozenset of str
        Names of the numbers that are of a machine.
    machine : mapping of str to str or int
        The machine; empty where there are none.
    rules : int
        Version of the rules that gave the verdicts (`benchmark.verdicts.judge.RULES`). A record of other rules has
        verdicts alone.
    """

    verdicts: Mapping[str, str] = field(default_factory=dict)
    decided: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Seeds] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    circumstances: Circumstances = Circumstances()
    timed: frozenset[str] = frozenset()
    machine: Mapping[str, str | int] = field(default_factory=dict)
    rules: int = RULES

    @property
    def outdated(self) -> bool:
        """Whether it is of other rules than these."""
        return self.rules != RULES

    def mean(self, name: str) -> float | None:
        """Mean of a number over its seeds; None if it is not recorded."""
        values = self.values.get(name)
        return sum(values.values()) / len(values) if values else None


def section(setting: Setting) -> str:
    """Name of the section of a variant and profile."""
    profile = setting.profile.name
    return setting.variant if profile == "default" else f"{setting.variant}-{profile}"


def as_record(report: ClaimReport, data: Mapping[str, str], circumstances: Circumstances) -> Record:
    """Return the record of a run."""
    decided = {}
    for result in report.results:
        parts = {name: getattr(result, name) for name in ("reading", "look", "measured", "power", "reason")}
        decided[result.claim] = {name: text for name, text in parts.items() if text}
    timed = frozenset(name for name, number in report.numbers.items() if number.timed)
    return Record(
        {result.claim: result.verdict for result in report.results},
        decided,
        {name: dict(report.numbers[name].values) for name in sorted(report.numbers)},
        dict(data),
        circumstances,
        timed,
        machine() if timed else {},
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
        rules = int(verdicts.get("rules", 1))
        if rules != RULES:
            return Record(verdicts["verdicts"], rules=rules)
        return Record(
            verdicts["verdicts"],
            verdicts["decided"],
            _unfolded(values["values"]),
            values["data"],
            Circumstances(values["arithmetic"], values["libraries"]),
            frozenset(values.get("timed", ())),
            values.get("machine", {}),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"section {name!r} is not a record ({error}); restore it from git", file=folder) from error


def write_record(folder: Path, name: str, record: Record) -> tuple[Path, Path]:
    """Replace one section of a paper's record and leave the others as they are; return both paths."""
    verdicts: dict[str, Any] = {**_read_verdicts(folder / VERDICTS)}
    verdicts[name] = {"rules": record.rules, "verdicts": record.verdicts, "decided": record.decided}
    blocks = [HEAD]
    for title, content in sorted(verdicts.items()):
        if "rules" in content:
            blocks.append(f"[{title}]\nrules = {content['rules']}\n")
        lines = [f"{_text(key)} = {_text(value)}" for key, value in content["verdicts"].items()]
        blocks.append("\n".join([f"[{title}.verdicts]", *lines]) + "\n")
        if "decided" in content:
            lines = [f"{_text(key)} = {_inline(parts)}" for key, parts in content["decided"].items()]
            blocks.append("\n".join([f"[{title}.decided]", *lines]) + "\n")
    values: dict[str, Any] = {**_read_values(folder / VALUES)}
    values[name] = {
        "arithmetic": record.circumstances.arithmetic,
        "libraries": record.circumstances.libraries,
        "data": record.data,
        "values": _folded(record.values),
    }
    if record.timed:
        values[name] |= {"timed": sorted(record.timed), "machine": record.machine}
    return write_whole(folder / VERDICTS, "\n".join(blocks)), write_whole(folder / VALUES, _values_text(values))


def _folded(values: Mapping[str, Seeds]) -> dict[str, dict[str, Any]]:
    """Group numbers by the part of their name before the metric, and write seeds 0, 1, 2, … as a list."""
    groups: dict[str, dict[str, Any]] = {}
    for name, seeds in sorted(values.items()):
        place, _, metric = name.rpartition(" | ")
        ordered = {seed: seeds[seed] for seed in sorted(seeds)}
        plain = list(ordered) == list(range(len(ordered)))
        groups.setdefault(place, {})[metric] = list(ordered.values()) if plain else ordered
    return groups


def _unfolded(groups: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[int, float]]:
    return {
        f"{place} | {metric}": {
            int(seed): float(value) for seed, value in (enumerate(seeds) if isinstance(seeds, list) else seeds.items())
        }
        for place, metrics in groups.items()
        for metric, seeds in metrics.items()
    }


def _values_text(sections: Mapping[str, Any]) -> str:
    """Write JSON with one line for each number, so that a changed number is one changed line."""
    blocks = []
    for title, content in sorted(sections.items()):
        places = []
        for place, metrics in sorted(content["values"].items()):
            rows = [f"    {_text(metric)}: {json.dumps(seeds)}" for metric, seeds in sorted(metrics.items())]
            places.append("\n".join([f"   {_text(place)}: {{", ",\n".join(rows), "   }"]))
        head = [f"  {_text(key)}: {_text(value)}," for key, value in content.items() if key != "values"]
        blocks.append("\n".join([f" {_text(title)}: {{", *head, '  "values": {', ",\n".join(places), "  }", " }"]))
    return "{\n" + ",\n".join(blocks) + "\n}\n"


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


def _inline(parts: Mapping[str, str]) -> str:
    """Write an inline table of TOML."""
    return "{ " + ", ".join(f"{name} = {_text(value)}" for name, value in parts.items()) + " }" if parts else "{}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
