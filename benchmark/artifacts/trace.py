"""The origin of a number: value, seeds, cells, data, protocol, code; and a second computation of a stored cell."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmark.engine.ask import Asked
from benchmark.engine.detect import Output
from benchmark.engine.execute import rerun_cell
from benchmark.engine.plan import Plan, make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Identity, Result
from benchmark.interfaces.commands import make_artifact
from benchmark.interfaces.errors import BenchmarkError, UnknownNameError
from benchmark.interfaces.numbers import Number

SHORTEST = 6
"""Least number of digits of a key that name a cell."""

MISSING = "not in the store, or stale"
"""Reason of a number without a value whose cell was not run."""


@dataclass(frozen=True)
class CellTrace:
    """One cell behind a number.

    Parameters
    ----------
    cell : Cell
        The cell.
    identity : Identity, optional
        Everything that its result depends on; None if its method is not registered.
    stored : bool
        Whether the store has a result with this identity.
    value : float, optional
        Value of the cell in the number.
    """

    cell: Cell
    identity: Identity | None
    stored: bool
    value: float | None


@dataclass(frozen=True)
class Trace:
    """A number with the cells that it is computed from."""

    number: Number
    cells: tuple[CellTrace, ...]


def trace(
    artifact: Artifact, row: str, metric: str, scenario: str, setting: Setting, store: Store, root: Path | None
) -> list[Trace]:
    """Trace a number of an artifact from the stored results; nothing is run.

    Parameters
    ----------
    artifact : Artifact
        Table or figure.
    row : str
        Label, method or position, or a part of one; every matching row is traced.
    metric : str
        Measured metric.
    scenario : str
        Only this scenario; empty for all.
    setting, store, root
        As for `benchmark.artifacts.regenerate.regenerate`.

    Raises
    ------
    UnknownNameError
        For a row, metric or scenario that the artifact does not have.
    BenchmarkError
        If the store has no result of the artifact.
    """
    numbers, plan = stored_numbers(artifact, setting, store, root)
    selected = measured(matching(numbers, row), artifact.name, metric, scenario)
    return [Trace(number, _cells(number, plan, store)) for number in selected]


def measured(numbers: Sequence[Number], name: str, metric: str, scenario: str) -> list[Number]:
    """Numbers of one metric, in one scenario or (empty) in all; an unknown name is an `UnknownNameError`."""
    for kind, asked, known in (
        ("metric", metric, {one.metric for one in numbers}),
        ("scenario", scenario or None, {one.scenario for one in numbers}),
    ):
        if asked is not None and asked not in known:
            raise UnknownNameError(f"{kind} of {name}", asked, known)
    return [one for one in numbers if one.metric == metric and scenario in ("", one.scenario)]


def stored_numbers(artifact: Artifact, setting: Setting, store: Store, root: Path | None) -> tuple[list[Number], Plan]:
    """Every number of an artifact from the stored results, and the plan of its cells; nothing is run.

    Raises
    ------
    BenchmarkError
        If the artifact has no numbers, or the store no result of it.
    """
    plan = make_plan(artifact.cells(setting), store, root)
    results: dict[Cell, Result] = {cell: Result("NOT_REGISTERED", why) for cell, why in plan.unregistered.items()}
    for cell, identity in plan.identities.items():
        results[cell] = store.load(identity.key) or Result("ERROR", MISSING)
    numbers = artifact.numbers(results, setting)
    if not numbers and not artifact.cells(setting):
        raise BenchmarkError(f"{artifact.name} is a drawing without numbers")
    if not numbers and any(result.ok for result in results.values()):
        raise BenchmarkError(f"{artifact.name} has no numbers to trace; its CSV file lists the plotted numbers")
    if not numbers:
        raise BenchmarkError(
            f"the store has no result of {artifact.name}; run it: {artifact_command(artifact, setting)}"
        )
    return numbers, plan


def artifact_command(artifact: Artifact, setting: Setting) -> str:
    """Return the command that makes an artifact."""
    scenario = setting.scenario if artifact.scenarios else ""
    return make_artifact(artifact.kind, artifact.name, setting.variant, setting.profile.name, scenario)


def matching(numbers: Sequence[Number], row: str) -> list[Number]:
    """Numbers whose label, method or position is the row; if there are none, those that contain it, in any case."""
    exact = [one for one in numbers if row in (one.label, one.row)]
    partial = [one for one in numbers if row.lower() in one.label.lower() or row.lower() in one.row.lower()]
    if not exact and not partial:
        raise UnknownNameError("row", row, {one.label for one in numbers} | {one.row for one in numbers})
    return exact or partial


def _cells(number: Number, plan: Plan, store: Store) -> tuple[CellTrace, ...]:
    return tuple(
        CellTrace(
            cell,
            identity := plan.identities.get(cell),
            identity is not None and store.load(identity.key) is not None,
            number.values.get(cell.seed),
        )
        for cell in number.cells
    )


@dataclass(frozen=True)
class Rerun:
    """Comparison of a stored cell with its second computation.

    Parameters
    ----------
    cell : Cell
        The cell.
    key : str
        Key of the stored result.
    changed : tuple of str
        Parts that have changed since: ``data``, ``protocol``, ``method``, ``code``, ``arithmetic``. Any of them
        explains a difference.
    rows_equal, scores_equal : bool
        Whether the rows of metrics, and the scores, have equal bytes.
    """

    cell: Cell
    key: str
    changed: tuple[str, ...]
    rows_equal: bool
    scores_equal: bool

    @property
    def equal(self) -> bool:
        """Whether rows and scores are equal."""
        return self.rows_equal and self.scores_equal


def rerun(prefix: str, store: Store, root: Path | None, timeout: float = 0.0) -> Rerun:
    """Compute one stored cell again and compare everything but wall times; the stored result does not change.

    Parameters
    ----------
    prefix : str
        First digits of the key, at least six, as `trace` gives them.
    store : Store
        Store with the cell.
    root : path, optional
        Data folder, for a cell on real data.
    timeout : float
        Limit on fit and score in seconds; 0 for none.

    Raises
    ------
    BenchmarkError
        For a prefix of no stored cell or of several, and if the cell gives no result this time.
    """
    key = _key(prefix, store)
    record = store.record(key)
    assert record is not None  # a whole cell, as `_key` finds it
    cell = Cell(**record["cell"])
    if cell.variant == "real" and root is None:
        raise BenchmarkError(f"{cell} needs real data: give --data FOLDER")
    plan = make_plan([cell], store, root)
    if cell in plan.unregistered:
        raise BenchmarkError(plan.unregistered[cell])
    identity = plan.identities[cell]
    outcome = rerun_cell(cell, plan, store, root, timeout)
    if not outcome.result.ok:
        raise BenchmarkError(f"{cell} gives no result this time: {outcome.result.status}: {outcome.result.reason}")
    with tempfile.TemporaryDirectory() as folder:
        again = Store(Path(folder))
        again.save(cell, identity, outcome.result)
        second = again.record(identity.key)
        assert second is not None
        for name, output in outcome.outputs.items():
            again.save_output(name, output)
        scores_equal = all(
            _same_output(store.load_output(stored), again.load_output(second["outputs"][task]))
            for task, stored in record["outputs"].items()
        )
    return Rerun(
        cell,
        key,
        _changed(record["identity"], identity),
        _bytes(record["rows"]) == _bytes(second["rows"]),
        scores_equal,
    )


def _same_output(first: Output | None, second: Output | None) -> bool:
    """Whether two outputs have equal bytes, except wall times."""
    if first is None or second is None or first.arrays.keys() != second.arrays.keys():
        return False
    equal = (first.arrays[name].tobytes() == second.arrays[name].tobytes() for name in first.arrays)
    answers = [one.answers if isinstance(one, Asked) else {} for one in (first, second)]
    return all(equal) and first.diagnostics == second.diagnostics and answers[0] == answers[1]


def _key(prefix: str, store: Store) -> str:
    if len(prefix) < SHORTEST:
        raise BenchmarkError(f"{prefix!r} is too short: give at least {SHORTEST} digits of a key, as explain prints it")
    matches = [key for keys in store.cells().values() for key in keys if key.startswith(prefix)]
    if len(matches) != 1:
        hint = f"{len(matches)} stored cells match" if matches else f"no cell in {store.folder} has such a key"
        raise BenchmarkError(f"{prefix!r}: {hint}; python -m benchmark explain prints keys")
    return matches[0]


def _changed(stored: Mapping[str, Any], now: Identity) -> tuple[str, ...]:
    current = json.loads(json.dumps(asdict(now), default=str))
    names = {
        "fingerprint": "data",
        "protocol": "protocol",
        "method": "method",
        "detector": "method",
        "code": "code",
        "arithmetic": "arithmetic",
    }
    return tuple(dict.fromkeys(word for name, word in names.items() if stored.get(name) != current[name]))


def _bytes(rows: Any) -> str:
    return json.dumps(rows, sort_keys=True)
