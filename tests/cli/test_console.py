"""Commands write to a console, a pipe or a file in any encoding."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from benchmark.cli.console import prepare_output, writes_unicode
from benchmark.cli.printing import print_json

OLD = ("cp1252", "cp437", "cp932", "gbk", "ascii")
TEXT = "a · b – c … ±1 × 2 ≥ −3 √ ☃ 中 ü"


def redirected(monkeypatch: pytest.MonkeyPatch, encoding: str) -> io.BytesIO:
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, encoding=encoding, newline="\n"))
    prepare_output()
    return content


@pytest.mark.parametrize("encoding", OLD)
def test_every_text_can_be_written(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    content = redirected(monkeypatch, encoding)
    print(TEXT, flush=True)

    assert content.getvalue().decode(encoding).startswith("a ")
    assert not writes_unicode(sys.stdout)


def test_a_character_that_is_lacking_becomes_ascii_of_the_same_meaning_or_its_escape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = redirected(monkeypatch, "ascii")
    print(TEXT, flush=True)

    assert content.getvalue().decode() == "a - b - c ... +-1 x 2 >= -3 sqrt \\u2603 \\u4e2d \\xfc\n"


def test_utf8_is_written_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    content = redirected(monkeypatch, "utf-8")
    print(TEXT, flush=True)

    assert content.getvalue().decode() == TEXT + "\n"


@pytest.mark.parametrize("encoding", [*OLD, "utf-8"])
def test_json_reads_back_as_it_was(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    content = redirected(monkeypatch, encoding)
    print_json({TEXT: "\N{GRINNING FACE}"})
    sys.stdout.flush()

    assert json.loads(content.getvalue().decode(encoding)) == {TEXT: "\N{GRINNING FACE}"}


@pytest.mark.parametrize("encoding", ["cp437", "ascii"])
@pytest.mark.parametrize("words", [("list",), ("metrics",), ("run", "--help")])
def test_commands_end_well_on_an_old_console(words: tuple[str, ...], encoding: str) -> None:
    environment = os.environ | {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-m", "benchmark", *words], capture_output=True, env=environment, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) > 10
