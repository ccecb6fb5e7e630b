"""Google cluster trace 2019 (v3), the Kaggle sample: instance events with the usage of their collection."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field

from benchmark.data.google_2019.cells import Cells, has_header
from benchmark.data.google_2019.schema import CHANNELS, DISTRIBUTION, EVENTS, FAIL, FILES, NUMBERS, RAW, RESOURCES
from benchmark.data.packed import read_bytes
from benchmark.data.precision import compact
from benchmark.data.tables import read_csv
from benchmark.data.twins.fingerprints import committed_fingerprint
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import Metadata, RemoteFile
from benchmark.interfaces.recording import Recording


@dataclass(kw_only=True)
class Google2019(Dataset):
    """Instance events of the Google cluster trace 2019 (Kaggle sample): 405,894 rows, not ordered by time.

    One recording ``rows``. The label is the official event FAIL. Groups are collections (jobs and alloc sets),
    whose rows are near-copies of each other; a split must keep each collection on one side to test generalisation.
    Covariates: ``event`` (int8, official code), ``label:kaggle`` (bool, the publisher's ``failed`` column, which
    marks ENABLE), ``cpu_utilisation`` and ``memory_utilisation`` (float32, average use over request, NaN where
    unknown). Time is in microseconds: 0 before the trace, 2^63 − 1 after it.

    Parameters
    ----------
    file : str
        File name below ``google-2019``, a ``.parquet`` or ``.csv`` form of the published table. Empty for the
        first found of ``borg_traces_data.parquet`` and ``borg_traces_data.csv``, each plain or gzipped.
    twin_seed : int
        Seed of the twin, at least 0.
    twin_rows : int
        Number of rows of the twin, 1,000 to 400,000. The committed fingerprint is that of the defaults of both twin
        parameters; at other values nothing is compared.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="google-2019",
        title="Google 2019 Cluster sample",
        source="https://www.kaggle.com/datasets/derrickmwiti/google-2019-cluster-sample",
        licence="CC-BY 4.0",
        folder="google-2019",
        files=(
            RemoteFile(
                path="google-2019/borg_traces_data.parquet",
                sha256="dfa59b4cad9512ecd6628c23482295803663b8e8aa46daecee91f71e66274889",
            ),
        ),
        login=(
            "sign in to Kaggle, download derrickmwiti/google-2019-cluster-sample and put borg_traces_data.parquet "
            "(or borg_traces_data.csv) in google-2019/ below the data folder"
        ),
        channels=len(CHANNELS),
        anomaly_share=0.1466,
        label="official instance event FAIL (instance_events_type 5)",
        vus_window=0,
        period="none: one row per instance event; usage is a five-minute window of the collection",
        known_issues=(
            "the publisher names event codes 0 to 6 in alphabetical order, not by the official table: its column "
            "'event' calls code 2 (ENABLE) FAIL and code 5 (FAIL) LOST, so 'failed' marks ENABLE",
            "rows of one collection share one usage record per event type, so a random split memorises the test set",
            "no collection holds both FAIL and FINISH",
            "the parquet form cut every cell at its first line break: of 11 CPU percentiles 4 to 6 remain, of 2 or "
            "more constraints the first; tail_cpu_usage_distribution is missing, empty or zero in every row",
            "the parquet form lost user, CPU percentiles, CPI and MAI in each row with 2 or more constraints (12.6 %)",
            "CPI and MAI are missing in 38 % of rows",
            "time 0 means before the trace (14 % of the events), 2^63 - 1 after it",
            "the CSV sample went through a spreadsheet: identifiers and times have 6 digits, so collections merge",
            "memory of the random sample is None in every row",
        ),
        twin=True,
        twin_fingerprint=committed_fingerprint("google-2019"),
    )

    file: str = ""
    twin_seed: Annotated[int, Field(ge=0)] = 0
    twin_rows: Annotated[int, Field(ge=1_000, le=400_000)] = 120_000

    def files(self, root: Path) -> list[Path]:
        """Return the file of the table. Raises `DataError` where it is missing."""
        if self.file:
            return [self.path(root, self.file)]
        folder = Path(root, self.metadata.folder)
        for found in (folder / f"{name}{end}" for name in FILES for end in ("", ".gz")):
            if found.is_file():
                return [found]
        raise DataError(f"holds neither {' nor '.join(FILES)}: {self.metadata.login}", file=folder)

    def read(self, root: Path) -> list[Recording]:
        """Read the table into one recording."""
        (path,) = self.files(root)
        return [self.parse(read_raw(path), path)]

    def read_twin(self) -> list[Recording]:
        """Generate the twin in the publisher's columns and parse it like the real table."""
        from benchmark.data.google_2019.twin import raw_frame

        return [self.parse(raw_frame(self.twin_rows, self.twin_seed), Path("google-2019 twin"))]

    def parse(self, frame: pl.DataFrame, source: Path) -> Recording:
        """Turn the publisher's columns into a recording.

        Parameters
        ----------
        frame : DataFrame
            The columns `RAW`, as text (from the CSV form) or typed (from the parquet form).
        source : path
            Origin of the frame, for error messages.

        Returns
        -------
        Recording
            T points of the channels `CHANNELS`.

        Raises
        ------
        DataError
            Unknown event code, negative use or request, non-numeric cell, malformed dictionary or list.
        """
        cells = Cells(frame, source)
        columns = {channel: cells.quantity(name) for name, channel in NUMBERS.items()}
        for name, channels in RESOURCES.items():
            columns |= cells.resources(name, channels)
        columns |= cells.percentiles("cpu_usage_distribution", DISTRIBUTION)
        columns["constraints"] = cells.constraints("constraint")
        columns["start_after"] = cells.count("start_after_collection_ids")
        columns["in_alloc"] = cells.filled("alloc_collection_id") != 0
        table = pl.DataFrame({name: columns[name].cast(pl.Float64) for name in CHANNELS})
        values = compact(table.to_numpy())
        event = cells.codes("instance_events_type", EVENTS)
        return Recording(
            "rows",
            values,
            CHANNELS,
            labels=event == FAIL,
            groups=cells.filled("collection_id").cast(pl.Int64).to_numpy(),
            time=cells.time("time"),
            covariates={
                "event": event,
                "label:kaggle": cells.codes("failed", {0: "no", 1: "yes"}) == 1,
                "cpu_utilisation": _ratio(values, "avg_cpu", "request_cpu"),
                "memory_utilisation": _ratio(values, "avg_memory", "request_memory"),
            },
            sequential=False,
        )


def read_raw(path: Path) -> pl.DataFrame:
    """Read the columns `RAW` of a ``.parquet`` or ``.csv`` file, gzipped or not; `DataError` where one is missing."""
    if has_header(path):
        return read_csv(path, dict.fromkeys(RAW, pl.String))
    if path.stat().st_size == 0:
        raise DataError("file is empty; expected a parquet table", file=path)
    content = io.BytesIO(read_bytes(path)) if path.suffix == ".gz" else path
    try:
        present = pl.read_parquet_schema(content)
        if missing := [name for name in RAW if name not in present]:
            raise DataError(f"column is missing; the file has: {', '.join(present)}", file=path, column=missing[0])
        frame = pl.read_parquet(content, columns=list(RAW))
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"not a readable parquet table ({reason}); download it again", file=path) from None
    if frame.height == 0:
        raise DataError("table has no rows", file=path)
    return frame


def _ratio(values: NDArray[np.float32], part: str, whole: str) -> NDArray[np.float32]:
    divisor = values[:, CHANNELS.index(whole)]
    result = np.full(len(values), np.nan, dtype=np.float32)
    np.divide(values[:, CHANNELS.index(part)], divisor, out=result, where=divisor > 0)
    return result
