"""The protocol for datasets with a published split, or with an order in time to split by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from benchmark.interfaces.collection import check_recordings
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.protocol import Protocol, Task
from benchmark.interfaces.recording import Recording
from benchmark.protocols import split
from benchmark.protocols.impute import Imputer


@dataclass(kw_only=True)
class Native(Protocol):
    """One task per recording: the publisher's train and test parts if there are any, else a 60/20/20 split.

    Where the publisher splits, validation is the last part of training in time. Where the training part has no labels,
    validation has none either, so supervised detectors cannot be fitted. Elsewhere the rows of a recording are split
    60/20/20 in time, or as close to it as whole groups allow.

    Parameters
    ----------
    by : {"time", "group"}
        How a recording without parts is split: in time order, or by whole groups (jobs, collections).
    test : {"last", "first"}
        End of a recording without parts that is the test part of a split by time. ``first`` is for recordings whose
        anomalies are at their start (`nezha`); validation and training then follow in time.
    validation : float
        Share of the published training part that is held out for validation.
    """

    seed_name: ClassVar[str] = "Native"
    by: Literal["time", "group"] = "time"
    test: Literal["last", "first"] = "last"
    validation: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.2

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make one task per recording; see `Protocol.tasks`.

        Raises
        ------
        DataError
            If the recordings do not fit together (`check_recordings`), or one has a training or a test part without the
            other, no labels, or no groups to split by.
        """
        check_recordings(dataset, recordings)
        trained = {recording.name for recording in recordings if recording.part == "train"}
        tests = {recording.name: recording for recording in recordings if recording.part == "test"}
        if untrained := [name for name in tests if name not in trained]:
            raise DataError(f"recording {untrained[0]!r} of {dataset!r} has a test part and no training part")
        tasks = []
        for recording in recordings:
            if recording.part == "train":
                if recording.name not in tests:
                    raise DataError(f"recording {recording.name!r} of {dataset!r} has a training part and no test part")
                cut = len(recording) - max(1, round(self.validation * len(recording)))
                parts = [recording.take(slice(cut)), recording.take(slice(cut, None)), tests[recording.name]]
            elif recording.part is None:
                parts = self._split(dataset, recording, seed)
            else:
                continue
            imputer = Imputer.fit(parts[0])
            train, validation, test = (imputer.apply(part) for part in parts)
            tasks.append(
                Task(
                    name=recording.name,
                    train=train,
                    validation=validation,
                    train_unlabelled=train.unlabelled(),
                    validation_unlabelled=validation.unlabelled(),
                    test=test,
                    hidden_validation_labels=validation.labels,
                )
            )
        return tasks

    def _split(self, dataset: str, recording: Recording, seed: int) -> list[Recording]:
        if recording.labels is None:
            raise DataError(f"{recording.name!r} of {dataset!r} has no labels to evaluate against")
        if self.by == "group":
            if recording.groups is None:
                raise DataError(f"{recording.name!r} of {dataset!r} has no groups; use by=time")
            generator = self.generator(dataset, seed, f"split {recording.name}")
            rows = split.by_group(recording.groups, recording.labels, split.SHARES, generator)
            return [recording.take(part) for part in rows]
        if recording.time is not None and not recording.sequential:
            recording = recording.take(recording.time.argsort(kind="stable"))
        if self.test == "first":
            test, validation, train = split.in_time(len(recording), split.SHARES[::-1])
            return [recording.take(train), recording.take(validation), recording.take(test)]
        return [recording.take(part) for part in split.in_time(len(recording), split.SHARES)]
