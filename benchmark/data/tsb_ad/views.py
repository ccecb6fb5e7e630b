"""Series of TSB-AD that equal test parts of data sets which this package reads, built from those.

A series of the published list is the same as a test part of MSL, SMAP, SMD or NAB-AWS where the data set of its name,
its length and its first anomalous point are equal, and one test part alone has them. The publisher's tables hold the
length, the number of anomalous points and the number of anomalies of each series; the last two are not needed to find
the series, and are compared. `match` finds the series; ``views.csv`` holds what it found, and a test finds it again on
real data.

======== ============ ===============================================================
data set multivariate the others
======== ============ ===============================================================
MSL      14 of 14
SMAP     23 of 25     the lengths and first anomalies of two are of no test part
SMD      5 of 20      8 of the 28 machines are read: those with a known checksum
NAB      none         all 23 of NAB are univariate; no file of NAB-AWS has the length
                      and the first anomaly of one of them
======== ============ ===============================================================

Of the univariate track, 7 of 7 series of MSL and 17 of 17 of SMAP have length and first anomaly of a test part, but a
name does not say which channel they are. So only the multivariate track has views.

Trace P-2 of SMAP has two rows of labels; the publisher's series has those of the first, the recording of ``smap`` their
union. The view has as many anomalous points, counted from the first, as the publisher says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from benchmark.data.smap_msl import MSL, SMAP
from benchmark.data.smd import SMD
from benchmark.data.tsb_ad.names import SeriesName, parse_name
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording

SOURCES: dict[str, type[Dataset]] = {"MSL": MSL, "SMAP": SMAP, "SMD": SMD}
"""Data sets in the names of series, and where their test parts are read."""


class View(NamedTuple):
    """A series and the test part that it equals.

    Parameters
    ----------
    series : str
        Official name, without ``.csv``.
    points, anomalous : int
        Length, and number of anomalous points, as published.
    recording : str
        Name of the test part in the data set of the name.
    """

    series: str
    points: int
    anomalous: int
    recording: str

    @property
    def dataset(self) -> str:
        """Data set in the name."""
        return self.name.dataset

    @property
    def number(self) -> int:
        """Number in the collection."""
        return self.name.number

    @property
    def name(self) -> SeriesName:
        """Parts of the name."""
        name = parse_name(self.series)
        assert name is not None
        return name


@cache
def views() -> tuple[View, ...]:
    """Read the series that can be built, in the order of their numbers."""
    text = (files("benchmark.data.tsb_ad") / "views.csv").read_bytes()
    return tuple(View(*row) for row in pl.read_csv(text).iter_rows())


def match(series: Iterable[tuple[str, int, int]], tests: Mapping[str, Sequence[Recording]]) -> list[View]:
    """Find the series that equal a test part; see the module.

    Parameters
    ----------
    series : iterable of (str, int, int)
        Official name, length and number of anomalous points of each series.
    tests : mapping of str to sequence of Recording
        Test parts by the data set of a name, with labels.

    Returns
    -------
    list of View
        In the order of the series. A series that fits no test part, or several, has none.
    """
    found = []
    for text, points, anomalous in series:
        name = parse_name(text)
        fitting = [
            one
            for one in (tests.get(name.dataset, ()) if name is not None else ())
            if name is not None and len(one) == points and _first(one) == name.first
        ]
        if len(fitting) == 1:
            found.append(View(text.removesuffix(".csv"), points, anomalous, fitting[0].name))
    return found


def source_files(chosen: Sequence[View], root: Path) -> list[Path]:
    """Files of the data sets that views are built from, sorted; `DataError` where one is missing."""
    return sorted(path for one in _sources(chosen).values() for path in one.files(root))


def build(chosen: Sequence[View], root: Path) -> list[Recording]:
    """Build series from the test parts of their data sets.

    Raises
    ------
    DataError
        Where a test part has another length or first anomaly than the published series, or fewer anomalous points.
    """
    tests = {
        (name, one.name): one
        for name, source in _sources(chosen).items()
        for one in source.read(root)
        if one.part == "test"
    }
    return [_built(view, tests[view.dataset, view.recording]) for view in chosen]


def _sources(chosen: Sequence[View]) -> dict[str, Dataset]:
    """The data sets that views need; of SMD the machines with a known checksum."""
    wanted = dict.fromkeys(view.dataset for view in chosen)
    return {name: SMD(checked=True) if name == "SMD" else SOURCES[name]() for name in wanted}


def _built(view: View, test: Recording) -> Recording:
    assert test.labels is not None
    places = np.flatnonzero(test.labels)
    if len(test) != view.points or len(places) < view.anomalous or int(places[0]) != view.name.first:
        facts = f"{len(test)} points, {len(places)} of them anomalous"
        raise DataError(
            f"{test.name} of {view.dataset} is not the series {view.series}: it has {facts}; expected {view.points} "
            f"points, {view.anomalous} or more of them anomalous, the first at {view.name.first}"
        )
    labels = np.zeros(len(test), np.bool_)
    labels[places[: view.anomalous]] = True
    return replace(test, name=view.series, labels=labels, part=None)


def _first(recording: Recording) -> int:
    """First anomalous point; −1 for none."""
    assert recording.labels is not None
    return int(np.argmax(recording.labels)) if recording.labels.any() else -1
