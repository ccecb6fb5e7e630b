"""How a cell that gives no number ends, in words."""

import re

import pytest

from benchmark.engine.failure import CellFailedError, Failure, failure_of, faults_of_data
from benchmark.engine.isolation import Isolated
from benchmark.engine.log import Log
from benchmark.interfaces.errors import BenchmarkError, DataError, DivergedError


class OutOfMemoryError(RuntimeError):
    """Named as that of torch."""


def raised(error):
    try:
        raise error
    except BaseException as found:
        return failure_of(found)


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (DivergedError("loss\nis  NaN"), "DIVERGED", "loss is NaN"),
        (MemoryError(), "OUT_OF_MEMORY", "the detector asked for more memory than there is"),
        (DataError("no labels", recording="r"), "ERROR", "recording 'r': no labels"),
        (SystemExit(), "ERROR", r"exited with code 0 \(test_failure.py:\d+\)"),
        (SystemExit(3), "ERROR", r"exited with code 3 \(test_failure.py:\d+\)"),
        (SystemExit("bad day"), "ERROR", r"exited with code 1: bad day \(test_failure.py:\d+\)"),
        (OutOfMemoryError("GPU"), "OUT_OF_MEMORY", r"OutOfMemoryError: GPU \(test_failure.py:\d+\)"),
        (RuntimeError("DefaultCPUAllocator: can't allocate"), "OUT_OF_MEMORY", "RuntimeError: DefaultCPU.*"),
        (RuntimeError("no memory of it"), "ERROR", r"RuntimeError: no memory of it \(test_failure.py:\d+\)"),
        (KeyboardInterrupt(), "ERROR", r"KeyboardInterrupt: .*"),
    ],
)
def test_an_exception_is_a_status_a_reason_and_its_traceback(error, status, reason):
    found = raised(error)
    assert found.status == status
    assert re.fullmatch(reason, found.reason)
    assert "Traceback" in found.traceback
    assert type(error).__name__ in found.traceback


def test_a_failure_that_is_carried_stays_as_it_is():
    failure = Failure("TIMEOUT", "too long", "stacks")
    assert failure_of(CellFailedError(failure)) is failure
    assert str(CellFailedError(failure)) == "too long"


@pytest.mark.parametrize("error", [ValueError("bad day"), SystemExit(2)])
def test_a_fault_of_data_is_one_error_that_says_what_failed(error):
    with pytest.raises(DataError, match=rf"dataset 'x' cannot be read: {type(error).__name__}: ") as caught, \
            faults_of_data("dataset 'x' cannot be read"):  # fmt: skip
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [BenchmarkError("as it is"), MemoryError("m"), KeyboardInterrupt()])
def test_our_own_errors_memory_and_interrupts_pass(error):
    with pytest.raises(type(error)) as caught, faults_of_data("anything"):
        raise error
    assert caught.value is error


@pytest.fixture
def process(tmp_path):
    """A process that was never started, with a log."""
    made = Isolated.__new__(Isolated)
    made._log = Log(tmp_path / "log")
    return made


@pytest.mark.parametrize(
    ("code", "short", "status", "reason"),
    [
        (0, False, "ERROR", "its process exited with code 0"),
        (7, True, "ERROR", "its process exited with code 7"),
        (-9, True, "OUT_OF_MEMORY", "the system ended its process: there was no memory left"),
        (-9, False, "ERROR", "its process was ended by signal SIGKILL (Killed)"),
        (-11, True, "ERROR", "its process was ended by signal SIGSEGV (Segmentation fault)"),
        (-1, False, "ERROR", "its process was ended by signal SIGHUP (Hangup)"),
    ],
)
def test_exit_codes_and_signals_are_told(process, code, short, status, reason):
    failure = process._ended(code, short).failure
    assert (failure.status, failure.reason, failure.traceback) == (status, reason, "")


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("epoch 1\nFatal Python error: boo\n  in fit\n", "Fatal Python error: boo\n  in fit\n"),
        ("Timeout (0:01)\n  in fit", "Timeout (0:01)\n  in fit"),
        ("Timeout (1)\nFatal Python error: a\nTimeout (2)\n", "Timeout (2)\n"),
        ("nothing of note", ""),
    ],
)
def test_the_last_stacks_in_the_log_are_the_traceback(process, printed, kept):
    process._log.file.write_text(printed, encoding="utf-8")
    assert process._failed("TIMEOUT", "too long").failure.traceback == kept
