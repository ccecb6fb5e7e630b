"""A health card: properties of a dataset that are known to make results look better than they are.

The checks follow R. Wu and E. J. Keogh, "Current Time Series Anomaly Detection Benchmarks are Flawed and are Creating
the Illusion of Progress" (IEEE TKDE, 2021): triviality, density and position of the anomalies, and copies across the
split. Thresholds here are oracles: they are chosen on the labels, so their F1 is an upper bound for a one-line rule
and never a result of a detector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.metrics.ranking import f1_oracle
from benchmark.metrics.sweep import ThresholdSweep
from benchmark.quality.raw_form import category_scores, row_hashes


@dataclass(frozen=True)
class OneLiner:
    """The best result of one threshold on one channel, chosen with the labels.

    With two or three rules per channel, many channels and few anomalous points, it is high by chance.

    Parameters
    ----------
    f1_oracle, auc_roc : float
        Best point-wise F1 over all thresholds and best area under the ROC curve, each over all channels and
        transforms; the two may come from different ones. In [0, 1].
    f1_rule, auc_rule : str
        The rule behind each: ``channel``, ``-channel``, ``|diff(channel)|``, the change since the point before, or
        ``category of column``, the share of anomalies in each category of a column of the raw form.
    f1_flag_all : float
        F1 of flagging every point, 2p / (1 + p) for a share p of anomalies.
    """

    f1_oracle: float
    f1_rule: str
    auc_roc: float
    auc_rule: str
    f1_flag_all: float


@dataclass(frozen=True)
class RecordingHealth:
    """Health of one recording. Shares are in [0, 1]; None where a check does not apply.

    Parameters
    ----------
    name : str
        Name of the recording.
    part : {"train", "test"}, optional
        Side of the publisher's split.
    points, channels : int
        Shape of the values.
    span_us : int, optional
        Latest minus earliest time, in microseconds; None without time stamps.
    missing : float
        Share of missing values.
    constant : tuple of str
        Channels with at most one distinct value.
    duplicates : float
        Share of points whose values repeat an earlier point of the recording.
    seen_in_train : float, optional
        For a test part: share of its points whose values also occur in the train part of the same name.
    anomalous : float, optional
        Share of anomalous points; None without labels.
    events : int, optional
        Runs of consecutive anomalous points, cut at the border of a group; None where rows have no order.
    longest_event : float, optional
        Share of the anomalous points that are in the longest event.
    position : float, optional
        Mean position of anomalous points from 0 (first point) to 1 (last), within their group where rows are grouped;
        0.5 is unbiased, near 1 is run-to-failure.
    last_third : float, optional
        Share of the anomalous points in the last third; 1/3 is unbiased.
    one_liner : OneLiner, optional
        Triviality; None where the recording lacks normal or anomalous points.
    """

    name: str
    part: str | None
    points: int
    channels: int
    span_us: int | None
    missing: float
    constant: tuple[str, ...]
    duplicates: float
    seen_in_train: float | None
    anomalous: float | None
    events: int | None
    longest_event: float | None
    position: float | None
    last_third: float | None
    one_liner: OneLiner | None


@dataclass(frozen=True)
class HealthCard:
    """Health of a dataset; `dataclasses.asdict` converts it for JSON.

    Parameters
    ----------
    dataset : str
        Registered name.
    points : int
        Points of all recordings.
    missing, duplicates : float
        Shares over all recordings, weighted by their size.
    seen_in_train : float, optional
        Share over all test parts, weighted by points; None where the publisher does not split.
    anomalous : float, optional
        Share of anomalous points among labelled ones; in the test parts only where the publisher splits, as in
        `Metadata.anomaly_share`.
    anomalous_published : float, optional
        The share in the metadata.
    constant : tuple of str
        Channels that are constant in every recording that has them.
    recordings : tuple of RecordingHealth
        The recordings, in the order of loading.
    """

    dataset: str
    points: int
    missing: float
    duplicates: float
    seen_in_train: float | None
    anomalous: float | None
    anomalous_published: float | None
    constant: tuple[str, ...]
    recordings: tuple[RecordingHealth, ...]


def health(recordings: list[Recording], metadata: Metadata) -> HealthCard:
    """Examine the recordings of a dataset.

    Parameters
    ----------
    recordings : list of Recording
        All recordings of one variant.
    metadata : Metadata
        Facts of the dataset.
    """
    rows = [row_hashes(recording) for recording in recordings]
    train = {r.name: hashes for r, hashes in zip(recordings, rows, strict=True) if r.part == "train"}
    cards = tuple(
        _examine(r, hashes, train.get(r.name) if r.part == "test" else None)
        for r, hashes in zip(recordings, rows, strict=True)
    )
    split = any(r.part == "test" for r in recordings)
    labelled = [c for c in cards if c.anomalous is not None and (c.part == "test" or not split)]
    overlapping = [c for c in cards if c.seen_in_train is not None]
    varying = {name for r, c in zip(recordings, cards, strict=True) for name in r.channels if name not in c.constant}
    return HealthCard(
        dataset=metadata.name,
        points=sum(c.points for c in cards),
        missing=_mean([c.missing for c in cards], [c.points * c.channels for c in cards]) or 0.0,
        duplicates=_mean([c.duplicates for c in cards], [c.points for c in cards]) or 0.0,
        seen_in_train=_mean([c.seen_in_train or 0.0 for c in overlapping], [c.points for c in overlapping]),
        anomalous=_mean([c.anomalous or 0.0 for c in labelled], [c.points for c in labelled]),
        anomalous_published=metadata.anomaly_share,
        constant=tuple(dict.fromkeys(name for c in cards for name in c.constant if name not in varying)),
        recordings=cards,
    )


def _examine(recording: Recording, hashes: NDArray[np.uint64], train: NDArray[np.uint64] | None) -> RecordingHealth:
    values, labels, points = recording.values, recording.labels, len(recording)
    with_both = labels is not None and bool(labels.any()) and not bool(labels.all())
    events = longest = position = last_third = None
    if labels is not None and recording.sequential and points:
        lengths = _event_lengths(recording, labels)
        events = len(lengths)
        if events:
            longest = float(lengths.max() / lengths.sum())
            where = _positions(recording)[labels]
            position, last_third = float(where.mean()), float((where >= 2 / 3).mean())
    return RecordingHealth(
        name=recording.name,
        part=recording.part,
        points=points,
        channels=len(recording.channels),
        span_us=_span(recording.time) if recording.time is not None else None,
        missing=float(np.isnan(values).mean()) if values.size else 0.0,
        constant=_constant(recording),
        duplicates=1 - len(np.unique(hashes)) / points if points else 0.0,
        seen_in_train=float(np.isin(hashes, train).mean()) if train is not None and points else None,
        anomalous=float(labels.mean()) if labels is not None and points else None,
        events=events,
        longest_event=longest,
        position=position,
        last_third=last_third,
        one_liner=_one_liner(recording, labels) if labels is not None and with_both else None,
    )


def _one_liner(recording: Recording, labels: NDArray[np.bool_]) -> OneLiner:
    best_f1, f1_rule, best_auc, auc_rule = -1.0, "", -1.0, ""
    for rule, f1, auc in _rules(recording, labels):
        if f1 > best_f1:
            best_f1, f1_rule = f1, rule
        if auc > best_auc:
            best_auc, auc_rule = auc, rule
    share = float(labels.mean())
    return OneLiner(best_f1, f1_rule, best_auc, auc_rule, 2 * share / (1 + share))


def _rules(recording: Recording, labels: NDArray[np.bool_]) -> Iterator[tuple[str, float, float]]:
    """Yield each rule with its oracle F1 and its AUC-ROC."""
    borders = _borders(recording)
    for column, name in enumerate(recording.channels):
        values = np.ascontiguousarray(recording.values[:, column])
        yield from _both_directions(name, values, labels)
        if recording.sequential:
            jump = np.abs(np.diff(values, prepend=np.float32(np.nan)))
            jump[borders] = np.nan
            f1, auc = oracle(jump, labels)
            yield f"|diff({name})|", f1, auc
    for name, score in category_scores(recording, labels):
        yield f"category of {name}", *oracle(score, labels)


def _both_directions(
    name: str, values: FloatArray, labels: NDArray[np.bool_]
) -> tuple[tuple[str, float, float], tuple[str, float, float]]:
    return (name, *oracle(values, labels)), (f"-{name}", *oracle(-values, labels))


def oracle(score: FloatArray, labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the best point-wise F1 over all thresholds, and the area under the ROC curve.

    Parameters
    ----------
    score : ndarray of float32, shape (T,)
        Higher is more anomalous. A missing score ranks below every other and is flagged only if all points are.
    labels : ndarray of bool, shape (T,)
        With at least one point of each kind.

    Returns
    -------
    f1, auc : float
        F1 = 2 TP / (flagged + positives) at the best threshold, with tied scores flagged together. The area counts a
        tie as half.
    """
    missing = np.isnan(score)
    lowest = np.nextafter(score.min(where=~missing, initial=np.float32(np.inf)), np.float32(-np.inf))
    ranked = np.where(missing, lowest, score)
    sweep = ThresholdSweep.of_scores(ranked)
    true, flagged = np.cumsum(labels[sweep.order])[sweep.ends].astype(np.float64), sweep.taken.astype(np.float64)
    area = np.trapezoid(np.append(0.0, true), np.append(0.0, flagged - true))
    return f1_oracle(labels, ranked), float(area / (true[-1] * (len(labels) - true[-1])))


