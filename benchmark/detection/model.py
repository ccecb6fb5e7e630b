"""A model: a fitted detector with its channels, imputation, cut and the context that a live score needs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark import __version__
from benchmark.detection.cut import cut_by
from benchmark.detection.division import Division
from benchmark.detection.saving import load_object, save_object
from benchmark.detection.scoring import Scored, fitted, step_seconds
from benchmark.detection.shares import shares_of
from benchmark.engine.detect import checked
from benchmark.engine.limits import one_thread
from benchmark.engine.method import fitted_spec, smoothing_of
from benchmark.evaluation.smoothing import smoothed
from benchmark.interfaces.detector import Decides, Detector
from benchmark.interfaces.errors import DataError, PluginError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.writing import write_whole
from benchmark.protocols.impute import Imputer

SCHEMA = 1

CONTEXTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
"""Numbers of rows that are tried as the context of a live score."""

TOLERANCE = 1e-6
"""Largest difference of a live score from that in batch, as a share of its size."""

DETECTOR = "detector"


@dataclass
class Model:
    """A fitted detector that can be saved, and that scores rows it has not seen.

    Parameters
    ----------
    method : str
        ``name[…]``.
    channels : tuple of str
        Names of the channels, in their order.
    detector : Detector
        Fitted.
    imputer : Imputer
        Fills missing values, as in training.
    medians : ndarray, shape (C + indicators,)
        Training medians after imputation, which occlude a channel.
    threshold : str
        Rule of the cut.
    cut : float
        A row is flagged where its score is above.
    context : int
        Rows before and with a row that its live score needs; 0 where no number of `CONTEXTS` is enough.
    """

    method: str
    channels: tuple[str, ...]
    detector: Detector
    imputer: Imputer
    medians: NDArray[Any]
    threshold: str
    cut: float
    context: int

    @classmethod
    def fit(cls, method: str, division: Division, threshold: str, seed: int = 0) -> Model:
        """Fit a method on the first part of a recording and set its cut on the held-out rows.

        Raises
        ------
        ParameterError
            If the method needs labels.
        DataError
            If it gives no usable scores.
        """
        detector = fitted(method, division, seed)
        with one_thread():
            held_out = checked(detector.score(division.validation), len(division.validation), method)
        scores = smoothed(held_out.astype(np.float64), smoothing_of(method))
        cut = cut_by(threshold)(scores, step_seconds(division.source))
        medians = np.median(division.train.values, axis=0)
        model = cls(method, division.source.channels, detector, division.imputer, medians, threshold, cut, 0)
        model.context = model._context(division.validation)
        return model

    def score(self, recording: Recording) -> Scored:
        """Score every row of a recording.

        Raises
        ------
        DataError
            If its channels are not those of the model; the message names the first that differs.
        """
        prepared = self._prepared(recording)
        with one_thread():
            scores = checked(self.detector.score(prepared), len(prepared), self.method)
            shares = shares_of(self.detector, prepared, self.channels, self.medians, scores, self.method)
            decided = self.detector.decide(prepared) if isinstance(self.detector, Decides) else None
        final = smoothed(scores.astype(np.float64), smoothing_of(self.method))
        uncertainty = None if decided is None else 1 - decided.confidence
        return Scored(self.method, self._ordered(recording), final, self.cut, shares, uncertainty)

    def last_score(self, recording: Recording) -> float:
        """Score of the last row of a recording, with the rows before it as context."""
        prepared = self._prepared(recording)
        with one_thread():
            scores = np.asarray(self.detector.score(prepared), np.float64)
        return float(smoothed(scores, smoothing_of(self.method))[-1])

    def save(self, folder: Path) -> list[Path]:
        """Write ``model.json``, ``detector.json`` and ``detector.safetensors`` into a folder; return the files."""
        folder.mkdir(parents=True, exist_ok=True)
        facts = {
            "schema": SCHEMA,
            "version": __version__,
            "method": self.method,
            "channels": list(self.channels),
            "medians": self.medians.astype(float).tolist(),
            "imputer": {
                "medians": self.imputer.medians.astype(float).tolist(),
                "type": str(self.imputer.medians.dtype),
                "indicators": self.imputer.indicators,
            },
            "threshold": self.threshold,
            "cut": self.cut,
            "context": self.context,
        }
        files = save_object(self.detector, folder, DETECTOR)
        path = write_whole(folder / "model.json", json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
        return [path, *files]

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read a saved model.

        Raises
        ------
        DataError
            Where the folder holds none, or one of another version of the format.
        """
        file = folder / "model.json"
        try:
            facts = json.loads(file.read_text("utf-8"))
            schema = facts["schema"]
            imputer = facts["imputer"]
            known = Imputer(np.array(imputer["medians"], imputer["type"]), tuple(imputer["indicators"]))
            fields = {name: facts[name] for name in ("method", "threshold", "cut", "context")}
            channels, medians = tuple(facts["channels"]), np.array(facts["medians"])
        except FileNotFoundError:
            raise DataError("there is no model; fit FILE --save DIR makes one", file=file) from None
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"damaged: {type(error).__name__}: {error}", file=file) from None
        if schema != SCHEMA:
            raise DataError(f"the model has the format {schema}; this version reads {SCHEMA}", file=file)
        kind = type(METHODS.build(fitted_spec(fields["method"]), seed=0))
        detector = load_object(kind, folder, DETECTOR)
        return cls(channels=channels, detector=detector, imputer=known, medians=medians, **fields)

    def _prepared(self, recording: Recording) -> Recording:
        return self.imputer.apply(self._ordered(recording)).unlabelled().encoded()

    def _ordered(self, recording: Recording) -> Recording:
        for channel in self.channels:
            if channel not in recording.channels:
                raise DataError(
                    f"the model was fitted on this channel, and it is missing; known: {', '.join(recording.channels)}",
                    recording=recording.name,
                    column=channel,
                )
        if further := [channel for channel in recording.channels if channel not in self.channels]:
            raise DataError(
                f"the model does not know this channel; it was fitted on {', '.join(self.channels)}",
                recording=recording.name,
                column=further[0],
            )
        return recording if recording.channels == self.channels else recording.select(self.channels)

    def _context(self, validation: Recording) -> int:
        """Smallest number of rows after which the score of a row no longer depends on those before."""
        rows = len(validation)
        length = smoothing_of(self.method)
        with one_thread():
            whole = smoothed(np.asarray(self.detector.score(validation), np.float64), length)
            ends = sorted({rows, rows - rows // 7, rows - rows // 3})
            for context in CONTEXTS:
                if context > min(ends):
                    break
                parts = [validation.take(slice(end - context, end)) for end in ends]
                found = [smoothed(np.asarray(self.detector.score(part), np.float64), length)[-1] for part in parts]
                wanted = np.array([whole[end - 1] for end in ends])
                if np.all(np.abs(np.array(found) - wanted) <= TOLERANCE * np.maximum(1, np.abs(wanted))):
                    return context
        return 0


def described(model: Model) -> dict[str, Any]:
    """Facts about a model for a reader."""
    return {name: value for name, value in asdict(model).items() if name in ("method", "threshold", "cut", "context")}


def require_live(model: Model) -> int:
    """Return the context of a model.

    Raises
    ------
    PluginError
        If its scores depend on more rows than are kept, or on rows to come.
    """
    if not model.context:
        raise PluginError(
            f"{model.method} cannot score rows as they come: its scores depend on more than {CONTEXTS[-1]} rows "
            "before, on rows to come, or on the whole part. Score a file in place of --follow"
        )
    return model.context
