"""Cloud workload for scheduling analysis (Kaggle): one row per minute, independent noise throughout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field

from benchmark.data.cloud_workload.schema import CATEGORIES, CHANNELS, FILE, MODALITIES, RAW, TIME_FORMAT, TIMES
from benchmark.data.precision import compact
from benchmark.data.tables import (
    cast,
    read_csv,
    refuse,
    require_increasing,
    require_non_negative,
    require_present,
    times,
)
from benchmark.data.twins.fingerprints import committed_fingerprint
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.metadata import Metadata, RemoteFile
from benchmark.interfaces.recording import Recording


@dataclass(kw_only=True)
class CloudWorkload(Dataset):
    """Cloud workload table (Kaggle): 5,000 minutes of 8 quantities, which are independent noise; no labels.

    One sequential recording ``workload``. Covariates are the categorical columns as int8 codes (`CATEGORIES`).
    Time is in microseconds since 1970-01-01 as the file writes it, without a time zone.

    Parameters
    ----------
    twin_seed : int
        Seed of the twin, at least 0. The committed fingerprint is that of the default; at another seed nothing is
        compared.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="cloud-workload",
        title="Cloud Workload Dataset for Scheduling Analysis",
        source="https://www.kaggle.com/datasets/zoya77/cloud-workload-dataset-for-scheduling-analysis",
        licence="not stated",
        folder="cloud-workload",
        files=(
            RemoteFile(
                path=f"cloud-workload/{FILE}",
                sha256="84e2d7f48ccd014df007568c806645607f98e738047159e4e7bc8f55180009ca",
            ),
        ),
        login=(
            "sign in to Kaggle, download zoya77/cloud-workload-dataset-for-scheduling-analysis and put "
            f"{FILE} in cloud-workload/ below the data folder"
        ),
        channels=len(CHANNELS),
        anomaly_share=None,
        label="none published; labels exist only where a protocol injects events or states a rule",
        vus_window=20,
        period="one minute",
        known_issues=(
            "every numeric column is uniform on a fixed range and independent of time and of the other columns: "
            "no load cycle, no contention, nothing to detect",
            "start and end time of a task are equal in every row, whatever its execution time",
            "categories are uniform and independent of everything else",
        ),
        twin=True,
        twin_fingerprint=committed_fingerprint("cloud-workload"),
    )

    twin_seed: Annotated[int, Field(ge=0)] = 0

    def files(self, root: Path) -> list[Path]:
        """Return the CSV file. Raises `DataError` where it is missing."""
        return [self.path(root, FILE)]

    def read(self, root: Path) -> list[Recording]:
        """Read the table into one recording."""
        (path,) = self.files(root)
        return [parse(read_csv(path, dict.fromkeys(RAW, pl.String)), path)]

    def read_twin(self) -> list[Recording]:
        """Generate the twin in the publisher's columns and parse it like the real table."""
        from benchmark.data.cloud_workload.twin import raw_frame

        return [parse(raw_frame(self.twin_seed), Path("cloud-workload twin"))]


def parse(frame: pl.DataFrame, source: Path) -> Recording:
    """Turn the publisher's columns into a recording.

    Parameters
    ----------
    frame : DataFrame
        The columns `RAW`, as text, under a header row.
    source : path
        Origin of the frame, for error messages.

    Raises
    ------
    DataError
        Time that is malformed, repeated or out of order; empty, non-numeric or negative cell; unknown category.
    """
    table = pl.DataFrame([cast(frame[name], pl.Float64, source) for name in CHANNELS])
    require_present(table, CHANNELS, source)
    require_non_negative(table, CHANNELS, source)
    start, end = (times(frame[name], TIME_FORMAT, source) for name in TIMES)
    require_increasing(start.to_numpy(), source, TIMES[0])
    refuse(end < start, frame[TIMES[1]], source, "lies before the start of the task")
    require_present(frame, list(CATEGORIES), source)
    covariates: dict[str, NDArray[Any]] = {name: _codes(frame[name], source) for name in CATEGORIES}
    values = compact(table.to_numpy())
    return Recording("workload", values, CHANNELS, time=start.to_numpy(), covariates=covariates, modalities=MODALITIES)


def _codes(text: pl.Series, source: Path) -> NDArray[np.int8]:
    known = CATEGORIES[text.name]
    codes = text.replace_strict(known, list(range(len(known))), default=None, return_dtype=pl.Int8)
    refuse(codes.is_null(), text, source, f"is not one of {', '.join(known)}")
    return codes.to_numpy()
