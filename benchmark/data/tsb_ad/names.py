"""Official names of the series of TSB-AD: they carry data set, length of the training prefix and first anomaly."""

from __future__ import annotations

import re
from typing import NamedTuple

OFFICIAL = re.compile(
    r"(?P<number>\d+)_(?P<dataset>.+)_id_(?P<series>\d+)_(?P<domain>[^_]+)_tr_(?P<train>\d+)_1st_(?P<first>\d+)(\.csv)?"
)
"""``001_NAB_id_1_Facility_tr_1007_1st_2014.csv``."""


class SeriesName(NamedTuple):
    """An official name.

    Parameters
    ----------
    number : int
        Number in the collection.
    dataset : str
        Data set that the series is from.
    series : int
        Number within it.
    domain : str
        Kind of source.
    train : int
        Points of the training prefix.
    first : int
        Position of the first anomalous point, from 0.
    """

    number: int
    dataset: str
    series: int
    domain: str
    train: int
    first: int

    @property
    def anomaly_in_training(self) -> bool:
        """Whether the first anomaly lies inside the training prefix, by the name."""
        return self.first < self.train


def parse_name(name: str) -> SeriesName | None:
    """Read an official name; None for any other."""
    found = OFFICIAL.fullmatch(name)
    if found is None:
        return None
    return SeriesName(
        int(found["number"]),
        found["dataset"],
        int(found["series"]),
        found["domain"],
        int(found["train"]),
        int(found["first"]),
    )
