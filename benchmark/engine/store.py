"""Results on disk, written to a draft and renamed into place.

    <store>/results/<key>/result.json      rows, status, identity, keys of the outputs, checksum of all this
    <store>/results/<key>/seconds.json     wall times, and what probes measured of the machine: not part of the result
    <store>/outputs/<key>/output.npz       scores and decisions of a detector on one task
    <store>/outputs/<key>/output.json      its diagnostics and its answers to probes, and the checksum of both
    <store>/outputs/<key>/seconds.json     the same as above
    <store>/failures/<key>.json            reason and traceback of a cell that gave no number; never taken for a result
    <store>/logs/<key>.txt                 what the detector of a cell printed, where it ran in a process of its own
    <store>/remembered/<key>.json          hashes of datasets and tasks, which spare reading unchanged files
    <store>/claims/<key>                   which run is at a result or an output at this moment

A folder counts only when it is whole and its checksum holds. A missing, half-written or altered file makes the cell
run again.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from benchmark.engine.ask import Asked
from benchmark.engine.claim_files import FolderBoard
from benchmark.engine.claims import Claims
from benchmark.engine.detect import Output
from benchmark.interfaces.cell import Cell, Identity, Result, digest
from benchmark.interfaces.writing import draft_beside, named, write_whole

_SECONDS = "seconds.json"
_MEASURED = "measured"  # entry of it: by task, what each probe measured of the machine
_ATTEMPTS = 10  # to put a folder into place beside other writers


class Store:
    """A folder of results.

    Parameters
    ----------
    folder : path
        Created at the first result.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results = folder / "results"
        self.outputs = folder / "outputs"
        self.failures = folder / "failures"
        self.logs = folder / "logs"

    def save(self, cell: Cell, identity: Identity, result: Result, traceback: str = "") -> None:
        """Keep a result. Only ``OK`` goes among the results; anything else is noted among the failures."""
        key = identity.key
        record: dict[str, Any] = {"cell": asdict(cell), "identity": asdict(identity), "status": result.status}
        if not result.ok:
            self.failures.mkdir(parents=True, exist_ok=True)
            record |= {"reason": result.reason, "traceback": traceback}
            write_whole(self.failures / f"{key}.json", _json(record))
            return
        record |= {"rows": result.rows, "outputs": result.scores}
        times = _times(result.seconds, result.measured)
        files = {_SECONDS: times, "result.json": _json(_signed(record)).encode()}
        _write_folder(self.results / key, files)
        (self.failures / f"{key}.json").unlink(missing_ok=True)

    def load(self, key: str) -> Result | None:
        """Return a finished result, or None where there is none, or it is not whole, or it was altered."""
        record, seconds = self.record(key), _read(self.results / key / _SECONDS)
        if record is None or not _is_result(record) or not _is_timed(seconds):
            return None
        measured = seconds.pop(_MEASURED, [])
        return Result("OK", rows=record["rows"], scores=record["outputs"], seconds=seconds, measured=measured)

    def record(self, key: str) -> dict[str, Any] | None:
        """Return the record of a finished cell: ``cell``, ``identity``, ``rows`` and ``outputs``."""
        return _verified(_read(self.results / key / "result.json"))

    def seconds(self, key: str) -> dict[str, float] | None:
        """Return the wall times of a finished cell."""
        seconds = _read(self.results / key / _SECONDS)
        return None if seconds is None else {name: spent for name, spent in seconds.items() if name != _MEASURED}

    def save_output(self, key: str, output: Output) -> None:
        """Keep the output of a detector on one task."""
        content = io.BytesIO()
        np.savez(content, allow_pickle=False, **{name: output.arrays[name] for name in sorted(output.arrays)})
        arrays = content.getvalue()
        record = {"diagnostics": output.diagnostics, "arrays": hashlib.sha256(arrays).hexdigest()}
        times = _times(output.seconds, [])
        if isinstance(output, Asked):
            record |= {"answers": output.answers}
            times = _times(output.seconds, [output.measured])
        files = {"output.npz": arrays, _SECONDS: times, "output.json": _json(_signed(record)).encode()}
        _write_folder(self.outputs / key, files)

    def has_output(self, key: str) -> bool:
        """Whether an output is stored."""
        return (self.outputs / key / "output.json").is_file()

    def load_output(self, key: str) -> Output | None:
        """Return the stored output of a detector on one task, or None where there is none that is whole."""
        folder = self.outputs / key
        record, seconds = _verified(_read(folder / "output.json")), _read(folder / _SECONDS)
        try:
            content = (folder / "output.npz").read_bytes()
        except OSError:
            return None
        if record is None or seconds is None or record.get("arrays") != hashlib.sha256(content).hexdigest():
            return None
        if not isinstance(record.get("diagnostics"), dict) or not _is_timed(seconds):
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        measured = seconds.pop(_MEASURED, [{}])
        if "answers" in record:
            return Asked(arrays, record["diagnostics"], seconds, record["answers"], measured[0])
        return Output(arrays, record["diagnostics"], seconds)

    def load_outputs(self, keys: Iterable[str]) -> dict[str, Output]:
        """Return those of some outputs that are stored and whole, by key."""
        found = {key: self.load_output(key) for key in keys}
        return {key: output for key, output in found.items() if output is not None}

    def save_log(self, key: str, text: str) -> None:
        """Keep what the detector of a cell printed, in place of what it printed the last time."""
        file = self.logs / f"{key}.txt"
        if text:
            self.logs.mkdir(parents=True, exist_ok=True)
            write_whole(file, text)
        else:
            file.unlink(missing_ok=True)

    def log(self, key: str) -> Path | None:
        """Return the file of what the detector of a cell printed; None where it printed nothing."""
        file = self.logs / f"{key}.txt"
        return file if file.is_file() else None

    def checksum(self, key: str) -> str:
        """SHA-256 of a finished cell's ``result.json``."""
        return hashlib.sha256((self.results / key / "result.json").read_bytes()).hexdigest()

    def failure(self, key: str) -> dict[str, Any] | None:
        """Return the noted failure of a cell: ``status``, ``reason`` and ``traceback``; None for any other shape."""
        record = _read(self.failures / f"{key}.json")
        return record if record is not None and {"status", "reason"} <= set(record) else None

    def keys(self, prefix: str = "") -> list[str]:
        """Keys of the stored results and noted failures that begin with a prefix."""
        found = [key for key in self.result_keys() if key.startswith(prefix)]
        found += [file.stem for file in self.failures.glob(f"{prefix}*.json") if not file.name.startswith(".")]
        return sorted(set(found))

    def result_keys(self) -> list[str]:
        """Keys of the stored results, sorted; drafts that a killed process has left are none."""
        return sorted(folder.name for folder in self.results.glob("*/") if not folder.name.startswith("."))

    def cells(self) -> dict[Cell, list[str]]:
        """Every finished cell with the keys of its results: one for each version of code or data."""
        found: dict[Cell, list[str]] = {}
        for key in self.result_keys():
            record = self.record(key)
            try:
                cell = Cell(**record["cell"])  # type: ignore[index]
            except (TypeError, KeyError):
                continue
            found.setdefault(cell, []).append(key)
        return found

    def claims(self) -> Claims:
        """Return claims for a run that begins."""
        return Claims(FolderBoard(self.folder / "claims"))

    def remembered(self, key: str) -> Any:
        """Return a remembered value; None where there is none, or it was altered."""
        record = _verified(_read(self.folder / "remembered" / f"{key}.json"))
        return None if record is None else record.get("value")

    def remember(self, key: str, value: Any) -> None:
        """Remember a value under a key: a hash of everything that it depends on."""
        folder = self.folder / "remembered"
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{key}.json", _json(_signed({"value": value})))


