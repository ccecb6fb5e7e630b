"""The checks of a detector of others run in a process of its own; those of a built-in one do not."""

import os
import signal
from dataclasses import dataclass

from benchmark.testing import apart
from benchmark.testing.checks import CHECKS
from tests.testing.detectors import Plain


@dataclass(kw_only=True)
class Delicate(Plain):
    """Crashes where there is one point to score."""

    def score(self, recording):
        if len(recording) == 1:
            os.kill(os.getpid(), signal.SIGSEGV)
        return super().score(recording)


def test_a_check_that_ends_the_process_fails_and_the_others_are_run():
    found = apart.run_checks_apart(f"{__name__}:Delicate")
    first = [next(found) for _ in range(3)]
    found.close()
    assert [one.check for one in first] == list(CHECKS[:3])
    assert [one.finding.verdict for one in first] == ["fails", "passes", "passes"]
    assert first[0].finding.text.startswith("its process ")


def test_a_built_in_detector_needs_no_process(monkeypatch):
    monkeypatch.setattr(apart, "Isolated", None)
    first = next(apart.run_checks_apart("norm"))
    assert (first.check, first.finding.verdict) == (CHECKS[0], "passes")
