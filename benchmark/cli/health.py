"""A health card as text, for ``data describe``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.cli.printing import duration, number, print_facts, print_table, share

if TYPE_CHECKING:
    from benchmark.quality.health import HealthCard, RecordingHealth


def print_health(card: HealthCard) -> None:
    """Print a health card: the dataset, its recordings, its anomalies, and the best rules of one threshold."""
    print("\nHealth")
    published = "" if card.anomalous_published is None else f" (metadata: {share(card.anomalous_published)})"
    print_facts(
        [
            ("points", f"{card.points:,}"),
            ("missing values", share(card.missing)),
            ("anomalous points", share(card.anomalous) + published),
            ("duplicated rows", share(card.duplicates)),
            ("test rows also in train", share(card.seen_in_train)),
            ("constant everywhere", ", ".join(card.constant) or "no channel"),
        ]
    )
    print("\nRecordings")
    columns = ("recording", "part", "points", "channels", "span", "missing", "constant", "duplicated", "in train")
    print_table(
        columns,
        [
            (
                r.name,
                r.part or "-",
                f"{r.points:,}",
                str(r.channels),
                duration(r.span_us),
                share(r.missing),
                str(len(r.constant)),
                share(r.duplicates),
                share(r.seen_in_train),
            )
            for r in card.recordings
        ],
        right=columns[2:],
    )
    _print_anomalies(card.recordings)
    _print_one_liners(card.recordings)


def _print_anomalies(recordings: tuple[RecordingHealth, ...]) -> None:
    labelled = [r for r in recordings if r.anomalous]
    if not labelled:
        unlabelled = all(r.anomalous is None for r in recordings)
        print("\nNo label is published." if unlabelled else "\nNo point is anomalous.")
        return
    print("\nAnomalies (unbiased: mean position 0.5 from first to last point, a third in the last third)")
    rows = [
        (
            r.name,
            r.part or "-",
            share(r.anomalous),
            "-" if r.events is None else str(r.events),
            share(r.longest_event),
            number(r.position),
            share(r.last_third),
        )
        for r in labelled
    ]
    if len(labelled) > 1:
        longest, position, last_third = (
            _mean([getattr(r, name) for r in labelled]) for name in ("longest_event", "position", "last_third")
        )
        rows.append(("mean", "", "", "", share(longest), number(position), share(last_third)))
    columns = ("recording", "part", "anomalous", "events", "in longest event", "mean position", "in last third")
    print_table(columns, rows, right=columns[2:])


def _print_one_liners(recordings: tuple[RecordingHealth, ...]) -> None:
    ruled = [(r, r.one_liner) for r in recordings if r.one_liner is not None]
    if not ruled:
        return
    print("\nOne threshold on one channel (point-wise; oracle: rule and threshold are chosen with the labels)")
    rows = [
        (r.name, r.part or "-", number(o.f1_flag_all), number(o.f1_oracle), number(o.auc_roc), o.f1_rule, o.auc_rule)
        for r, o in ruled
    ]
    if len(ruled) > 1:
        flag_all, f1, auc = (
            _mean([getattr(o, name) for _, o in ruled]) for name in ("f1_flag_all", "f1_oracle", "auc_roc")
        )
        rows.append(("mean", "", number(flag_all), number(f1), number(auc), "", ""))
    columns = ("recording", "part", "F1 flag-all", "F1@oracle", "AUC-ROC@oracle", "F1 rule", "AUC-ROC rule")
    print_table(columns, rows, right=columns[2:5])


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
