"""Whether a file is gzipped is decided by its content."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from benchmark.data.packed import digest, is_page, read_bytes
from benchmark.interfaces.errors import DataError

TEXT = b"a,b\n1,2\n"


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
@pytest.mark.parametrize("content", [TEXT, gzip.compress(TEXT, mtime=0)], ids=["plain", "packed"])
def test_the_content_decides_whatever_the_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    assert read_bytes(tmp_path / name) == TEXT
    assert digest(tmp_path / name, unpack=True) == (hashlib.sha256(TEXT).hexdigest(), 2)
    assert digest(tmp_path / name, unpack=False).sha256 == hashlib.sha256(content).hexdigest()


def test_a_cut_gzip_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(gzip.compress(TEXT)[:-9])

    with pytest.raises(DataError, match=r"t\.csv: gzip file is truncated or damaged"):
        read_bytes(tmp_path / "t.csv")


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_bytes(tmp_path)
    with pytest.raises(DataError, match=r"gone: file is missing"):
        read_bytes(tmp_path / "gone")


@pytest.mark.parametrize(("content", "lines"), [(b"", 0), (b"1", 1), (b"1\n", 1), (b"1\n2", 2), (b"1\n\n", 2)])
def test_lines_are_counted_with_or_without_a_last_break(tmp_path: Path, content: bytes, lines: int) -> None:
    (tmp_path / "t").write_bytes(content)

    assert digest(tmp_path / "t", unpack=True).lines == lines


@pytest.mark.parametrize(
    ("content", "page"),
    [
        (b"<!DOCTYPE html><html>", True),
        (b"\xef\xbb\xbf\r\n  <HTML lang='en'>", True),
        ("<!DOCTYPE html>".encode("utf-16"), True),
        (gzip.compress(b"<!DOCTYPE html><html>", mtime=0), True),
        (b"<!-- saved from -->\n<html>", True),
        (b"<?xml version='1.0'?>\n<html>", True),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", True),
        (b"<script>location='/login'</script>", True),
        (gzip.compress(TEXT, mtime=0)[:9], False),
        (TEXT, False),
        (b"< 3,4\n", False),
        (b"", False),
        (b"<xml/>", False),
    ],
)
def test_a_web_page_is_recognised(tmp_path: Path, content: bytes, page: bool) -> None:
    (tmp_path / "t").write_bytes(content)

    assert is_page(tmp_path / "t") is page
