"""The protocol of the paper on threat detection: who sees which attacks, and in which form.

Detectors without labels train on normal points alone, and their thresholds come from held-out normal points. Detectors
with labels also get attacks of known kinds. Scenarios:

``known-kind``
    Attacks of every kind that the training data hold are in training. One task; `cloudtrail` has one for each block.
``unseen-kind``
    Each kind of attack in turn is left out of everything but the test: one task for each kind. In `cloudtrail` the
    techniques of the tested block are left out together, one task for each block. A detector without labels sees the
    same training data in both scenarios.
``coverage``
    The events of techniques alone, one task for each: what rules match (`benchmark.protocols.threat.coverage`). For
    ``cloudtrail[source=stratus]``; no other parameter has an effect.

`benchmark.protocols.threat.division` says for each dataset which points are for training, validation and test.
`benchmark.protocols.threat.encoding` says how they become numbers, learnt from normal training points alone, and
`benchmark.protocols.threat.context` what a CloudTrail event takes from the events before it. The raw form stays beside
the numbers and reaches only a detector that declares it (`Detector.reads_raw`).

Labelled validation has both classes wherever the validation points hold an attack; the kind that is left out is never
among them. Groupings of the test attacks, each measured against all normal test points: ``kind``; ``novelty``, that is
``known`` or ``unseen`` in the training data of detectors with labels; ``incident``, where a dataset has incidents (an
incident of ADFA-LD, an execution of CloudTrail), for intervals over incidents instead of points; and in ADFA-LD
``process``: ``recurring`` where the number of the process occurs under two or more kinds of the dataset, else ``own``.
Traces of recurring processes are of the server's daily work for the most part, and the processes are in training under
other kinds, so that only ``own`` tests what is new. ``unit`` holds what a recall is averaged over, so that a flood of
ten thousand connections does not count ten thousand times: incidents where there are incidents, else kinds, with the
novelty before the name (``known: satan``).

Thresholds come from budgets of false alarms (`BUDGETS`), cut from held-out normal points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.errors import DataError, ParameterError, UnknownNameError
from benchmark.interfaces.protocol import Grouping, Protocol, Task
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat import division
from benchmark.protocols.threat.context import with_context
from benchmark.protocols.threat.coverage import coverage_tasks
from benchmark.protocols.threat.division import Division, attacks, kinds
from benchmark.protocols.threat.encoding import NgramEncoder, TypedEncoder
from benchmark.protocols.threat.probes import Known, probes_named

BLOCK, PROCESS = "block", "process"

BUDGETS = (0.001, 0.01, 0.05)
"""Budgets of false alarms, shares of normal points."""


@dataclass(kw_only=True)
class Threat(Protocol):
    """Threat detection: normal points to train on, attacks of known and of unseen kinds to find.

    The module describes scenarios and groupings.

    Parameters
    ----------
    scenario : {"known-kind", "unseen-kind", "coverage"}
        Whether attacks of the tested kind are in the training data of detectors with labels; or ``coverage``.
    kind : str
        In ``unseen-kind``: leave out this kind only, by its name; empty for each in turn. Not for `cloudtrail`.
    features : {"all", "numbers"}
        ``numbers``: no categories and no sequences. In `adfa-ld` this leaves the number of calls and of different
        calls: the control that length alone would give.
    rare : int
        Smallest number of normal training points of a category that gets a column of its own.
    ngram : int
        Symbols of a run, where sequences are encoded (`adfa-ld`).
    buckets : int
        Columns of the hashed runs.
    copies : {"drop", "keep"}
        Whether a trace of `adfa-ld` that repeats an earlier one call by call is left out.
    rows : int
        Size of a random sample of each dataset but `cloudtrail`, whose events have an order: about so many points over
        all parts, kind by kind in their shares, at least five of a kind; 0 takes all.
    training_rows : int
        Largest number of training points, drawn like ``rows``; 0 takes all. Validation and test are never cut by it.
    probe : {"", "evasion", "explanation", "latency"}
        What each fitted detector is asked besides (`benchmark.protocols.threat.probes`); empty for nothing. It changes
        neither data nor scores.
    """

    seed_name: ClassVar[str] = "Threat"
    datasets: ClassVar[tuple[str, ...]] = ("nsl-kdd", "adfa-ld", "cloudtrail")

    scenario: Literal["known-kind", "unseen-kind", "coverage"] = "known-kind"
    kind: str = ""
    features: Literal["all", "numbers"] = "all"
    rare: Annotated[int, Field(ge=1)] = 10
    ngram: Annotated[int, Field(ge=1, le=8)] = 3
    buckets: Annotated[int, Field(ge=16, le=2048)] = 512
    copies: Literal["drop", "keep"] = "drop"
    rows: Annotated[int, Field(ge=0)] = 0
    training_rows: Annotated[int, Field(ge=0)] = 0
    probe: Literal["", "evasion", "explanation", "latency"] = ""

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make the tasks of a seed; see `Protocol.tasks`.

        Raises
        ------
        DataError
            If the recordings are not those of a dataset of this protocol.
        ParameterError
            If ``kind`` is given and no kind is left out by name, or ``coverage`` is asked of another dataset.
        UnknownNameError
            If ``kind`` is no kind that can be left out.
        """
        if self.kind and (self.scenario != "unseen-kind" or dataset == "cloudtrail"):
            raise ParameterError("threat: kind belongs to scenario=unseen-kind of nsl-kdd or adfa-ld")
        if len(recordings) != (1 if dataset == "cloudtrail" else 2) or any(one.raw is None for one in recordings):
            raise DataError(f"the protocol threat needs the recordings of {dataset!r} as its reader gives them")
        if self.scenario == "coverage":
            if dataset != "cloudtrail":
                raise ParameterError("threat: scenario=coverage is for cloudtrail[source=stratus]")
            return coverage_tasks(recordings[0])
        return [self._task(dataset, one, seed) for one in self._divisions(dataset, recordings, seed)]

    def _divisions(self, dataset: str, recordings: list[Recording], seed: int) -> Iterator[Division]:
        generator = self.generator(dataset, seed, "split")
        if dataset == "cloudtrail":
            (recording,) = recordings
            if recording.time is None or not attacks(recording).any() or attacks(recording).all():
                raise DataError(
                    f"{recording.name!r} has no benign events beside attacks in order of time. Events of attacks alone "
                    "need scenario=coverage"
                )
            block = division.blocks(recording)
            recording = replace(recording, covariates={**recording.covariates, BLOCK: block})
            yield from division.of_blocks(recording, block, generator, leave_out=self.scenario == "unseen-kind")
            return
        train, test = self._sampled(dataset, recordings[0], recordings[1], seed)
        if dataset == "adfa-ld":
            train, test = (division.with_processes(part, recordings[1]) for part in (train, test))
        if dataset == "nsl-kdd":
            whole = division.of_connections(train, test, generator)
            if self.scenario == "known-kind":
                yield whole
                return
            for kind in self._left_out(division.kinds_to_leave_out(whole)):
                yield whole.without(kind)
            return
        names = [""]
        if self.scenario == "unseen-kind":
            names = self._left_out([str(name) for name in np.unique(kinds(test)[attacks(test)])])
        for name in names:
            # The same draws for each kind, so that normal points are divided in the same way.
            yield division.of_traces(train, test, name, self.generator(dataset, seed, "split"))

    def _sampled(self, dataset: str, train: Recording, test: Recording, seed: int) -> tuple[Recording, Recording]:
        if dataset == "adfa-ld" and self.copies == "drop":
            train, test = division.without_copies(train, test)
        if self.rows:
            share = self.rows / (len(train) + len(test))
            generator = self.generator(dataset, seed, "sample")
            train, test = (division.sampled(part, round(share * len(part)), generator) for part in (train, test))
        return train, test

    def _left_out(self, known: list[str]) -> list[str]:
        if self.kind and self.kind not in known:
            raise UnknownNameError("kind of attack that can be left out", self.kind, known)
        return [self.kind] if self.kind else known

    def _task(self, dataset: str, divided: Division, seed: int) -> Task:
        train, validation, test = divided.train, divided.validation, divided.test
        if self.training_rows:
            train = division.sampled(train, self.training_rows, self.generator(dataset, seed, "training rows"))
        trained = np.unique(kinds(train)[attacks(train)])
        normal, held_out = (part.take(~attacks(part)) for part in (train, validation))
        parts = [train, validation, test, normal, held_out]
        if dataset == "cloudtrail":
            parts = [with_context(part, part.covariates[BLOCK]) for part in parts]
        encoder = self._encoder(dataset, parts[3])
        train, validation, test, normal, held_out = (encoder.apply(part) for part in parts)
        return Task(
            divided.name,
            train,
            validation,
            normal.unlabelled(),
            held_out.unlabelled(),
            test,
            groupings=_groupings(test, trained, listed=dataset == "cloudtrail"),
            hidden_validation_labels=np.zeros(len(held_out), bool),
            budgets=BUDGETS,
            probes=probes_named(self.probe, Known(dataset, train, validation, test, encoder)),
        )

    def _encoder(self, dataset: str, normal: Recording) -> TypedEncoder | NgramEncoder:
        if dataset == "adfa-ld" and self.features == "all":
            return NgramEncoder(self.ngram, self.buckets)
        return TypedEncoder.fit(normal, self.rare, categories=self.features == "all")


def _groupings(test: Recording, trained: NDArray[np.str_], *, listed: bool) -> dict[str, Grouping]:
    """Divide the test attacks by kind, by whether the kind is in training, by incident (listed or not), and by unit."""
    novelty = np.where(np.isin(kinds(test), trained), "known", "unseen")
    columns = {"kind": kinds(test), "novelty": novelty}
    columns |= {name: test.covariates[name] for name in ("incident", PROCESS) if name in test.covariates}
    units = columns.get("incident", columns["kind"])
    columns["unit"] = np.array([f"{new}: {unit}" for new, unit in zip(novelty, units, strict=True)])
    return {name: _grouping(column, attacks(test), listed and name == "incident") for name, column in columns.items()}


def _grouping(column: NDArray[np.str_], attack: NDArray[np.bool_], listed: bool) -> Grouping:
    names = np.unique(column[attack])
    index = np.where(attack, np.searchsorted(names, column), -1)
    return Grouping(index.astype(np.int8), tuple(str(name) for name in names), with_normal=True, listed=listed)
