"""Telemetry of the SMAP satellite and the MSL rover (Hundman et al., KDD 2018), in the layout of telemanom."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.checksums import remote_file
from benchmark.data.packed import read_bytes
from benchmark.data.precision import compact
from benchmark.data.tables import read_csv
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

FOLDER = "smap-msl"
LABELS = "labeled_anomalies.csv"

CHANNELS = {
    "SMAP": ("telemetry", *(f"command-{number}" for number in range(1, 25))),
    "MSL": ("telemetry", *(f"command-{number}" for number in range(1, 55))),
}
"""Channels by spacecraft: one telemetry value and the one-hot coded commands of the time step."""

_NUMBERS: dict[str, dict[str, tuple[int, ...]]] = {
    "SMAP": {
        "A": (*range(1, 10),),
        "B": (1,),
        "D": (*range(1, 10), 11, 12, 13),
        "E": (*range(1, 14),),
        "F": (1, 2, 3),
        "G": (1, 2, 3, 4, 6, 7),
        "P": (1, 2, 3, 4, 7),
        "R": (1,),
        "S": (1,),
        "T": (1, 2, 3),
    },
    "MSL": {
        "C": (1, 2),
        "D": (14, 15, 16),
        "F": (4, 5, 7, 8),
        "M": (*range(1, 8),),
        "P": (10, 11, 14, 15),
        "S": (2,),
        "T": (4, 5, 8, 9, 12, 13),
    },
}
"""Every trace that has a label. T-10 has arrays and no label, so it is in neither list."""

TRACES = {
    spacecraft: tuple(sorted(f"{letter}-{number}" for letter, numbers in letters.items() for number in numbers))
    for spacecraft, letters in _NUMBERS.items()
}
"""Names of the labelled traces by spacecraft, in the order of reading and joining: sorted as text."""

DROPPED = "P-2"
"""The trace with two rows of labels; the concatenated arrays that most papers use leave it out."""

_LABELS_URL = f"https://raw.githubusercontent.com/khundman/telemanom/master/{LABELS}"
_LOGIN = (
    "sign in to Kaggle, download patrickfleith/nasa-anomaly-detection-dataset-smap-msl and put the folders train and "
    f"test of its archive (the .npy files) in {FOLDER}/ below the data folder"
)
_KNOWN_ISSUES = (
    "anomalies are late: the last one of a trace starts in its second half for 98 % of SMAP and 74 % of MSL traces",
    "many anomalies are a constant or a jump of the single telemetry channel: one line of code finds them",
    "anomalies are long, so under point adjustment one hit counts as hundreds of points",
    "telemetry is scaled with minimum and maximum of the test part",
    "the concatenated layout, which most papers use, joins unrelated traces: a window may span two of them",
    "trace T-10 has arrays and no label; it is left out",
)


@dataclass(kw_only=True)
class _Telemanom(Dataset):
    """Common base of both spacecraft.

    Parameters
    ----------
    layout : {"traces", "concatenated"}
        ``traces``: two recordings (train, test) with the trace's name for each labelled trace: 54 of SMAP and 27 of
        MSL, the numbers of traces over which per-trace evaluations average. A trace with two rows of labels has their
        union. ``concatenated``: one train and one test recording, the traces joined in sorted order without P-2, like
        the arrays that most papers share.
    """

    spacecraft: ClassVar[str]

    layout: Literal["traces", "concatenated"] = "traces"

    def files(self, root: Path) -> list[Path]:
        """Return the label table and the arrays of each trace. Raises `DataError` where one is missing."""
        arrays = (self.path(root, part, f"{trace}.npy") for part in ("train", "test") for trace in self._traces)
        return sorted((self.path(root, LABELS), *arrays))

    def read(self, root: Path) -> list[Recording]:
        """Read the arrays and label the test points ``start`` to ``end`` of each sequence, both included."""
        channels = CHANNELS[self.spacecraft]
        kinds = tuple(channel.partition("-")[0] for channel in channels)  # telemetry, or command
        table = self.path(root, LABELS)
        sequences = _sequences(table, self.spacecraft)
        halves = []
        for trace in self._traces:
            train = _array(self.path(root, "train", f"{trace}.npy"), len(channels))
            test = _array(self.path(root, "test", f"{trace}.npy"), len(channels))
            if trace not in sequences:
                raise DataError(f"has no row for trace {trace} of {self.spacecraft}", file=table)
            halves.append((train, test, _labels(sequences[trace], len(test), table)))
        if self.layout == "traces":
            return [
                recording
                for trace, (train, test, labels) in zip(self._traces, halves, strict=True)
                for recording in (
                    Recording(trace, train, channels, part="train", modalities=kinds),
                    Recording(trace, test, channels, labels=labels, part="test", modalities=kinds),
                )
            ]
        trains, tests, labels = (np.concatenate(column) for column in zip(*halves, strict=True))
        return [
            Recording(self.metadata.name, trains, channels, part="train", modalities=kinds),
            Recording(self.metadata.name, tests, channels, labels=labels, part="test", modalities=kinds),
        ]

    @property
    def _traces(self) -> tuple[str, ...]:
        names = TRACES[self.spacecraft]
        return names if self.layout == "traces" else tuple(name for name in names if name != DROPPED)


def _metadata(spacecraft: str, **facts: Any) -> Metadata:
    return Metadata(
        source="https://github.com/khundman/telemanom",
        licence="Caltech, BSD-style",
        folder=FOLDER,
        files=(
            remote_file(f"{FOLDER}/{LABELS}", _LABELS_URL),
            *(
                remote_file(f"{FOLDER}/{part}/{trace}.npy")
                for part in ("train", "test")
                for trace in TRACES[spacecraft]
            ),
        ),
        login=_LOGIN,
        channels=len(CHANNELS[spacecraft]),
        label="a test point inside a sequence that mission engineers marked as anomalous",
        vus_window=100,  # one window of the usual length; the median anomaly has 146 (SMAP) and 121 (MSL) points
        period="not stated: time is anonymised",
        **facts,
    )


@dataclass(kw_only=True)
class SMAP(_Telemanom):
    """Telemetry of the NASA satellite SMAP: 54 labelled traces of 25 channels.

    Parameters
    ----------
    layout : {"traces", "concatenated"}
        ``traces``: a train and a test recording for each trace; P-2, with two rows of labels, has their union.
        ``concatenated``: one train and one test recording without P-2, 135,183 and 427,617 points, 12.79 % of the
        latter anomalous.

    References
    ----------
    K. Hundman et al., Detecting spacecraft anomalies using LSTMs and nonparametric dynamic thresholding, KDD 2018.
    """

    spacecraft: ClassVar[str] = "SMAP"
    metadata: ClassVar[Metadata] = _metadata(
        "SMAP",
        name="smap",
        title="NASA SMAP telemetry",
        anomaly_share=0.1284,
        known_issues=(
            *_KNOWN_ISSUES,
            "trace P-2 has two rows of labels, [5300, 6420] and [5350, 6575]: the layout traces takes their union, "
            "the layout concatenated drops the trace (12.79 % anomalous without it)",
        ),
    )


@dataclass(kw_only=True)
class MSL(_Telemanom):
    """Telemetry of the NASA rover MSL (Curiosity): 27 labelled traces of 55 channels.

    Parameters
    ----------
    layout : {"traces", "concatenated"}
        ``traces``: a train and a test recording for each trace. ``concatenated``: one train and one test
        recording, 58,317 and 73,729 points, 10.53 % of the latter anomalous.

    References
    ----------
    K. Hundman et al., Detecting spacecraft anomalies using LSTMs and nonparametric dynamic thresholding, KDD 2018.
    """

    spacecraft: ClassVar[str] = "MSL"
    metadata: ClassVar[Metadata] = _metadata(
        "MSL",
        name="msl",
        title="NASA MSL telemetry",
        anomaly_share=0.1053,
        known_issues=_KNOWN_ISSUES,
    )


def _array(path: Path, width: int) -> NDArray[np.floating[Any]]:
    """Read one (T, width) array of finite numbers, without unpickling anything."""
    content = read_bytes(path)
    try:
        array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, MemoryError) as error:
        raise DataError(f"not a readable .npy array of numbers: {error}", file=path) from None
    if array.ndim != 2 or array.shape[1] != width or not len(array) or array.dtype.kind not in "fiu":
        raise DataError(
            f"holds a {array.dtype} array of shape {array.shape}; expected numbers of shape (T, {width})", file=path
        )
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        row, column = map(int, bad[0])
        raise DataError(f"{array[row, column]} is not a finite number", file=path, row=row + 1, column=column + 1)
    return compact(array.astype(np.float64, copy=False))


@dataclass(frozen=True)
class _Sequences:
    """One row of the label table: anomalous intervals of a trace, both ends included, and its number of points."""

    intervals: tuple[tuple[int, int], ...]
    length: int
    row: int


def _sequences(path: Path, spacecraft: str) -> dict[str, list[_Sequences]]:
    """Read the rows of one spacecraft from the label table, by trace."""
    columns = {"chan_id": pl.String, "spacecraft": pl.String, "anomaly_sequences": pl.String, "num_values": pl.Int64}
    table = read_csv(path, columns)
    sequences: dict[str, list[_Sequences]] = {}
    for row, (trace, craft, text, length) in enumerate(table.iter_rows(), 2):
        if craft not in TRACES:
            raise DataError(f"{craft!r} is neither SMAP nor MSL", file=path, row=row, column="spacecraft")
        if craft == spacecraft:
            sequences.setdefault(trace, []).append(_Sequences(_intervals(text, path, row), length, row))
    return sequences


def _intervals(text: str | None, path: Path, row: int) -> tuple[tuple[int, int], ...]:
    """Read ``[[start, end], …]``."""
    try:
        intervals = tuple((start, end) for start, end in json.loads(text or ""))
        if all(isinstance(end, int) for interval in intervals for end in interval):
            return intervals
    except (ValueError, TypeError):
        pass
    problem = f"{text!r} is not of the form [[start, end], …]"
    raise DataError(problem, file=path, row=row, column="anomaly_sequences")


def _labels(sequences: list[_Sequences], length: int, path: Path) -> NDArray[np.bool_]:
    """Mask of the test points of a trace: the union of its intervals."""
    labels = np.zeros(length, np.bool_)
    for sequence in sequences:
        if sequence.length != length:
            problem = f"says {sequence.length} test points; the test array has {length}"
            raise DataError(problem, file=path, row=sequence.row, column="num_values")
        for start, end in sequence.intervals:
            if not 0 <= start <= end < length:
                problem = f"sequence [{start}, {end}] is not inside the {length} test points"
                raise DataError(problem, file=path, row=sequence.row, column="anomaly_sequences")
            labels[start : end + 1] = True
    return labels
