"""``detect``, ``fit`` and ``score`` with a detector of others in a process of its own, as ``run`` has it.

Whatever such a detector does to its process, a crash or `os._exit` included, is one error here, before any file is
written. Arrays and JSON come back. Built-in detectors run in this process; the numbers are the same either way.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmark.detection import scoring
from benchmark.detection.cut import cut_by
from benchmark.detection.division import Division
from benchmark.detection.model import Model
from benchmark.detection.scoring import Scored
from benchmark.engine.failure import CellFailedError, Failure, failure_of
from benchmark.engine.isolation import Isolated
from benchmark.engine.job import shared_libraries
from benchmark.engine.method import is_foreign, target_of
from benchmark.engine.parcel import read_request, write_request
from benchmark.interfaces.errors import BenchmarkError, PluginError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.writing import write_whole
from benchmark.process.output import flush

Work = Callable[[Path, Any], None]


def detect(method: str, division: Division, threshold: str, seed: int = 0) -> Scored:
    """Fit a method on the first part of a recording and score the second; see `benchmark.detection.scoring.detect`.

    Parameters
    ----------
    method : str
        ``name[…]`` of a detector that needs no label.
    division : Division
        The parts.
    threshold : str
        Rule of the cut, for `benchmark.detection.cut.cut_by`.
    seed : int
        Seed of the detector.

    Raises
    ------
    PluginError
        Also where the process of the detector ends.
    """
    if not is_foreign(method):
        return scoring.detect(method, division, cut_by(threshold), seed)
    with _process(method, division.source.name, _detect, (method, division, threshold, seed)) as folder:
        return _read(folder / "0", method, division.source)


def fit(method: str, division: Division, threshold: str, seed: int, folder: Path) -> tuple[dict[str, Any], list[Path]]:
    """Fit a method and save it as a model; see `benchmark.detection.model.Model`.

    Parameters
    ----------
    method, division, threshold, seed
        As of `detect`.
    folder : Path
        Folder of the model. It is made once the detector is fitted.

    Returns
    -------
    dict
        What ``model.json`` holds.
    list of Path
        The files.

    Raises
    ------
    PluginError
        Also where the process of the detector ends.
    """
    if not is_foreign(method):
        files = Model.fit(method, division, threshold, seed).save(folder)
    else:
        with _process(method, division.source.name, _fit, (method, division, threshold, seed)) as made:
            parts = sorted((made / "model").iterdir(), key=lambda one: (one.name == "model.json", one.name))
            folder.mkdir(parents=True, exist_ok=True)
            written = [write_whole(folder / part.name, part.read_bytes()) for part in parts]
            files = [written[-1], *written[:-1]]
    return json.loads(files[0].read_text(encoding="utf-8")), files


def score(folder: Path, recordings: Sequence[Recording]) -> tuple[str, list[Scored]]:
    """Score recordings by a saved model.

    Returns
    -------
    str
        Rule of the cut.
    list of Scored
        One for each recording.

    Raises
    ------
    DataError
        If there is no model, or it does not fit the channels.
    PluginError
        Also where the process of the detector ends.
    """
    method = _method_of(folder)
    if method is None or not is_foreign(method):
        model = Model.load(folder)
        return model.threshold, [model.score(one) for one in recordings]
    names = ", ".join(one.name for one in recordings)
    with _process(method, names, _score, (str(folder.resolve()), tuple(recordings))) as answer:
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        channels = tuple(facts["channels"])
        sources = [one if one.channels == channels else one.select(channels) for one in recordings]
        found = [_read(answer / str(place), method, one) for place, one in enumerate(sources)]
        return str(facts["threshold"]), found


def _method_of(folder: Path) -> str | None:
    """The method of a saved model; None where there is none that can be read, which `Model.load` says."""
    try:
        return str(json.loads((folder / "model.json").read_text(encoding="utf-8"))["method"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def _process(method: str, recording: str, work: Work, asked: tuple[Any, ...]) -> Iterator[Path]:
    """Do some work in a process of its own, and give the folder of its answer."""
    what = f"{method} on {recording!r}"
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        write_request(asked, folder / "asked")
        process = Isolated(target_of(method), libraries=shared_libraries([method]))
        try:
            process.start()
            process.call(_inside, work, name, str(Path.cwd()), what)
        except CellFailedError as error:
            raise _told(error.failure, what) from None
        finally:
            _pass_on(process.log())
            process.close()
        yield folder


def _told(failure: Failure, what: str) -> PluginError:
    """The error of a failed process. A process that has ended could not say what it did."""
    raised = failure.traceback and not failure.traceback.startswith("Fatal Python error")
    error = PluginError(failure.reason if raised else f"{what}: {failure.reason}")
    if failure.traceback:
        error.add_note(failure.traceback)
    return error


def _pass_on(log: str) -> None:
    """Print what a detector has printed."""
    if log:
        print(log, end="" if log.endswith("\n") else "\n")
        flush()


def _read(folder: Path, method: str, source: Recording) -> Scored:
    """Read scores that `_write` has written."""
    with np.load(folder / "arrays.npz", allow_pickle=False) as archive:
        uncertainty = archive["uncertainty"] if "uncertainty" in archive.files else None
        return Scored(method, source, archive["scores"], float(archive["cut"]), archive["shares"], uncertainty)


# What follows runs in the process of the detector.


def _inside(work: Work, folder: str, where: str, what: str) -> Failure | None:
    """Read what is asked, do it, and write the answer; a failure is returned, never raised."""
    try:
        os.chdir(where)  # a detector may be named by its file, from the working folder of the command
        work(Path(folder), read_request(Path(folder, "asked")))
    except BaseException as error:
        failure = failure_of(error)
        named = isinstance(error, BenchmarkError)  # says itself what it is about
        return failure if named else replace(failure, reason=f"{what}: {failure.reason}")
    finally:
        flush()
    return None


def _detect(folder: Path, asked: tuple[str, Division, str, int]) -> None:
    method, division, threshold, seed = asked
    _write(scoring.detect(method, division, cut_by(threshold), seed), folder / "0")


def _fit(folder: Path, asked: tuple[str, Division, str, int]) -> None:
    made = folder / "making"
    Model.fit(*asked).save(made)
    made.rename(folder / "model")


def _score(folder: Path, asked: tuple[str, Sequence[Recording]]) -> None:
    model = Model.load(Path(asked[0]))
    for place, one in enumerate(asked[1]):
        _write(model.score(one), folder / str(place))


def _write(scored: Scored, folder: Path) -> None:
    """Write what only the detector's process knows of scored rows."""
    arrays = {"scores": scored.scores, "cut": np.float64(scored.cut), "shares": scored.shares}
    if scored.uncertainty is not None:
        arrays["uncertainty"] = scored.uncertainty
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    np.savez(folder / "arrays.npz", allow_pickle=False, **{name: np.asarray(one) for name, one in arrays.items()})
