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
    from benchmark.drawing.summary import left_out
    from benchmark.interfaces.registry import DATASETS

    notes = unverified(DATASETS.build(dataset), root) if variant == "real" and root is not None else []
    return [*notes, *dict.fromkeys(filter(None, map(left_out, results)))]


def undefined(result: Result) -> str:
    """Say why a finished cell has no number, where the test labels of all its tasks hold one class; else empty."""
    from benchmark.drawing.summary import of_one_class

    return of_one_class(result) if result.ok else ""
