"""Files between this process and that of a detector: requests go there, outputs come back.

What comes back is read as plain arrays and JSON, so that nothing of the detector's runs here.
"""

from __future__ import annotations

import copyreg
import io
import json
import pickle
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import numpy as np

from benchmark.engine.ask import Asked
from benchmark.engine.detect import Output
from benchmark.engine.fits import Request
from benchmark.interfaces.errors import DataError

_PLAIN = "biuf"


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


class Pickler(pickle.Pickler):
    """Writes read-only mappings, too."""

    dispatch_table = copyreg.dispatch_table.copy()
    dispatch_table[MappingProxyType] = lambda mapping: (_read_only, (dict(mapping),))


def write_request(request: Request | tuple[Any, ...], file: Path) -> None:
    """Write what a detector may see: a request, or the arguments of a call."""
    with file.open("wb") as stream:
        Pickler(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(request)


def read_request(file: Path) -> Any:
    """Read it, in the detector's process, with arrays that cannot be written to."""
    request = pickle.loads(file.read_bytes())
    freeze(request)
    return request


def freeze(value: Any, seen: set[int] | None = None) -> None:
    """Make every array of a dataclass or tuple read-only, at any depth, as `benchmark.engine.tasks` does."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, dict | MappingProxyType):
        for part in value.values():
            freeze(part, seen)
    elif isinstance(value, tuple):
        for part in value:
            freeze(part, seen)
    elif hasattr(value, "__dataclass_fields__"):
        for part in vars(value).values():
            freeze(part, seen)


def write_output(output: Output, file: Path) -> None:
    """Write the output of a detector, in its process.

    Raises
    ------
    DataError
        Where an array does not hold numbers or booleans.
    """
    arrays = {name: np.asarray(values) for name, values in output.arrays.items()}
    for name, array in arrays.items():
        if array.dtype.kind not in _PLAIN:
            raise DataError(f"{name} holds {array.dtype}; it must hold numbers or booleans")
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    facts: dict[str, Any] = {"diagnostics": output.diagnostics, "seconds": output.seconds}
    if isinstance(output, Asked):
        facts |= {"answers": output.answers, "measured": output.measured}
    file.with_suffix(".json").write_text(json.dumps(facts, default=str), encoding="utf-8")
    file.write_bytes(content.getvalue())


def read_output(file: Path) -> Output:
    """Read it.

    Raises
    ------
    DataError
        If the file is not what `write_output` writes.
    """
    try:
        facts = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as archive:
            parts = {name: archive[name] for name in archive.files}, facts["diagnostics"], facts["seconds"]
        return Asked(*parts, facts["answers"], facts["measured"]) if "answers" in facts else Output(*parts)
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise DataError("the detector's process gave no output that can be read") from error
