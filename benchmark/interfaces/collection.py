"""Check that the recordings of a dataset fit together. `Dataset.load` and the protocol `native` call it."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


def check_recordings(dataset: str, recordings: Sequence[Recording]) -> None:
    """Check that the recordings of a dataset fit together.

    Raises
    ------
    DataError
        Where there is none, one has no row, two have one name and part, a name has a part and a whole recording, or
        training and test part have other channels.
    """
    if not len(recordings):
        raise DataError(f"dataset {dataset!r} has no recording")
    known: dict[str, dict[str | None, Recording]] = {}
    for recording in recordings:
        if len(recording) == 0:
            raise DataError("has no row", recording=recording.name)
        parts = known.setdefault(recording.name, {})
        if recording.part in parts:
            what = f"{recording.part} parts" if recording.part else "recordings"
            raise DataError(
                f"two {what} of dataset {dataset!r} have this name; join their rows or give each its own name",
                recording=recording.name,
            )
        parts[recording.part] = recording
        if None in parts and len(parts) > 1:
            side = next(filter(None, parts))
            raise DataError(
                f"dataset {dataset!r} has a whole recording and a {side} part of this name; give each its own name",
                recording=recording.name,
            )
    for parts in known.values():
        if "train" in parts and "test" in parts:
            _check_channels(parts["train"], parts["test"])


def _check_channels(train: Recording, test: Recording) -> None:
    if train.channels == test.channels:
        return
    for part, other in ((train, test), (test, train)):
        if missing := [channel for channel in part.channels if channel not in other.channels]:
            raise DataError(
                f"the {part.part} part has this channel, the {other.part} part not",
                recording=test.name,
                column=missing[0],
            )
    place = next(place for place, name in enumerate(train.channels) if name != test.channels[place])
    raise DataError(
        f"channel {place + 1} of the test part; in the training part it is {train.channels[place]!r}: both need the "
        "same order (Recording.select)",
        recording=test.name,
        column=test.channels[place],
    )
