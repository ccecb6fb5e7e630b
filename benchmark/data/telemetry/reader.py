"""Any CSV or Parquet file of telemetry as a dataset."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from pydantic import Field

from benchmark.data.precision import compact
from benchmark.data.telemetry.clock import Unit, read_times
from benchmark.data.telemetry.columns import channels
from benchmark.data.telemetry.doubled import advice
from benchmark.data.telemetry.header import SEPARATORS
from benchmark.data.telemetry.layout import LABEL, ROW, TIME, Duplicates, in_order, step_of, widened
from benchmark.data.telemetry.numbers import Decimal
from benchmark.data.telemetry.roles import as_labels, joined_time, label_of, time_of
from benchmark.data.telemetry.text import Cells, read_table
from benchmark.interfaces.dataset import Dataset, Variant
from benchmark.interfaces.errors import DataError, ParameterError, UnknownNameError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording


@dataclass(kw_only=True)
class Telemetry(Dataset):
    """Tables of one's own: CSV files (plain, gzip, Zstandard) and Parquet files, as one recording for each host.

    A dataset is named by its file or a glob: ``telemetry.csv[time=timestamp,label=anomaly,by=host]``. Every column that
    is neither time, label nor host and holds numbers is a channel. `notes` says what was recognised.

    Parameters
    ----------
    file : str
        File, or a glob such as ``hosts/*.csv``: then each file holds hosts of its own.
    time : str
        Column of the time; empty to recognise it (`benchmark.data.telemetry.roles.time_of`), ``none`` for rows in order
        without a time.
    unit : {"", "s", "ms", "us", "ns"}
        Unit of times that are numbers; empty to recognise it.
    format : str
        strftime format of times that are text; empty to recognise it (`benchmark.data.telemetry.dates`).
    label : str
        Column of the label, 0 or 1; empty to recognise it by its name, ``none`` for no label.
    anomalous : str or number
        Value of the label that is anomalous, where it is not 1, true, yes or the like.
    by : str
        Column of the host: one recording for each of its values.
    metric, value : str
        Columns of a long table: name of the metric, and its value. Empty for a wide one.
    every : str
        Step to resample to, such as ``5m``; empty keeps the rows.
    duplicates : {"error", "mean", "last"}
        What to do with rows of one time.
    onehot : bool
        Whether text columns become channels of 0 and 1; else they are left out.
    separator : str
        Character between cells; empty to recognise it.
    decimal : {"", ".", ","}
        Decimal mark; empty to recognise it (`benchmark.data.telemetry.numbers`).
    header : bool, optional
        Whether the first row holds the names of the columns; None to recognise it.
    window : int
        Buffer of the metrics named VUS, in rows.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="telemetry",
        title="Telemetry of one's own",
        source="a file of the reader",
        licence="not stated",
        folder=".",
        channels=1,
        label="the label column of the file",
        vus_window=20,
        period="as in the file",
    )

    file: str
    time: str | None = ""
    unit: Unit = ""
    format: str = ""
    label: str | None = ""
    anomalous: str | int | float = ""
    by: str = ""
    metric: str = ""
    value: str = ""
    every: str = ""
    duplicates: Duplicates = "error"
    onehot: bool = False
    separator: Annotated[str, Field(max_length=1)] = ""
    decimal: Decimal = ""
    header: bool | None = None
    window: Annotated[int, Field(ge=0)] = 20

    def __post_init__(self) -> None:
        if bool(self.metric) != bool(self.value):
            raise ParameterError("a long table needs both metric= (its name) and value= (its number)")
        if self.separator and self.separator not in SEPARATORS:
            known = ", ".join(f"{character!r} ({name})" for character, name in SEPARATORS.items())
            raise ParameterError(f"separator {self.separator!r}: choose one of {known}")
        self._step = step_of(self.every) if self.every else 0
        self.metadata = type(self).metadata.model_copy(  # type: ignore[misc]
            update={"name": Path(self.file).name, "vus_window": self.window}
        )
        self.notes: list[str] = []

    def files(self, root: Path) -> list[Path]:
        """Return the file, or every file that the glob matches, sorted. A name counts from the working folder."""
        path = Path(self.file)
        if path.is_file():
            return [path]
        found = sorted(Path(name) for name in glob.glob(self.file, recursive=True) if Path(name).is_file())  # noqa: PTH207
        if not found:
            raise DataError("there is no such file, and no file that this pattern matches", file=self.file)
        return found

    def read(self, root: Path) -> list[Recording]:
        """Read the recordings; see `Dataset.read`."""
        self.notes = []
        files = self.files(root)
        return [
            one
            for path in files
            for one in self._recordings(path, path.name if len(files) > 1 else "", self._table(path))
        ]

    def load(self, variant: Variant, root: Path | None = None) -> list[Recording]:
        """Load the file; see `Dataset.load`. There is no twin, and no data folder is needed."""
        if variant == "twin":
            return super().load(variant, root)
        return super().load("real", root or Path())

    def read_frame(self, table: pl.DataFrame) -> list[Recording]:
        """Read a frame in memory as if it were the file."""
        self.notes = []
        if not table.height:
            raise DataError("the frame has no row")
        return self._recordings(Path(self.file), "", Cells(table, np.arange(2, table.height + 2), ",", ()))

    def _recordings(self, path: Path, prefix: str, cells: Cells) -> list[Recording]:
        for note in cells.notes:
            self._say(path, note)
        table = cells.table if self.time != "" else joined_time(cells.table)
        names = table.columns
        for parameter in ("time", "label", "by", "metric", "value"):
            name = getattr(self, parameter)
            if name not in ("", None, *names):
                raise ParameterError(f"{parameter}={name}: {UnknownNameError(f'column of {path.name}', name, names)}")
        known = {ROW: pl.Series(ROW, cells.rows)}
        named = {self.label, self.by, self.metric, self.value}
        time = "" if self.time is None else self.time or time_of(table.select([n for n in names if n not in named]))
        if time:
            times = read_times(table[time], {"file": path}, self.unit, self.format, cells.rows)
            self._say(path, f"time from column {time!r}: {times.reading}")
            known[TIME] = pl.Series(TIME, times.values)
        else:
            if self.metric or self.every:
                raise ParameterError("metric=, value= and every= need a time: name its column with time=")
            self._say(path, "no column of the time: rows are taken in their order")
            known[TIME] = pl.Series(TIME, np.arange(table.height, dtype=np.int64) * 1_000_000)
        label = self._label(table, path)
        if label:
            known[LABEL] = pl.Series(LABEL, as_labels(table[label], path, cells.rows, self.anomalous))
        used = {time, label, self.by, self.metric, self.value} - {""}
        rest = table.select([name for name in names if name not in used])
        wide = self._wide(cells._replace(table=table), rest, known, path)
        hosts = wide.partition_by(self.by, maintain_order=True, include_key=False) if self.by else [wide]
        keys = wide[self.by].unique(maintain_order=True).cast(pl.String).fill_null("(empty)") if self.by else [""]
        found = []
        for key, host in zip(keys, hosts, strict=True):
            parts = [part for part in (prefix, key) if part]
            said = advice(table.drop(time), known[TIME], self.by) if host[TIME].is_duplicated().any() else ""
            found.append(self._recording(host, "/".join(parts) or path.name, path, timed=bool(time), advice=said))
        return found

    def _table(self, path: Path) -> Cells:
        if path.name.endswith(".parquet"):
            try:
                table = pl.read_parquet(path)
            except (pl.exceptions.PolarsError, OSError) as error:
                raise DataError(f"not readable as Parquet: {str(error).splitlines()[0]}", file=path) from None
            if not table.height:
                raise DataError("file has no row", file=path)
            return Cells(table, np.arange(2, table.height + 2), ",", ())
        cells = read_table(path, self.separator, self.header)
        if cells.separator != ",":
            self._say(path, f"cells separated by {SEPARATORS.get(cells.separator, repr(cells.separator))}")
        return cells

    def _label(self, table: pl.DataFrame, path: Path) -> str:
        if self.label or self.label is None:
            return self.label or ""
        name = label_of(table, path)
        if name:
            self._say(path, f"label from column {name!r} (recognised; label=none takes it as a channel)")
        elif self.anomalous != "":
            raise ParameterError("anomalous= needs the column of the label: name it with label=")
        return name

    def _wide(self, cells: Cells, rest: pl.DataFrame, known: dict[str, pl.Series], path: Path) -> pl.DataFrame:
        def numeric(columns: pl.DataFrame, *, onehot: bool) -> pl.DataFrame:
            found = channels(columns, path, onehot=onehot, rows=cells.rows, separator=cells.separator, decimal=decimal)
            for note in found.notes:
                self._say(path, note)
            return found.table

        decimal, table = self.decimal, cells.table
        by = [table[self.by]] if self.by else []
        if not self.metric:
            return pl.DataFrame([*known.values(), *by, *numeric(rest, onehot=self.onehot)])
        if rest.width:
            self._say(path, f"columns left out of the long table: {', '.join(rest.columns)}")
        value = numeric(table.select(self.value), onehot=False)
        long = pl.DataFrame([*known.values(), *by, table[self.metric].cast(pl.String).fill_null("(empty)"), *value])
        wide = widened(long, self.metric, self.value, self.by, path)
        fixed = (TIME, LABEL, ROW, self.by)
        return wide.with_columns(pl.col([name for name in wide.columns if name not in fixed]).fill_null(np.nan))

    def _recording(self, host: pl.DataFrame, name: str, path: Path, *, timed: bool, advice: str) -> Recording:
        ordered = in_order(host, self.duplicates, self._step, {"file": path}, advice)
        for note in ordered.notes:
            self._say(path, f"{name}: {note}" if self.by else note)
        table = ordered.table
        fixed = (TIME, LABEL, ROW)
        columns = tuple(column for column in table.columns if column not in fixed)
        return Recording(
            name,
            compact(table.select(columns).to_numpy()),
            columns,
            labels=table[LABEL].to_numpy().copy() if LABEL in table.columns else None,
            time=table[TIME].to_numpy().copy() if timed else None,
        )

    def _say(self, path: Path, note: str) -> None:
        line = f"{path.name}: {note}"
        if line not in self.notes:
            self.notes.append(line)