def _borders(recording: Recording) -> NDArray[np.bool_]:
    """Mark the first point of every group, and the first of all."""
    first = np.zeros(len(recording), dtype=bool)
    first[:1] = True
    if recording.groups is not None:
        first[1:] = recording.groups[1:] != recording.groups[:-1]
    return first


def _event_lengths(recording: Recording, labels: NDArray[np.bool_]) -> NDArray[np.int64]:
    starts = labels & (np.append(True, ~labels[:-1]) | _borders(recording))
    return np.bincount(np.cumsum(starts)[labels] - 1).astype(np.int64)


def _positions(recording: Recording) -> NDArray[np.float64]:
    """Position of each point from 0 to 1 within its run of one group."""
    starts = np.flatnonzero(_borders(recording))
    lengths = np.diff(np.append(starts, len(recording)))
    offset = np.arange(len(recording)) - np.repeat(starts, lengths)
    last = np.repeat(lengths, lengths) - 1
    return np.asarray(offset / np.maximum(last, 1), dtype=np.float64)


def _span(time: NDArray[np.int64]) -> int | None:
    # The Google traces write the largest integer for "after the end of the trace".
    inside = time[time < np.iinfo(np.int64).max]
    return int(np.ptp(inside)) if len(inside) else None


def _constant(recording: Recording) -> tuple[str, ...]:
    values = recording.values
    if not len(values):
        return recording.channels
    low, high = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    return tuple(name for name, varies in zip(recording.channels, low < high, strict=True) if not varies)


def _mean(values: list[float], weights: list[int]) -> float | None:
    return float(np.average(values, weights=weights)) if sum(weights) else None
