"""The part of a record that belongs to some claims: what a run of these alone is compared with."""

from __future__ import annotations

from dataclasses import replace

from benchmark.verdicts.record import Record
from benchmark.verdicts.verify import PaperRun


def narrowed(record: Record, run: PaperRun) -> Record:
    """Return a record with only the claims, numbers and datasets of a run.

    Parameters
    ----------
    record : Record
        Whole record of the paper.
    run : PaperRun
        Run of some of its claims.

    Returns
    -------
    Record
        The record itself where the run is of all claims, or the record is of other rules.
    """
    if not run.only or record.outdated:
        return record
    used = set(run.report.numbers) | set(run.report_on(record.values).numbers)
    return replace(
        record,
        verdicts={name: verdict for name, verdict in record.verdicts.items() if name in run.only},
        decided={name: parts for name, parts in record.decided.items() if name in run.only},
        values={name: values for name, values in record.values.items() if name in used},
        data={name: text for name, text in record.data.items() if name in run.data},
    )
