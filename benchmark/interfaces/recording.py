"""A recording: one table of telemetry with channels as columns and points as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.checks import (
    check_part,
    checked_covariate,
    checked_groups,
    checked_labels,
    checked_names,
    checked_time,
    checked_values,
)
from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.interfaces.raw import Raw

FloatArray = NDArray[np.float32]
_EMPTY: Mapping[str, NDArray[Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Recording:
    """Telemetry of one source: T points of C channels.

    Its columns are checked when it is made (`benchmark.interfaces.checks`), so that nothing else has to.

    Parameters
    ----------
    name : str
        Name of the source (a machine, a pod, a trace).
    values : ndarray of float32 or float64, shape (T, C)
        One row per point and one column per channel, in the channel's own unit; NaN where the value is missing, never
        infinite. They keep their precision. Whole numbers become float32 where that is exact, else float64.
    channels : tuple of str, length C
        Channel names, each once.
    labels : ndarray of bool, shape (T,), optional
        True where a point is anomalous under the dataset's own label. Numbers 0 and 1 become booleans. Unsupervised
        detectors never receive it.
    groups : ndarray of int64, shape (T,), optional
        Rows of equal number belong together (a collection, a job), so that a split can keep them on one side.
    time : ndarray of int64, shape (T,), optional
        Time of each point in microseconds since the recording's own origin. Never a feature. It increases from row to
        row where ``sequential``.
    covariates : mapping of str to ndarray, shape (T,)
        Further named columns: other labels (``label:<name>``), load measures, event types.
    sequential : bool
        True where row order is time, so that a window of consecutive rows has a meaning.
    part : {"train", "test"}, optional
        Side of the publisher's split to which this recording belongs; None where the publisher does not split.
    modalities : tuple of str, length C or 0
        Kind of quantity of each channel (``command``, ``telemetry``); empty where the dataset does not say.
    dependencies : ndarray of bool, shape (C, C), optional
        True where channel i truly depends on channel j. Only evaluation uses it; no detector receives it.
    raw : Raw, optional
        Typed columns, sequences or documents behind the values, without labels. A protocol encodes them. They reach
        only a detector that declares it; see `encoded`.

    Raises
    ------
    DataError
        Where a column is not what is said above; it names the recording, the row (from 1) and the channel or column.
    """

    name: str
    values: FloatArray
    channels: tuple[str, ...]
    labels: NDArray[np.bool_] | None = None
    groups: NDArray[np.int64] | None = None
    time: NDArray[np.int64] | None = None
    covariates: Mapping[str, NDArray[Any]] = field(default_factory=lambda: _EMPTY)
    sequential: bool = True
    part: str | None = None
    modalities: tuple[str, ...] = ()
    dependencies: NDArray[np.bool_] | None = None
    raw: Raw | None = None

    def __post_init__(self) -> None:
        name = self.name
        channels = checked_names(name, self.channels)
        values = checked_values(name, self.values, channels)
        points = len(values)
        check_part(name, self.part)
        if len(self.modalities) not in (0, len(channels)):
            raise DataError(f"{len(self.modalities)} modalities for {len(channels)} channels", recording=name)
        if self.dependencies is not None and self.dependencies.shape != (len(channels),) * 2:
            raise DataError(f"dependencies {self.dependencies.shape} do not fit the channels", recording=name)
        checked: dict[str, Any] = {"channels": channels, "values": values}
        if self.labels is not None:
            checked["labels"] = checked_labels(name, self.labels, points)
        if self.groups is not None:
            checked["groups"] = checked_groups(name, self.groups, points)
        if self.time is not None:
            checked["time"] = checked_time(name, self.time, points, self.sequential)
        for covariate, column in self.covariates.items():
            checked_covariate(name, column, covariate, points)
        if self.raw is not None and len(self.raw) != points:
            raise DataError(f"a raw form of {len(self.raw)} points does not fit {points} points", recording=name)
        for field_name, column in checked.items():
            object.__setattr__(self, field_name, column)

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def take(self, rows: NDArray[Any] | slice) -> Recording:
        """Return the given rows (a slice, an index array or a mask) of every column."""

        def cut(column: NDArray[Any] | None) -> Any:
            return None if column is None else column[rows]

        return replace(
            self,
            values=self.values[rows],
            labels=cut(self.labels),
            groups=cut(self.groups),
            time=cut(self.time),
            covariates={name: column[rows] for name, column in self.covariates.items()},
            raw=None if self.raw is None else self.raw.take(rows),
        )

    def select(self, channels: tuple[str, ...]) -> Recording:
        """Return the same points with these channels only, in this order. The raw form stays whole."""
        unknown = [channel for channel in channels if channel not in self.channels]
        if unknown:
            raise UnknownNameError(f"channel of {self.name!r}", unknown[0], self.channels)
        columns = [self.channels.index(channel) for channel in channels]
        return replace(
            self,
            values=np.ascontiguousarray(self.values[:, columns]),
            channels=channels,
            modalities=tuple(self.modalities[column] for column in columns) if self.modalities else (),
            dependencies=None if self.dependencies is None else self.dependencies[np.ix_(columns, columns)],
        )

    def unlabelled(self) -> Recording:
        """Return the view of a detector without labels: values, channels, their kinds, and the raw form."""
        return Recording(
            self.name, self.values, self.channels, sequential=self.sequential, modalities=self.modalities, raw=self.raw
        )

    def labelled(self) -> Recording:
        """Return the view of a supervised detector: values, channels, their kinds and labels."""
        return replace(self.unlabelled(), labels=self.labels)

    def encoded(self) -> Recording:
        """Return the view of a detector that reads values only: without the raw form."""
        return self if self.raw is None else replace(self, raw=None)


def fingerprint(recordings: Sequence[Recording]) -> str:
    """Hash the parsed content of a dataset (SHA-256, hex): every value, label, group, time, covariate and raw form.

    Two files that parse to the same content have the same fingerprint; one changed cell changes it. Keys of results,
    receipts, ``data describe``, ``data verify`` and the check of twins all use this function.
    """
    digest = hashlib.sha256()
    for recording in recordings:
        header = (recording.name, recording.channels, recording.sequential, recording.part, len(recording))
        digest.update(repr(header).encode())
        if recording.modalities:
            digest.update(repr(recording.modalities).encode())
        columns = {
            "values": recording.values,
            "labels": recording.labels,
            "groups": recording.groups,
            "time": recording.time,
            "dependencies": recording.dependencies,
            **dict(sorted(recording.covariates.items())),
            **({} if recording.raw is None else recording.raw.arrays()),
        }
        for name, column in columns.items():
            if column is not None:
                digest.update(f"{name}:{column.dtype.str}:{column.shape}".encode())
                if column.dtype.kind == "O":
                    raise TypeError(f"{recording.name}: column {name} has no fixed width")
                digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()
