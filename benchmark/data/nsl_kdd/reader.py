"""NSL-KDD (Tavallaee et al., 2009): network connections of 1998, normal and of 40 kinds of attack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from pydantic import Field

from benchmark.data.checksums import remote_file
from benchmark.data.nsl_kdd.schema import (
    ATTACK,
    BINARY,
    CATEGORIES,
    CHANNELS,
    COUNTS,
    FILES,
    FOLDER,
    LEVEL,
    NORMAL,
    RATES,
    RAW,
    kind_of,
)
from benchmark.data.packed import read_bytes
from benchmark.data.tables import cast, refuse, require_non_negative, require_present
from benchmark.data.twins.fingerprints import committed_fingerprint
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.raw import Categorical, Raw
from benchmark.interfaces.recording import Recording

_URL = "https://raw.githubusercontent.com/linegann/kdd/de8ccd66e0f669e108e684612c5d1790073080e5/NSL-KDD"
NAME = "connections"


@dataclass(kw_only=True)
class NslKdd(Dataset):
    """NSL-KDD: 25,192 training and 22,544 test connections of 41 features; an attack's kind is its name.

    Two recordings ``connections``, one for each part of the publisher's split. Rows have no order in time. The channels
    are the 38 numeric and binary columns, with their kind (``binary``, ``count``, ``rate``) as modality; the raw form
    holds these and the three categorical columns. Covariates: ``kind`` (text, ``normal`` or the name of the attack) and
    ``difficulty`` (int8, the publisher's level from 0 to 21, which was made with the labels and is never a feature).

    Parameters
    ----------
    twin_seed : int
        Seed of the twin, at least 0.
    twin_rows : int
        Number of rows of the twin, 2,000 to 100,000. At other values than the defaults no fingerprint is compared.

    References
    ----------
    M. Tavallaee et al., A detailed analysis of the KDD CUP 99 data set, IEEE CISDA 2009.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="nsl-kdd",
        title="NSL-KDD network connections",
        source="https://www.unb.ca/cic/datasets/nsl.html",
        licence="free for research, with citation",
        folder=FOLDER,
        files=tuple(remote_file(f"{FOLDER}/{name}", f"{_URL}/{name}") for name in FILES.values()),
        channels=len(CHANNELS),
        anomaly_share=0.5692,
        label="a connection whose kind is another than normal",
        vus_window=0,
        period="none: one row per connection, in no order of time",
        known_issues=(
            "made traffic of a simulated network of 1998; duplicates were removed, so that shares of kinds are those "
            "of no network",
            "of the 12,833 attacks of the test part 3,752 are of 18 kinds that the training part does not hold",
            "the column difficulty was made with the labels: it is no feature",
            "some services occur in attacks alone (see the health card): the name of a service can give an attack away",
            "118 pairs of a training and a test row are equal in all features, 12 of them with other kinds",
            "su_attempted is documented as 0 or 1 and reaches 2; num_outbound_cmds is 0 throughout",
            "published files have no header; copies have one, also with a name less than columns: all forms are read",
        ),
        twin=True,
        twin_fingerprint=committed_fingerprint("nsl-kdd"),
    )

    twin_seed: Annotated[int, Field(ge=0)] = 0
    twin_rows: Annotated[int, Field(ge=2_000, le=100_000)] = 16_000

    def files(self, root: Path) -> list[Path]:
        """Return the files of both parts. Raises `DataError` where one is missing."""
        return sorted(self.path(root, name) for name in FILES.values())

    def read(self, root: Path) -> list[Recording]:
        """Read both parts into recordings of one name."""
        paths = {part: self.path(root, name) for part, name in FILES.items()}
        return parse({part: _read(path) for part, path in paths.items()}, paths)

    def read_twin(self) -> list[Recording]:
        """Generate the twin in the publisher's columns and parse it like the real files."""
        from benchmark.data.nsl_kdd.twin import raw_frames

        frames = raw_frames(self.twin_rows, self.twin_seed)
        return parse(
            {part: (frame, False) for part, frame in frames.items()},
            {part: Path(f"nsl-kdd twin, {part}") for part in frames},
        )


