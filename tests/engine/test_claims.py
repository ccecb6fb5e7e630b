"""Claims: one run holds a key, and a claim ends with its holder, on whatever machine that was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchmark.engine import claims as module
from benchmark.engine.claim_files import FolderBoard
from benchmark.engine.claims import LIMIT, Claims
from benchmark.engine.holder import Holder

HERE = Holder()
ELSEWHERE = replace(HERE, start="another start")


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    return clock


@pytest.fixture
def board(tmp_path):
    return FolderBoard(tmp_path / "claims")


@pytest.fixture
def runs(board):
    made = [Claims(board), Claims(board)]
    yield made
    for one in made:
        one.close()
    assert not list(board.folder.glob("*"))


def left_by(holder, board, key="a"):
    assert board.create(key, json.dumps(asdict(holder)).encode())


def test_of_two_runs_one_holds_a_key(runs):
    one, other = runs
    assert one.take(["a", "b"])
    assert one.take(["a"])
    assert not other.take(["a"])
    one.release(["a"])
    assert other.take(["a"])
    assert not one.take(["a"])


def test_all_keys_are_claimed_or_none(runs, board):
    one, other = runs
    assert one.take(["b"])
    assert not other.take(["a", "b", "c"])
    assert sorted(path.name for path in board.folder.iterdir()) == ["b"]
    assert other.take(["a", "c"])


def test_what_is_given_back_is_only_ones_own(runs, board):
    one, other = runs
    one.take(["a"])
    other.release(["a"])
    other.held = {"a"}
    other.release(["a"])
    assert board.look("a") is not None


@pytest.mark.skipif(not HERE.start, reason="the system does not say when it and its processes started")
def test_the_claim_of_a_process_that_is_gone_is_free_at_once(runs, board):
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    left_by(replace(HERE, process=ended.pid), board, "never")
    left_by(replace(HERE, since="0"), board, "another process of this number")
    ended.wait()
    left_by(replace(HERE, process=ended.pid), board, "ended")
    assert runs[0].take(["never", "ended", "another process of this number"])


def test_the_claim_of_a_process_that_runs_is_not_free(runs, board, clock):
    left_by(replace(HERE, token="other"), board)
    assert not runs[0].take(["a"])
    clock.now += LIMIT - 1
    assert not runs[0].take(["a"])
    clock.now += 2
    assert runs[0].take(["a"])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"another": "version"}', b"\xff"])
def test_a_claim_that_says_nothing_is_free_after_its_time(runs, board, clock, content):
    board.create("a", content)
    assert not runs[0].take(["a"])
    clock.now += LIMIT + 1
    assert runs[0].take(["a"])


def test_a_claim_from_elsewhere_is_free_when_it_was_not_renewed(runs, board, clock):
    left_by(ELSEWHERE, board)
    for _ in range(3):  # renewed: the time begins again
        assert not runs[0].take(["a"])
        clock.now += LIMIT - 1
        assert not runs[0].take(["a"])
        os.utime(board.folder / "a", ns=(0, int(clock.now)))  # by whatever clock
    assert not runs[0].take(["a"])
    clock.now += LIMIT + 1
    assert runs[0].take(["a"])


def test_of_those_that_take_over_one_wins(board, clock):
    left_by(ELSEWHERE, board)
    runs = [Claims(board) for _ in range(8)]
    gate, won = threading.Barrier(len(runs)), []

    def work(one):
        assert not one.take(["a"])
        gate.wait()
        clock.now = 1000 + 2 * LIMIT
        gate.wait()
        if one.take(["a"]):
            won.append(one)

    threads = [threading.Thread(target=work, args=[one]) for one in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    for one in runs:
        one.close()
    assert not list(board.folder.glob("*"))


def test_a_claim_that_was_renewed_in_between_is_not_replaced(board):
    left_by(ELSEWHERE, board)
    found = board.look("a")
    os.utime(board.folder / "a", ns=(0, 1))
    assert not board.replace("a", found, b"mine")
    assert board.look("a").content == found.content
    assert board.replace("a", board.look("a"), b"mine")
    assert board.look("a").content == b"mine"


def test_what_is_held_is_renewed_until_it_is_given_back(runs, board, monkeypatch):
    renewed = threading.Event()
    monkeypatch.setattr(module, "BEAT", 0.001)
    monkeypatch.setattr(board, "renew", lambda *_: renewed.set())
    runs[0].take(["a"])
    assert renewed.wait(60)
    runs[0].close()
    assert runs[0]._renewing.is_alive() is False


def test_renewing_changes_the_mark_of_ones_own_claim_alone(board):
    board.create("a", b"mine")
    os.utime(board.folder / "a", ns=(0, 1))
    before = board.look("a")
    board.renew("a", b"another's")
    assert board.look("a") == before
    board.renew("a", b"mine")
    assert board.look("a").mark != before.mark
    board.renew("b", b"mine")
    assert board.look("b") is None


def test_claims_that_cannot_be_written_are_an_error_with_the_path(tmp_path):
    (tmp_path / "claims").write_text("a file")
    with pytest.raises(OSError, match="claims"):
        Claims(FolderBoard(Path(tmp_path / "claims"))).take(["a"])
