"""A class from a file may use the files beside it, wherever the command runs; no file gets another folder's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.files import files_beside, import_file
from benchmark.interfaces.registry import Registry


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("benchmark.interfaces.files._claimed", {})
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in MADE or name.startswith("_benchmark_files"):
            del sys.modules[name]


MADE = {"beside", "beside_1", "parts"}


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "mine.py"


@pytest.mark.parametrize(
    "line",
    [
        "from beside import STEP",
        "from .beside import STEP",
        "import beside; STEP = beside.STEP",
        "from . import beside; STEP = beside.STEP",
        "from parts.layers import STEP",
        "from .parts.layers import STEP",
        "from parts import layers; STEP = layers.STEP",
    ],
)
def test_a_file_finds_what_lies_beside_it(tmp_path: Path, line: str) -> None:
    layers = "from .deep import STEP\n"
    mine = write(tmp_path, mine=line, beside="STEP = 3\n", parts__layers=layers, parts__deep="STEP = 3\n")
    if "import layers" in line:
        (tmp_path / "parts" / "__init__.py").write_text("", encoding="utf-8")

    assert import_file(str(mine)).STEP == 3
    assert import_file(str(mine)) is import_file(str(tmp_path / "." / "mine.py"))


def test_an_import_inside_a_function_is_found_later(tmp_path: Path) -> None:
    mine = write(tmp_path, mine="def step():\n    import beside\n    return beside.STEP\n", beside="STEP = 3\n")

    assert import_file(str(mine)).step() == 3


def test_two_files_do_not_share_what_lies_beside_one_of_them(tmp_path: Path) -> None:
    one = write(tmp_path / "one", mine="def step():\n    import beside\n    return beside.STEP\n", beside="STEP = 1\n")
    two = write(tmp_path / "two", mine="from beside import STEP\n", beside="STEP = 2\n")
    import_file(str(one))

    with pytest.raises(PluginError, match=r"two/mine\.py imports beside from .*one/beside\.py.*from \. import beside"):
        import_file(str(two))
    two.write_text("from .beside import STEP\n", encoding="utf-8")
    assert (import_file(str(one)).step(), import_file(str(two)).STEP) == (1, 2)


def test_the_library_comes_before_a_file_of_its_name(tmp_path: Path) -> None:
    mine = write(tmp_path, mine="import random, typer\n", random="raise OSError\n", typer="raise OSError\n")

    assert hasattr(import_file(str(mine)).random, "Random")
    assert files_beside(mine) == {}


def test_the_working_folder_does_not_come_before_the_file_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = write(tmp_path / "one", mine="from beside_1 import STEP\n", beside_1="STEP = 1\n")
    write(tmp_path / "cwd", beside_1="STEP = 2\n")
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.syspath_prepend(str(tmp_path / "cwd"))

    assert import_file(str(mine)).STEP == 1


def test_files_beside_are_followed_from_one_to_the_next(tmp_path: Path) -> None:
    mine = write(
        tmp_path,
        mine="import a\nfrom .. import lost\n",
        a="from b.c import x\n",
        b__c="from . import d\nfrom .. import e\n",
        b__d="import numpy\n",
        e="",
        unused="",
    )
    (tmp_path / "b" / "__init__.py").write_text("", encoding="utf-8")

    assert sorted(files_beside(mine)) == ["a", "b", "b.c", "b.d", "e"]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n# \xe9t\xe9\n"])
def test_a_byte_order_mark_or_another_encoding_is_no_fault(tmp_path: Path, start: bytes) -> None:
    mine = write(tmp_path, mine="")
    mine.write_bytes(start + b"class Mine:\n    pass\n")

    assert Registry("thing").load(f"{mine}:Mine").__name__ == "Mine"
    assert files_beside(mine) == {}


def test_a_file_that_fails_can_be_tried_again(tmp_path: Path) -> None:
    mine = write(tmp_path, mine="import beside\n1 / 0\n", beside="")
    with pytest.raises(ZeroDivisionError):
        import_file(str(mine))
    mine.write_text("import beside\nSTEP = 10\n", encoding="utf-8")

    assert import_file(str(mine)).STEP == 10


def test_in_a_fresh_process_from_another_folder(tmp_path: Path) -> None:
    mine = write(tmp_path / "my code", mine="from beside import STEP\nprint(STEP)\n", beside="STEP = 3\n")
    program = "import sys; from benchmark.interfaces.files import import_file; import_file(sys.argv[1])"
    paths = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-c", program, str(mine)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": paths},
        check=False,
    )

    assert (done.stdout, done.stderr) == ("3\n", "")
