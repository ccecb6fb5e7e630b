"""TSB-AD (Liu and Paparrizos, NeurIPS 2024): the publisher's folders of CSV files, one series a file."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import polars as pl

from benchmark.data.checksums import remote_file
from benchmark.data.packed import read_bytes
from benchmark.data.precision import compact
from benchmark.data.tables import read_csv, refuse, require_present
from benchmark.data.tsb_ad.faults import faults_of_series
from benchmark.data.tsb_ad.names import parse_name
from benchmark.data.tsb_ad.views import View, build, source_files, views
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

LABEL = "Label"
SOURCE = "https://github.com/TheDatumOrg/TSB-AD"
ISSUES = (
    "each series is the test part of another data set, in one piece; its training prefix is a part of what is judged",
    "the labels are those of the data sets that the series are from, with their known faults",
    "in the order of the names: the number, the data set, the prefix (tr) and the first anomalous point (1st)",
)


@dataclass(kw_only=True)
class TsbAd(Dataset):
    """Series of one track of TSB-AD, one recording a file, in the order of their names.

    A recording is a whole series with the labels of its last column; the publisher's training prefix is in the name
    (`benchmark.data.tsb_ad.names`). The files hold no time. Files that are in the folder are read; there may be fewer
    than the publisher has.

    Parameters
    ----------
    dataset : str
        Read the series of this data set only, e.g. ``NAB``; empty for all.
    number : int
        Read the series of this number only; 0 for all.

    References
    ----------
    Q. Liu and J. Paparrizos, The elephant in the room: towards a reliable time-series anomaly detection benchmark,
    NeurIPS 2024.
    """

    dataset: str = ""
    number: int = 0

    instead: ClassVar[str] = ""
    """What else to do where the publisher's folder is missing, for the message."""

    @property
    @abstractmethod
    def subfolder(self) -> str:
        """Folder of the publisher's archive."""

    def takes(self, channels: int) -> bool:
        """Say if a file of so many channels is of this track."""
        return (channels == 1) == (self.subfolder == "TSB-AD-U")

    def files(self, root: Path) -> list[Path]:
        """Return the files of the series: of the publisher's folder below ``tsb-ad``, or of ``tsb-ad`` itself."""
        base = Path(root, self.metadata.folder)
        folder = base / self.subfolder
        folder = folder if folder.is_dir() else base
        named = [(path, name) for path in sorted(folder.glob("*.csv")) if (name := parse_name(path.name)) is not None]
        named = [(path, name) for path, name in named if folder != base or self.takes(len(_header(path)) - 1)]
        if not named:
            fetch = f"'python -m benchmark data fetch {self.metadata.name}' tells how to get them"
            raise DataError(
                f"no series of the form 001_NAB_id_1_Facility_tr_1007_1st_2014.csv; {fetch}{self.instead}", file=folder
            )
        kept = [(path, name) for path, name in named if self.dataset in ("", name.dataset)]
        if not kept:
            raise UnknownNameError("data set of TSB-AD", self.dataset, {name.dataset for _, name in named})
        chosen = [path for path, name in kept if self.number in (0, name.number)]
        if not chosen:
            raise DataError(f"no series has number {self.number}", file=folder)
        return chosen

    def read(self, root: Path) -> list[Recording]:
        """Read the series; `DataError` names file, row and column of a cell at fault.

        Warns
        -----
        RuntimeWarning
            Where series have faults (`benchmark.data.tsb_ad.faults`): says how many and the first, and reads them.
        """
        return self.with_faults([read_series(path) for path in self.files(root)])

    def with_faults(self, recordings: list[Recording]) -> list[Recording]:
        """Warn of faults of the series, and return the series."""
        if found := faults_of_series(recordings):
            first, count = found[0], len({fault.series for fault in found})
            text = f"{self.metadata.name}: {count} of {len(recordings)} series have faults; the first is {first.series}"
            warnings.warn(f"{text}: {first.kind} ({first.detail})", RuntimeWarning, stacklevel=2)
        return recordings


