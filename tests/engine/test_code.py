"""The version of the code of a class given by its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.engine.code import code_version


def version(target: str) -> str:
    code_version.cache_clear()
    return code_version(target)


@pytest.mark.parametrize("line", ["import helper", "from .helper import STEP", "from . import helper"])
@pytest.mark.parametrize("changed", ["helper.py", "parts/__init__.py", "parts/deep.py"])
def test_every_file_beside_that_can_be_reached_counts(tmp_path: Path, line: str, changed: str) -> None:
    (tmp_path / "parts").mkdir()
    for name, text in {
        "mine.py": f"import numpy\n{line}\n",
        "helper.py": "from parts.deep import STEP\n",
        "parts/__init__.py": "",
        "parts/deep.py": "STEP = 1\n",
        "other.py": "STEP = 1\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    target = f"{tmp_path / 'mine.py'}:Mine"
    first = version(target)

    (tmp_path / "other.py").write_text("STEP = 2\n", encoding="utf-8")
    (tmp_path / "helper.py").write_text("# A comment.\nfrom parts.deep import STEP\n", encoding="utf-8")
    assert version(target) == first
    with (tmp_path / changed).open("a", encoding="utf-8") as file:
        file.write("MORE = 1\n")
    assert version(target) != first


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"# coding: latin-1\n# \xe9t\xe9\n"])
def test_the_encoding_of_a_source_does_not_count(tmp_path: Path, start: bytes) -> None:
    file = tmp_path / "mine.py"
    file.write_bytes(b"STEP = 1\n")
    first = version(f"{file}:Mine")
    file.write_bytes(start + b"STEP = 1\n")

    assert version(f"{file}:Mine") == first


def test_a_path_with_a_drive_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "C:").mkdir()
    (tmp_path / "same.py").write_text("STEP = 1\n", encoding="utf-8")
    (tmp_path / "C:" / "same.py").write_text("STEP = 2\n", encoding="utf-8")

    assert version("C:/same.py:Mine") != version("same.py:Mine")
