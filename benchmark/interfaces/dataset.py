"""The interface of a dataset."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar, Literal

from benchmark.interfaces.collection import check_recordings
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording, fingerprint

Variant = Literal["real", "twin"]


@dataclass(kw_only=True)
class Dataset(ABC):
    """A published dataset and how to read it. Subclasses are keyword-only dataclasses; fields are parameters.

    A subclass sets `metadata`, lists the `files` that it reads and turns them into recordings in `read`. If a
    statistical twin is embedded, `read_twin` generates it and parses it with the same code. Fields that change the twin
    have names that begin with ``twin_``.
    """

    metadata: ClassVar[Metadata]

    @abstractmethod
    def files(self, root: Path) -> list[Path]:
        """Return every file below the data folder ``root`` that `read` opens, sorted.

        Raises
        ------
        DataError
            If one is missing; the message names it and says how to get it.
        """

    @abstractmethod
    def read(self, root: Path) -> list[Recording]:
        """Read the real files below ``root`` (the data folder, e.g. ``data/``)."""

    def read_twin(self) -> list[Recording]:
        """Generate the embedded statistical twin. Raises `ParameterError` where the dataset has none."""
        raise ParameterError(
            f"dataset {self.metadata.name!r} has no embedded twin: give the real files with --data FOLDER "
            f"(python -m benchmark data fetch {self.metadata.name})"
        )

    def load(self, variant: Variant, root: Path | None = None) -> list[Recording]:
        """Load the recordings of one variant.

        Parameters
        ----------
        variant : {"real", "twin"}
            Real files or the embedded twin.
        root : path, optional
            Data folder; needed for ``real``.

        Raises
        ------
        DataError
            If the files are faulty, if the recordings do not fit together (`check_recordings`), or if the twin has
            another fingerprint than the committed one. A fingerprint is committed for the default parameters only: with
            another ``twin_…`` parameter nothing is compared.
        """
        if variant == "twin":
            recordings = self.read_twin()
            check_recordings(self.metadata.name, recordings)
            expected, computed = self.expected_fingerprint(), fingerprint(recordings)
            if expected not in (None, computed):
                raise DataError(
                    f"the embedded twin of {self.metadata.name!r} has fingerprint {computed} here; the committed "
                    f"fingerprint is {expected}. This machine computes other data, so that no result on the twin would "
                    "compare with the published ones. Look first at its versions of NumPy and polars"
                )
            return recordings
        if root is None:
            raise ParameterError(
                f"dataset {self.metadata.name!r}: the real variant needs a data folder: give --data FOLDER or set "
                "BENCHMARK_DATA"
            )
        recordings = self.read(Path(root))
        check_recordings(self.metadata.name, recordings)
        return recordings

    def expected_fingerprint(self) -> str | None:
        """Return the committed fingerprint of the twin; None at other than the default ``twin_…`` parameters."""
        parameters = [field for field in fields(self) if field.name.startswith("twin_")]
        default = all(getattr(self, field.name) == field.default for field in parameters)
        return self.metadata.twin_fingerprint if default else None

    def path(self, root: Path, *parts: str) -> Path:
        """Return the path of a file of this dataset below ``root``, plain or gzipped; `DataError` if missing."""
        path = Path(root, self.metadata.folder, *parts)
        zipped = path.with_name(path.name + ".gz")
        if path.is_file():
            return path
        if zipped.is_file():
            return zipped
        raise DataError(
            f"file is missing: 'python -m benchmark data fetch {self.metadata.name}' downloads it or tells how",
            file=path,
        )