def _signed(record: Mapping[str, Any]) -> dict[str, Any]:
    """Add a checksum over a record, as it reads back from JSON."""
    compact = json.dumps(record, sort_keys=True, default=str)  # without line breaks: written in C, at half the time
    return {**record, "checksum": digest(json.loads(compact))}


def _verified(record: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a record without its checksum; None where the checksum is missing or does not hold."""
    if record is None or record.pop("checksum", None) != digest(record):
        return None
    return record


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, default=str) + "\n"


def _read(path: Path) -> dict[str, Any] | None:
    """Read a JSON object; None where the file is missing or holds anything else."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _is_result(record: Mapping[str, Any]) -> bool:
    """Whether a record has the shape of a finished result."""
    rows, outputs = record.get("rows"), record.get("outputs")
    known = isinstance(rows, list) and all(isinstance(row, dict) for row in rows) and isinstance(outputs, dict)
    return known and record.get("status") == "OK"


def _times(seconds: Mapping[str, float], measured: Sequence[Any]) -> bytes:
    return _json({**seconds, _MEASURED: measured} if any(measured) else seconds).encode()


def _is_timed(seconds: Any) -> TypeGuard[dict[str, Any]]:
    """Whether wall times have the shape that `Store` writes."""
    if not isinstance(seconds, dict) or "fit" not in seconds:
        return False
    measured = seconds.get(_MEASURED, [{}])
    if not isinstance(measured, list) or not measured or not all(isinstance(one, dict) for one in measured):
        return False
    return all(isinstance(spent, int | float) for name, spent in seconds.items() if name != _MEASURED)


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder whole or not at all.

    Of two writers of one key either may win: both write the same. A folder that holds the same already, wall times
    aside, stays as it is, so that a reader finds it at any moment.
    """
    draft, old = draft_beside(folder), draft_beside(folder)
    with named(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.mkdir()
            for name, content in files.items():
                (draft / name).write_bytes(content)
            for attempt in range(_ATTEMPTS):
                try:
                    draft.rename(folder)
                    return
                except OSError:  # it holds something: half-written, altered, or of a writer that was faster
                    if _holds(folder, files):
                        return
                    if attempt == _ATTEMPTS - 1:
                        raise
                with suppress(OSError):
                    folder.rename(old)
                shutil.rmtree(old, ignore_errors=True)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a folder holds these files."""
    try:
        return _is_timed(_read(folder / _SECONDS)) and all(
            (folder / name).read_bytes() == content for name, content in files.items() if name != _SECONDS
        )
    except OSError:
        return False
