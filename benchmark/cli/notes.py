"""Sentences below a table of ``run``: on which data and how many tasks its numbers are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmark.interfaces.cell import Result
    from benchmark.interfaces.dataset import Variant


def run_notes(dataset: str, variant: Variant, root: Path | None, results: Iterable[Result]) -> list[str]:
    """Say which files may not be the published ones, and how many tasks a mean leaves out.

    Parameters
    ----------
    dataset : str
        ``name[…]``.
    variant : {"real", "twin"}
        A twin has no files.
    root : path, optional
        Data folder.
    results : iterable of Result
        Results of the table.

    Returns
    -------
    list of str
        Sentences without a full stop; empty where nothing has to be said.
    """
    from benchmark.data.sources import unverified
    from benchmark.interfaces.registry import DATASETS

    notes = unverified(DATASETS.build(dataset), root) if variant == "real" and root is not None else []
    return [*notes, *dict.fromkeys(filter(None, map(_left_out, results)))]


def undefined(result: Result) -> str:
    """Say why a finished cell has no number, where the test labels of all its tasks hold one class; else empty."""
    if not result.ok or _measured(result):
        return ""
    return f"the test labels of all {len(result.rows)} tasks hold one class only"


def _measured(result: Result) -> int:
    """Tasks whose test labels hold both classes."""
    return sum(0 < row["anomalous"] < row["points"] for row in result.rows)


def _left_out(result: Result) -> str:
    measured = _measured(result)
    if measured == len(result.rows):
        return ""
    if why := undefined(result):
        return f"no mean: {why}"
    return f"means are over {measured} of {len(result.rows)} tasks: the test labels of the others hold one class only"
