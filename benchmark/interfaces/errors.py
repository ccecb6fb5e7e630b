"""Every error that a user can cause, each with one message that says what to do.

The command line prints the message alone, without a traceback, and leaves with exit code 2.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class BenchmarkError(Exception):
    """An error in the input, not in the program."""


class UnknownNameError(BenchmarkError):
    """A name that nothing is registered under."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.name = name
        known = sorted(known)
        close = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(known) or 'none'}"
        super().__init__(f"unknown {kind} {name!r}: {hint}")


class ParameterError(BenchmarkError):
    """A parameter that does not exist, or a value that it cannot take."""


class PluginError(BenchmarkError):
    """A registered class that cannot be imported, or a name that two files register."""


class DataError(BenchmarkError):
    """A data file that is missing or not what its format says.

    Parameters
    ----------
    problem : str
        The fault, and what would be right.
    file : path, optional
        The file at fault.
    recording : str, optional
        Name of the recording at fault.
    row : int, optional
        Line of a text file or row of a table or recording, counted from 1 with the header as row 1 where there is one.
    column : str, optional
        Name (or number, from 1, where columns have no names) of the column or channel at fault.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: Path | str | None = None,
        recording: str | None = None,
        row: int | None = None,
        column: str | int | None = None,
    ) -> None:
        self.problem, self.file, self.recording, self.row, self.column = problem, file, recording, row, column
        place = [str(file)] if file is not None else []
        place += [f"recording {recording!r}"] if recording is not None else []
        place += [f"row {row}"] if row is not None else []
        place += [f"column {column!r}" if isinstance(column, str) else f"column {column}"] if column is not None else []
        super().__init__(f"{', '.join(place)}: {problem}" if place else problem)

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders; the default would call __init__ with the composed message.
        place = {"file": self.file, "recording": self.recording, "row": self.row, "column": self.column}
        return (_rebuild_data_error, (self.problem, place))


def _rebuild_data_error(problem: str, place: dict[str, Any]) -> DataError:
    return DataError(problem, **place)


class DivergedError(Exception):
    """Training that ended without a usable model: the cell gets status ``DIVERGED`` and this reason."""
