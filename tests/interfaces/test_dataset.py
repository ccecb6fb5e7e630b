"""A dataset is checked when it is loaded, before any method runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording


@dataclass(kw_only=True)
class Made(Dataset):
    """Recordings by a function."""

    metadata: ClassVar[Metadata] = Metadata(
        name="made", title="Made", source="here", licence="MIT", folder="made", channels=1, label="l", vus_window=5,
        period="1 s",
    )  # fmt: skip
    make: Callable[[], list[Recording]] = field(default=list)

    def files(self, root: Path) -> list[Path]:
        return []

    def read(self, root: Path) -> list[Recording]:
        return self.make()

    def read_twin(self) -> list[Recording]:
        return self.make()


def one(name: str = "r", **columns: object) -> Recording:
    return Recording(name, np.zeros((3, 1), np.float32), ("a",), **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize("variant", ["real", "twin"])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (list, "dataset 'made' has no recording"),
        (lambda: [one(), one()], "recording 'r': two recordings of dataset 'made' have this name"),
        (lambda: [one(labels=np.array([0, 2, 0]))], "recording 'r', row 2, column 'labels': label 2 is neither"),
    ],
)
def test_faulty_recordings_are_one_error_at_loading(
    variant: str, make: Callable[[], list[Recording]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=message):
        Made(make=make).load(variant, tmp_path)  # type: ignore[arg-type]


def test_good_recordings_are_loaded(tmp_path: Path) -> None:
    assert [recording.name for recording in Made(make=lambda: [one(), one("s")]).load("real", tmp_path)] == ["r", "s"]


def test_a_real_variant_needs_a_folder() -> None:
    with pytest.raises(ParameterError, match="give --data FOLDER"):
        Made(make=lambda: [one()]).load("real")
