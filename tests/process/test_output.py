"""What a block prints goes to standard error; an exception is told in words, whatever its text does."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

from benchmark.process.failure import exit_code, reason_of, traceback_of
from benchmark.process.output import output_to_stderr


def test_standard_output_of_the_block_is_standard_error(capfd):
    print("before")
    with output_to_stderr():
        print("Python")
        os.write(1, b"descriptor\n")
        ctypes.CDLL(None).puts(b"C")
        subprocess.run([sys.executable, "-c", "print('process')"], check=True)
    print("after")
    found = capfd.readouterr()
    assert found.out.splitlines() == ["before", "after"]
    assert {"Python", "descriptor", "C", "process"} <= set(found.err.splitlines())


def test_blocks_may_be_nested_and_may_fail(capfd):
    with pytest.raises(RuntimeError), output_to_stderr(), output_to_stderr():
        raise RuntimeError
    print("after")
    assert capfd.readouterr().out == "after\n"


def test_a_process_without_standard_output_is_left_alone():
    code = """
import os, sys
os.close(1)
from benchmark.process.output import output_to_stderr
with output_to_stderr():
    print("said")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.startswith("said\n")


def test_reason_and_traceback():
    class MuteError(Exception):
        def __str__(self):
            raise ValueError

    def fail():
        raise MuteError from KeyError("first")

    with pytest.raises(MuteError) as caught:
        fail()
    assert reason_of(caught.value).startswith("MuteError: (its text cannot be made: ValueError) (test_output.py:")
    assert "KeyError: 'first'" in traceback_of(caught.value)
    assert reason_of(ValueError("never raised")) == "ValueError: never raised"


@pytest.mark.parametrize(("code", "expected"), [(None, 0), (0, 0), (3, 3), ("text", 1)])
def test_exit_codes_are_those_of_python(code, expected):
    assert exit_code(SystemExit(code)) == expected
