"""The recorded verdicts and measured means of a paper, and what has changed against them.

``verdicts.toml`` beside the paper's class holds a section for each variant of the data, ``[real]`` and ``[twin]``; a
run under another profile than ``default`` has its own, ``[twin-smoke]``. Each has ``verdicts``, one a line of the
ledger, and ``measured``, the mean of every number that the claims stand on, with four decimals.

A mean holds where it differs from the recorded one by at most half a unit of the last recorded digit plus half of its
own 95 % interval over seeds, the tolerance that printed numbers get too.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.artifacts.published import Printed
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.errors import DataError
from benchmark.verdicts.ledger import Ledger

FILE = "verdicts.toml"
DECIMALS = 4
HEAD = """# Recorded verdicts and measured means, a section a variant of the data.
# Written by `python -m benchmark verify --update`; `verify` fails where a run differs. Do not edit by hand.
"""

Record = dict[str, dict[str, str]]
"""``verdicts`` and ``measured``, each by name."""


@dataclass(frozen=True)
class Change:
    """One difference between the record and a run.

    Parameters
    ----------
    paper, what, name : str
        ``verdict`` or ``mean``, and which.
    recorded, found : str
        Before and now; empty where there is none.
    """

    paper: str
    what: str
    name: str
    recorded: str
    found: str

    def __str__(self) -> str:
        return f"{self.paper}: {self.what} of {self.name}: {self.recorded or 'none'} → {self.found or 'none'}"


def section(setting: Setting) -> str:
    """Name of the section of a variant and profile."""
    profile = setting.profile.name
    return setting.variant if profile == "default" else f"{setting.variant}-{profile}"


def read_record(folder: Path, name: str) -> Record | None:
    """One section of a paper's record; None where there is none yet.

    Raises
    ------
    DataError
        Where the file cannot be read.
    """
    found = _read(folder / FILE).get(name)
    return None if found is None else {"verdicts": found.get("verdicts", {}), "measured": found.get("measured", {})}


def as_record(ledger: Ledger) -> Record:
    """What is recorded of a ledger."""
    return {
        "verdicts": {line.key: line.verdict for line in ledger.lines},
        "measured": {name: f"{mean:.{DECIMALS}f}" for name, (mean, _) in sorted(ledger.means.items())},
    }


def changes(ledger: Ledger, record: Record) -> list[Change]:
    """Every verdict that is another than recorded, and every mean that is out of tolerance; new and lost ones too."""
    now = as_record(ledger)
    found = []
    for name in sorted(set(now["verdicts"]) | set(record["verdicts"])):
        before, after = record["verdicts"].get(name, ""), now["verdicts"].get(name, "")
        if before != after:
            found.append(Change(ledger.paper, "verdict", name, before, after))
    for name in sorted(set(now["measured"]) | set(record["measured"])):
        before, after = record["measured"].get(name, ""), now["measured"].get(name, "")
        if not before or not after or not _holds(Printed(before), *ledger.means[name]):
            found.append(Change(ledger.paper, "mean", name, before, after))
    return found


def write_record(folder: Path, name: str, record: Record) -> Path:
    """Replace one section of a paper's record and leave the others as they are."""
    file = folder / FILE
    sections: dict[str, Any] = {**_read(file), name: record}
    blocks = [HEAD]
    for title, content in sorted(sections.items()):
        for part in ("verdicts", "measured"):
            lines = [f"{_text(key)} = {_text(value)}" for key, value in content.get(part, {}).items()]
            blocks.append("\n".join([f"[{title}.{part}]", *lines]) + "\n")
    draft = file.with_name(file.name + ".draft")
    draft.write_text("\n".join(blocks), encoding="utf-8")
    draft.replace(file)
    return file


def _holds(recorded: Printed, mean: float, half: float) -> bool:
    tolerance = float(recorded.half_unit) + (half if half == half else 0.0)  # one seed has no interval: NaN
    return abs(mean - float(recorded.value)) <= tolerance + 1e-12


def _read(file: Path) -> Mapping[str, Any]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read: {error}; restore it from git", file=file) from error


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