def parse(tables: dict[str, tuple[pl.DataFrame, bool]], sources: dict[str, Path]) -> list[Recording]:
    """Turn the publisher's columns into recordings.

    Parameters
    ----------
    tables : dict of str to (DataFrame, bool)
        The columns `RAW` of each part, as text, and whether its file has a header.
    sources : dict of str to path
        Origin of each part, for error messages.

    Raises
    ------
    DataError
        Empty, non-numeric or negative cell, rate above 1, binary value other than 0 and 1.
    """
    names = {
        column: tuple(sorted(set().union(*(frame[column].drop_nulls().to_list() for frame, _ in tables.values()))))
        for column in CATEGORIES
    }
    return [_recording(part, frame, header, names, sources[part]) for part, (frame, header) in tables.items()]


def _recording(
    part: str, frame: pl.DataFrame, header: bool, names: dict[str, tuple[str, ...]], source: Path
) -> Recording:
    require_present(frame, RAW, source, header=header)
    numbers = pl.DataFrame(
        [cast(frame[name], pl.Int64 if name in COUNTS else pl.Float32, source, header=header) for name in CHANNELS]
    )
    require_present(numbers, CHANNELS, source, header=header)
    require_non_negative(numbers, CHANNELS, source, header=header)
    for name in RATES:
        refuse(numbers[name] > 1, numbers[name], source, "is above 1; this column is a share", header=header)
    for name in BINARY:
        refuse(~numbers[name].is_in([0.0, 1.0]), numbers[name], source, "is neither 0 nor 1", header=header)
    level = cast(frame[LEVEL], pl.Int8, source, header=header)
    kinds = frame[ATTACK].to_numpy().astype(np.str_)
    values = np.ascontiguousarray(numbers.to_numpy(), dtype=np.float32)
    categories = {
        name: Categorical(
            frame[name].replace_strict(known, list(range(len(known))), return_dtype=pl.Int16).to_numpy(), known
        )
        for name, known in names.items()
    }
    return Recording(
        NAME,
        values,
        CHANNELS,
        labels=kinds != NORMAL,
        covariates={"kind": kinds, "difficulty": level.to_numpy()},
        sequential=False,
        part=part,
        modalities=tuple(kind_of(name) for name in CHANNELS),
        raw=Raw(numbers={name: values[:, column] for column, name in enumerate(CHANNELS)}, categories=categories),
    )


def _read(path: Path) -> tuple[pl.DataFrame, bool]:
    """Read the columns `RAW` of a file as text, and say whether it has a header."""
    content = read_bytes(path).replace(b"\r\n", b"\n").strip(b"\n")
    first, _, rest = content.partition(b"\n")
    header = first.startswith(RAW[0].encode())
    body = rest if header else content
    if not body.strip():
        raise DataError(f"has no rows; expected rows of {len(RAW)} columns, from {RAW[0]} to {RAW[-1]}", file=path)
    raw = np.frombuffer(body, np.uint8)
    ends = np.append(np.flatnonzero(raw == ord("\n")), len(raw))
    columns = np.diff(np.searchsorted(np.flatnonzero(raw == ord(",")), ends), prepend=0) + 1
    if len(bad := np.flatnonzero(columns != len(RAW))):
        row = int(bad[0])
        problem = f"row has {columns[row]} columns; expected {len(RAW)}: 41 features, the attack and its level"
        raise DataError(problem, file=path, row=row + 1 + header)
    frame = pl.read_csv(
        body.decode(errors="replace").encode(),
        has_header=False,
        infer_schema=False,
        new_columns=list(RAW),
        null_values=[""],
        quote_char=None,
    )
    return frame, header
