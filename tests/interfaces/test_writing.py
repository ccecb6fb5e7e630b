"""Files are written whole or not at all, and an error names the path."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmark.interfaces.writing import named, write_whole


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond ten bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_text_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    assert write_whole(tmp_path / "a.txt", "é\n").read_bytes() == b"\xc3\xa9\n"
    assert write_whole(tmp_path / "a.txt", b"\r\n").read_bytes() == b"\r\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_names_the_path_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "a.txt", "old")
    with full_disk(), pytest.raises(OSError, match=r"a\.txt") as caught:
        write_whole(path, "new and too long for this disk")

    assert caught.value.errno == errno.EFBIG
    assert caught.value.filename == str(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_an_error_keeps_the_file_that_it_names(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="first"), named(tmp_path / "second"):
        (tmp_path / "first").read_bytes()
    with pytest.raises(OSError, match=r"no errno$"), named(tmp_path / "second"):
        raise OSError("no errno")


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_rights_are_those_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        path = write_whole(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o640