@dataclass(kw_only=True)
class TsbAdU(TsbAd):
    """The univariate track."""

    metadata: ClassVar[Metadata] = Metadata(
        name="tsb-ad-u",
        title="TSB-AD, univariate",
        source=SOURCE,
        licence="of each data set that it is from",
        folder="tsb-ad",
        files=(remote_file("tsb-ad/TSB-AD-U.zip"),),
        login=f"get TSB-AD-U.zip from the page that {SOURCE} links, and unpack it into the folder tsb-ad",
        channels=1,
        label="a point that the data set of the series marks",
        vus_window=100,  # the publisher takes one for each series
        period="differs between series",
        known_issues=(
            *ISSUES,
            "by their names 34 of the 350 series of the evaluation have their first anomaly in the training prefix",
        ),
    )

    @property
    def subfolder(self) -> str:
        """Folder of the publisher's archive."""
        return "TSB-AD-U"


@dataclass(kw_only=True)
class TsbAdM(TsbAd):
    """The multivariate track. The number of channels differs between data sets.

    Parameters
    ----------
    dataset : str
        Read the series of this data set only, e.g. ``MSL``; empty for all.
    number : int
        Read the series of this number only; 0 for all.
    views : bool
        Build the series that are test parts of MSL, SMAP and SMD from those (`benchmark.data.tsb_ad.views`), in place
        of the publisher's files: 42 of the 180. Only the data sets that are asked for need to be there.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="tsb-ad-m",
        title="TSB-AD, multivariate",
        source=SOURCE,
        licence="of each data set that it is from",
        folder="tsb-ad",
        files=(remote_file("tsb-ad/TSB-AD-M.zip"),),
        login=f"get TSB-AD-M.zip from the page that {SOURCE} links, and unpack it into the folder tsb-ad",
        channels=25,  # of SMAP; 2 to some hundred
        label="a point that the data set of the series marks",
        vus_window=100,  # the publisher takes one for each series
        period="differs between series",
        known_issues=(
            *ISSUES,
            "by their names 20 of the 180 series of the evaluation have their first anomaly in the training prefix",
            "views=true builds 42 series from MSL (14 of 14), SMAP (23 of 25) and SMD (5 of 20); they are the same by "
            "length and first anomaly, and results of others on them are the published ones to 1e-4",
        ),
    )

    views: bool = False
    instead: ClassVar[str] = "; tsb-ad-m[views=true] builds 42 of them from MSL, SMAP and SMD"

    @property
    def subfolder(self) -> str:
        """Folder of the publisher's archive."""
        return "TSB-AD-M"

    def files(self, root: Path) -> list[Path]:
        """Return the publisher's files, or those that the views are built from."""
        return source_files(self._views(), root) if self.views else super().files(root)

    def read(self, root: Path) -> list[Recording]:
        """Read the publisher's series, or build the views; warns of faults either way."""
        return self.with_faults(build(self._views(), root)) if self.views else super().read(root)

    def _views(self) -> list[View]:
        known = views()
        named = [view for view in known if self.dataset in ("", view.dataset)]
        if not named:
            raise UnknownNameError("data set of TSB-AD with views", self.dataset, {view.dataset for view in known})
        chosen = [view for view in named if self.number in (0, view.number)]
        if not chosen:
            raise DataError(f"dataset 'tsb-ad-m[views=true]': no view has number {self.number}")
        return chosen


def read_series(path: Path) -> Recording:
    """Read one file: channels, then the column ``Label`` of 0 and 1.

    Raises
    ------
    DataError
        For a missing label, a cell that is empty or no finite number, or a label other than 0 and 1.
    """
    header = _header(path)
    if len(header) < 2 or header[-1] != LABEL:
        raise DataError(f"the last column is {header[-1]!r}; expected {LABEL!r} after the channels", file=path, row=1)
    table = read_csv(path, dict.fromkeys(header, pl.Float64))
    require_present(table, header, path)
    refuse(~table[LABEL].is_in([0.0, 1.0]), table[LABEL], path, "is no label; it must be 0 or 1")
    channels = tuple(header[:-1])
    return Recording(
        path.stem.removesuffix(".csv"),
        compact(table.select(channels).to_numpy()),
        channels,
        labels=table[LABEL].to_numpy() == np.float64(1),
    )


def _header(path: Path) -> list[str]:
    return [name.strip().strip('"') for name in read_bytes(path).partition(b"\n")[0].decode("utf-8-sig").split(",")]
