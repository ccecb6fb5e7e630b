"""Server Machine Dataset (Su et al., KDD 2019): 28 servers, 38 metrics a minute, labelled test halves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.data.checksums import remote_file
from benchmark.data.packed import read_bytes
from benchmark.data.tables import read_matrix
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError, ParameterError, UnknownNameError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

MACHINES = tuple(
    f"machine-{group}-{number}" for group, size in ((1, 8), (2, 9), (3, 11)) for number in range(1, size + 1)
)
"""The 28 machines, group by group."""

CHECKED = tuple(f"machine-{name}" for name in ("1-2", "1-6", "1-7", "2-1", "2-4", "3-2", "3-4", "3-10"))
"""The eight machines whose files have a known checksum; committed tables use these."""

CHANNELS = tuple(f"dim-{number}" for number in range(1, 39))
"""The published metrics have no names; numbers are those of the interpretation labels."""

_TRAIN_POINTS = (
    (28479, 23694, 23702, 23706, 23705, 23688, 23697, 23698),
    (23693, 23699, 23688, 23689, 23688, 28743, 23696, 23702, 28722),
    (28700, 23702, 23703, 23687, 23690, 28726, 28705, 28703, 28713, 23692, 28695),
)
_TEST_POINTS = (
    (28479, 23694, 23703, 23707, 23706, 23689, 23697, 23699),
    (23694, 23700, 23689, 23689, 23689, 28743, 23696, 23703, 28722),
    (28700, 23703, 23703, 23687, 23691, 28726, 28705, 28704, 28713, 23693, 28696),
)
POINTS = {
    part: dict(zip(MACHINES, (count for group in counts for count in group), strict=True))
    for part, counts in (("train", _TRAIN_POINTS), ("test", _TEST_POINTS), ("test_label", _TEST_POINTS))
}
"""Lines of each published file, by part and machine: 708,405 and 708,420 points in all.

From D. Wagner et al., TimeSeAD: benchmarking deep multivariate time-series anomaly detection, TMLR 2023, appendix B. A
file without a known checksum that has another number of lines was cut short, or is another one.
"""

PARTS = ("train", "test", "test_label")

CULPRITS = "culprits"
"""Covariate of the channels that took part in an incident: bit n − 1 is 1 for channel ``dim-n``; 0 elsewhere."""

_URL = "https://raw.githubusercontent.com/NetManAIOps/OmniAnomaly/master/ServerMachineDataset"
_INTERPRETATION = re.compile(r"(\d+)-(\d+):(\d+(?:,\d+)*)")


@dataclass(kw_only=True)
class SMD(Dataset):
    """Server Machine Dataset: 28 servers of an internet company, 38 metrics per minute, labelled test halves.

    Each machine is two sequential recordings of its name: the unlabelled train half and the labelled test half. The
    machines that are in the data folder are read, in the order of `MACHINES`; there may be fewer than 28. The files
    hold no time; successive rows are one minute apart.

    Parameters
    ----------
    machine : str
        Read this machine only, e.g. ``machine-1-2``; empty for all that are present.
    checked : bool
        Read exactly the eight `CHECKED` machines.
    culprits : bool
        Whether the test half has the covariate `CULPRITS`, from the interpretation labels of the publisher.

    References
    ----------
    Y. Su et al., Robust anomaly detection for multivariate time series through stochastic recurrent neural
    network, KDD 2019.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="smd",
        title="Server Machine Dataset",
        source="https://github.com/NetManAIOps/OmniAnomaly",
        licence="MIT",
        folder="smd",
        files=tuple(
            remote_file(f"smd/{part}/{machine}.txt", f"{_URL}/{part}/{machine}.txt", POINTS.get(part, {}).get(machine))
            for machine in MACHINES
            for part in (*PARTS, "interpretation_label")
        ),
        channels=len(CHANNELS),
        anomaly_share=0.0667,
        label="a point inside an incident that operators marked",
        vus_window=100,  # one window of the usual length; the median incident has 10 points, the mean 108
        period="one minute",
        known_issues=(
            "anomaly_share is that of the eight machines with a known checksum (1-2, 1-6, 1-7, 2-1, 2-4, 3-2, 3-4, "
            "3-10); published aggregates (4.16 %) need all 28, with fewer, compare single machines only",
            "the train half is not labelled and may hold anomalies",
            "incidents last from 3 to 3,161 points, so under point adjustment one hit can count as thousands of points",
            "some incidents are visible to the naked eye in a single channel",
            "machine-3-2 has 10 labelled incidents and 9 interpretations",
        ),
    )

    machine: str = ""
    checked: bool = False
    culprits: bool = False

    def __post_init__(self) -> None:
        if self.machine and self.machine not in MACHINES:
            raise UnknownNameError("machine of dataset 'smd'", self.machine, MACHINES)
        if self.machine and self.checked:
            raise ParameterError(
                "dataset 'smd': machine selects one machine and checked selects eight; give only one of the two"
            )

    def files(self, root: Path) -> list[Path]:
        """Return the files of each machine that are read. Raises `DataError` where one of them is missing."""
        parts = (*PARTS, "interpretation_label") if self.culprits else PARTS
        return sorted(
            self.path(root, part, f"{machine}.txt") for machine in self._machines(Path(root)) for part in parts
        )

    def read(self, root: Path) -> list[Recording]:
        """Read train and test half of each machine."""
        return [half for machine in self._machines(Path(root)) for half in self._halves(Path(root), machine)]

    def _machines(self, root: Path) -> list[str]:
        """Names of the machines to read; a machine is present if any of its files is."""
        if self.machine:
            return [self.machine]
        if self.checked:
            return list(CHECKED)
        folder = root / self.metadata.folder
        present = [
            machine
            for machine in MACHINES
            if any((folder / part / f"{machine}.txt{end}").is_file() for part in PARTS for end in ("", ".gz"))
        ]
        if not present:
            self.path(root, "train", f"{MACHINES[0]}.txt")  # raises, and says how to get it
        return present

    def _halves(self, root: Path, machine: str) -> tuple[Recording, Recording]:
        train, test, label = (self.path(root, part, f"{machine}.txt") for part in PARTS)
        values = read_matrix(test, len(CHANNELS))
        covariates = {}
        if self.culprits:
            covariates[CULPRITS] = np.zeros(len(values), np.int64)
            for start, stop, dims in interpretations(root, machine):
                covariates[CULPRITS][start:stop] |= sum(1 << (dim - 1) for dim in dims)
        return (
            Recording(machine, read_matrix(train, len(CHANNELS)), CHANNELS, part="train"),
            Recording(
                machine, values, CHANNELS, labels=_labels(label, len(values)), covariates=covariates, part="test"
            ),
        )


