"""The traces of ADFA-LD: reading the archive."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.data.adfa_ld.calls import NUMBERS
from benchmark.interfaces.errors import DataError

NORMAL = "normal"

TRAINING, VALIDATION, ATTACKS = "Training_Data_Master", "Validation_Data_Master", "Attack_Data_Master"
"""Folders of the archive: normal traces for training, normal traces for validation, attacks by incident."""

KINDS = ("Adduser", "Hydra_FTP", "Hydra_SSH", "Java_Meterpreter", "Meterpreter", "Web_Shell")
"""The six kinds of attack, as their folders are named."""

_INCIDENT = re.compile(r"\w+_\d+")


class Trace(NamedTuple):
    """One process: its file, its folder, the incident (``Adduser_3``; empty where normal) and its calls."""

    file: str
    folder: str
    incident: str
    calls: NDArray[np.int16]

    @property
    def kind(self) -> str:
        """Kind of attack, or ``normal``."""
        return self.incident.rpartition("_")[0] if self.incident else NORMAL

    @property
    def process(self) -> str:
        """Number of the process of an attack's trace, from the name of its file; empty where normal."""
        return PurePosixPath(self.file).stem.rpartition("-")[2] if self.incident else ""


def recurring(traces: Sequence[Trace]) -> set[str]:
    """Process numbers that occur in incidents of two or more kinds."""
    kinds: dict[str, set[str]] = {}
    for one in traces:
        if one.incident:
            kinds.setdefault(one.process, set()).add(one.kind)
    return {process for process, found in kinds.items() if len(found) > 1}


def read_traces(path: Path) -> list[Trace]:
    """Read the traces of an archive, in the order training, validation, attacks, each by name.

    Parameters
    ----------
    path : path
        The archive; its three folders may lie below any other.

    Raises
    ------
    DataError
        No archive, a folder or a kind that is missing, a trace that is empty or holds anything but call numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [place for name in archive.namelist() if (place := _place(name)) is not None]
            traces = [
                Trace(name, folder, incident, _calls(archive.read(name), name, path))
                for name, folder, incident in members
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DataError(f"not a readable archive ({error}); download it again", file=path) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", file=path) from None
    for folder in (TRAINING, VALIDATION, ATTACKS):
        if not any(one.folder == folder for one in traces):
            raise DataError(f"holds no trace in a folder {folder}", file=path)
    order = (TRAINING, VALIDATION, ATTACKS)
    return sorted(traces, key=lambda one: (order.index(one.folder), one.file))


def _place(name: str) -> tuple[str, str, str] | None:
    """Member, folder and incident of a trace; None for any other member."""
    parts = PurePosixPath(name).parts
    if not name.endswith(".txt") or parts[-1].startswith("."):
        return None
    for folder in (TRAINING, VALIDATION):
        if len(parts) > 1 and parts[-2] == folder:
            return name, folder, ""
    if len(parts) > 2 and parts[-3] == ATTACKS and _INCIDENT.fullmatch(parts[-2]):
        return name, ATTACKS, parts[-2]
    return None


def _calls(content: bytes, name: str, path: Path) -> NDArray[np.int16]:
    """Read call numbers that are separated by white space."""
    if content.translate(None, b"0123456789 \t\r\n"):
        words = content.split()
        number = next(i for i, word in enumerate(words) if not word.isdigit())
        word = words[number].decode(errors="replace")
        raise DataError(f"{name}: {word!r} is not the number of a call", file=path, column=number + 1)
    words = content.split()
    if not words:
        raise DataError(f"{name}: holds no call", file=path)
    texts = np.array(words)
    numbers = texts.astype("S6").astype(np.int32)  # six digits show that a number is too high
    if (high := np.flatnonzero((numbers >= NUMBERS) | (np.char.str_len(texts) > 6))).size:
        word = words[high[0]].decode()
        problem = f"{name}: {word} is above {NUMBERS - 1}, the highest number of a call"
        raise DataError(problem, file=path, column=int(high[0]) + 1)
    return numbers.astype(np.int16)
