"""Checks of the contract: scores, inputs, seeds, unusual recordings."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from dataclasses import replace

import numpy as np

from benchmark.interfaces.errors import BenchmarkError, DivergedError
from benchmark.interfaces.recording import Recording
from benchmark.testing.result import Check, Finding, fails, passes
from benchmark.testing.subject import CHANNELS, OUTLIER, SEEDS, TEST, Subject, learning, scored

OWN_SEED = 7
"""Seed of a detector while the global random state has others."""

FAR = OUTLIER * (-1.0) ** np.arange(CHANNELS)
"""What makes a row of noise an outlier."""

LARGE = 1e25
"""A value far beyond training."""

EVERY_THIRD = (0, TEST, 3)
"""Rows that are scored by themselves: start, stop and step."""

_PROGRAM = (
    "import sys; import benchmark; from benchmark.testing.contract import digest_of_scores; "
    "print(digest_of_scores(sys.argv[1]))"
)


def digest_of_scores(spec: str) -> str:
    """Hash of the scores that a new detector gives, for comparison between processes."""
    return hashlib.sha256(np.ascontiguousarray(Subject(spec).scores).tobytes()).hexdigest()


def _every_point(subject: Subject) -> Finding:
    for points in (1, 2, TEST):
        found = subject.score(subject.fitted, scored(points))
        if found.shape != (points,):
            return fails(f"score returned the shape {found.shape} for {points} points; return one number for each")
        if not np.isfinite(found).all():
            return fails(f"score {found[~np.isfinite(found)][0]} at point {int(np.argmin(np.isfinite(found)))}")
    return passes("1, 2 and 120 points")


def _inputs_stay(subject: Subject) -> Finding:
    try:
        subject.score(subject.fit(*learning(), frozen=True), scored(), frozen=True)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        return fails(f"it writes to its inputs ({error}); copy them first")
    return passes()


def _twice(subject: Subject) -> Finding:
    again = subject.score(subject.fitted, subject.test)
    other = subject.score(subject.fit(*learning()), subject.test)
    if again.tobytes() != subject.scores.tobytes():
        return fails("the same fitted detector scores the same points differently the second time")
    if other.tobytes() != subject.scores.tobytes():
        return fails("two fits with one seed score differently; take every random draw from a generator of self.seed")
    return passes()


def _two_processes(subject: Subject) -> Finding:
    command = [sys.executable, "-c", _PROGRAM, subject.spec]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([path for path in sys.path if path])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        return fails(f"it cannot run in a process of its own: {done.stderr.strip().splitlines()[-1]}")
    same = done.stdout.split()[-1] == hashlib.sha256(np.ascontiguousarray(subject.scores).tobytes()).hexdigest()
    return passes() if same else fails("another process gives other scores with the same seed")


def _own_seed(subject: Subject) -> Finding:
    found = []
    for number in (1, 2):
        random.seed(number)
        np.random.seed(number)  # noqa: NPY002 - a detector must not read it
        before = (random.getstate(), _numpy_state())
        found.append(subject.score(subject.fit(*learning(), OWN_SEED), subject.test))
        if (random.getstate(), _numpy_state()) != before:
            return fails("it draws from the global random state; use numpy.random.default_rng(self.seed)")
    return passes() if found[0].tobytes() == found[1].tobytes() else fails("the global random state changes its scores")


def _numpy_state() -> str:
    """The global random state of NumPy."""
    return repr(np.random.get_state())  # noqa: NPY002


def _constant_channel(subject: Subject) -> Finding:
    train, validation = learning()
    for part in (train, validation):
        part.values[:, 1] = 3.0
    found = subject.score(subject.fit(train, validation), subject.test)
    return passes() if np.isfinite(found).all() else fails("a channel without spread in training gives no finite score")


def _channels(number: int, noun: str) -> Check:
    def run(subject: Subject) -> Finding:
        found = subject.score(subject.fit(*learning(channels=number)), scored(channels=number))
        return passes() if np.isfinite(found).all() else fails(f"no finite scores with {number} channels")

    return Check(f"it takes {number} {noun}", "contract", run)


def _empty(subject: Subject) -> Finding:
    try:
        found = subject.score(subject.fitted, scored().take(slice(0)))
    except (BenchmarkError, ValueError) as error:
        return Finding("note", f"no point to score is an error: {type(error).__name__}")
    return passes() if found.shape == (0,) else fails(f"no point gives the shape {found.shape}")


def _large_values(subject: Subject) -> Finding:
    test = scored()
    test.values[5], test.values[6] = LARGE, -LARGE
    found = subject.score(subject.fitted, test)
    return passes() if np.isfinite(found).all() else fails("values of 1e25 in the test give no finite score")


def _outlier(subject: Subject) -> Finding:
    values = np.random.default_rng(SEEDS["other"]).standard_normal((TEST, CHANNELS)).astype(np.float32)
    values[-1] += FAR
    found = subject.score(subject.fitted, Recording("outlier", values, subject.test.channels))
    share = float((found[:-1] < found[-1]).mean())
    text = f"a row 8 standard deviations away scores above {share:.0%} of the others"
    return passes(text) if share > 0.95 else Finding("note", text + "; is its score the right way up?")


def _order(subject: Subject) -> Finding:
    try:
        detector = subject.fit(*learning(sequential=False))
    except (BenchmarkError, DivergedError) as error:
        return Finding("note", f"it refuses rows without an order: {error}")
    test = replace(subject.test, sequential=False)
    rows = np.arange(*EVERY_THIRD)
    whole, some = subject.score(detector, test)[rows], subject.score(detector, test.take(rows))
    if np.allclose(whole, some, rtol=1e-4, atol=1e-5):
        return passes("rows without an order are scored one by one")
    return fails("rows without an order (sequential=False) change the scores of other rows")


CONTRACT = (
    Check("it scores every point with a finite number", "contract", _every_point),
    Check("it leaves its inputs as they are", "contract", _inputs_stay),
    Check("it gives the same scores twice", "contract", _twice),
    Check("it gives the same scores in two processes", "contract", _two_processes),
    Check("its own seed alone decides", "contract", _own_seed),
    Check("it takes a constant channel", "contract", _constant_channel),
    _channels(1, "channel"),
    _channels(500, "channels"),
    Check("it takes no point at all", "contract", _empty),
    Check("it survives values far beyond training", "contract", _large_values),
    Check("it takes rows without an order", "contract", _order),
    Check("an obvious outlier scores high", "contract", _outlier),
)