def interpretations(root: Path, machine: str) -> list[tuple[int, int, tuple[int, ...]]]:
    """Read the channels that took part in each incident of a machine's test half.

    Parameters
    ----------
    root : path
        Data folder.
    machine : str
        Name of the machine.

    Returns
    -------
    list of (start, stop, dims)
        Points ``start ≤ t < stop`` of the test half, counted from 0, and the numbers of the channels, from 1:
        channel ``dim-<number>``. In the order of the file.

    Raises
    ------
    DataError
        Missing file, line of another form, empty or overlong interval, channel outside 1–38.
    """
    dataset = SMD(machine=machine)
    path = dataset.path(Path(root), "interpretation_label", f"{machine}.txt")
    length = len(_labels(dataset.path(Path(root), "test_label", f"{machine}.txt")))
    incidents = []
    for row, line in enumerate(read_bytes(path).decode(errors="replace").split("\n"), 1):
        if not line.strip():
            continue
        match = _INTERPRETATION.fullmatch(line.strip())
        if match is None:
            raise DataError(f"{line.strip()!r} is not of the form start-end:dim,dim", file=path, row=row)
        start, stop = int(match[1]), int(match[2])
        dims = tuple(int(dim) for dim in match[3].split(","))
        if not start < stop <= length:
            raise DataError(f"interval {start}-{stop} is not inside the {length} test points", file=path, row=row)
        if wrong := [dim for dim in dims if not 1 <= dim <= len(CHANNELS)]:
            raise DataError(f"channel {wrong[0]} does not exist; they count from 1 to 38", file=path, row=row)
        incidents.append((start, stop, dims))
    return incidents


def _labels(path: Path, length: int | None = None) -> NDArray[np.bool_]:
    """Read one 0 or 1 a line; `DataError` where there are not ``length`` of them."""
    column = read_matrix(path, 1)[:, 0]
    bad = np.flatnonzero((column != 0) & (column != 1))
    if len(bad):
        row = int(bad[0])
        raise DataError(f"label {column[row]:g} is neither 0 nor 1", file=path, row=row + 1, column=1)
    if length is not None and len(column) != length:
        raise DataError(f"has {len(column)} labels; the test half has {length} points", file=path)
    return column.astype(np.bool_)
