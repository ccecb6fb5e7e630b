"""Results on disk: one folder a finished cell, written beside and renamed into place.

    <store>/results/<key>/result.json     rows, status, identity, checksum of the scores
    <store>/results/<key>/scores.npz      scores of validation and test
    <store>/results/<key>/seconds.json    wall times: not part of the result
    <store>/failures/<key>.json           the last reason of a cell that gave no number; never taken for a result
    <store>/fingerprints.json             dataset fingerprints by file size and time, to spare unchanged files

A folder counts only when it is whole: a missing or half-written file makes the cell run again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.interfaces.cell import Cell, Identity, Result

DEFAULT_STORE = Path(".benchmark")


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
        self.failures = folder / "failures"

    def save(self, cell: Cell, identity: Identity, result: Result) -> None:
        """Keep a result. Only ``OK`` goes among the results; anything else is noted among the failures."""
        key = identity.key
        record: dict[str, Any] = {"cell": asdict(cell), "identity": asdict(identity), "status": result.status}
        if not result.ok:
            self.failures.mkdir(parents=True, exist_ok=True)
            _replace(self.failures / f"{key}.json", _json(record | {"reason": result.reason}))
            return
        scores = io.BytesIO()
        np.savez(scores, allow_pickle=False, **{name: result.arrays[name] for name in sorted(result.arrays)})
        record |= {"rows": result.rows, "scores": hashlib.sha256(scores.getvalue()).hexdigest()}
        self.results.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self.results))
        try:
            (draft / "scores.npz").write_bytes(scores.getvalue())
            (draft / "seconds.json").write_text(_json(result.seconds), encoding="utf-8")
            (draft / "result.json").write_text(_json(record), encoding="utf-8")
            draft.chmod(0o755)
            shutil.rmtree(self.results / key, ignore_errors=True)
            draft.rename(self.results / key)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        (self.failures / f"{key}.json").unlink(missing_ok=True)

    def load(self, key: str) -> Result | None:
        """Return a finished result, or None where there is none or it is not whole."""
        folder = self.results / key
        try:
            record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
            seconds = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
            content = (folder / "scores.npz").read_bytes()
        except (OSError, ValueError):
            return None
        if record.get("status") != "OK" or record.get("scores") != hashlib.sha256(content).hexdigest():
            return None
        return Result("OK", rows=record["rows"], seconds=seconds)

    def scores(self, key: str) -> dict[str, np.ndarray[Any, Any]]:
        """Return the stored scores of a finished cell, by ``<task>/test`` and ``<task>/validation``."""
        with np.load(self.results / key / "scores.npz", allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}

    def checksum(self, key: str) -> str:
        """SHA-256 of a finished cell's ``result.json``, which covers its rows and the checksum of its scores."""
        return hashlib.sha256((self.results / key / "result.json").read_bytes()).hexdigest()

    def failure(self, key: str) -> dict[str, Any] | None:
        """Return the noted failure of a cell: its ``status`` and ``reason``."""
        try:
            record: dict[str, Any] = json.loads((self.failures / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return record

    def cells(self) -> dict[Cell, list[str]]:
        """Every finished cell by name, with the keys under which it stands: one for each version of code or data."""
        found: dict[Cell, list[str]] = {}
        for file in sorted(self.results.glob("*/result.json")):
            try:
                cell = Cell(**json.loads(file.read_text(encoding="utf-8"))["cell"])
            except (OSError, ValueError, TypeError, KeyError):
                continue
            found.setdefault(cell, []).append(file.parent.name)
        return found

    def remembered(self, name: str) -> Any:
        """Return a remembered value of ``fingerprints.json``, or None."""
        return self._memory().get(name)

    def remember(self, name: str, value: Any) -> None:
        """Remember a value in ``fingerprints.json``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(self.folder / "fingerprints.json", _json(self._memory() | {name: value}))

    def _memory(self) -> dict[str, Any]:
        try:
            memory: dict[str, Any] = json.loads((self.folder / "fingerprints.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return memory


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, default=str) + "\n"


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(draft).replace(path)
