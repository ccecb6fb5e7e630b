"""The protocol of TSB-AD (Liu and Paparrizos, NeurIPS 2024)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from benchmark.data.tsb_ad.names import parse_name
from benchmark.interfaces.collection import check_recordings
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.protocol import Protocol, Task
from benchmark.interfaces.recording import Recording
from benchmark.metrics.sampled import THRESHOLDS
from benchmark.protocols.tsb_ad.volume import NAME, Volume
from benchmark.protocols.tsb_ad.window import period_window


@dataclass(kw_only=True)
class TsbAdProtocol(Protocol):
    """One task per series: fit on the whole series or on its prefix; score and judge every point of the series.

    This is the evaluation of TSB-AD as it is. It is not how this package evaluates: the points that a detector is
    fitted on are judged, too, and under ``fit=series`` they are all of them. Methods without labels are fitted on the
    whole series there, methods that learn normal data on the prefix. No label reaches a detector either way; since the
    publisher labels no training data as such, supervised detectors cannot be fitted.

    The results hold the probe ``tsb-ad`` (`benchmark.protocols.tsb_ad.volume`): ``VUS-PR`` with a window for each
    series and sampled thresholds, and ``VUS-PR exact`` with the same window and every threshold. A detector of
    supervision ``oracle`` is not asked. All other columns are measured as always.

    Parameters
    ----------
    fit : {"series", "prefix"}
        What a detector is fitted on.
    prefix : int
        Points of the prefix; 0 for the one in the official name of the series (``tr``).
    held_out : float
        Share of these points, at their end, that is validation and not training. With 0, validation is training.
    window : int
        Window of the volume in points; 0 for the publisher's rule for each series
        (`benchmark.protocols.tsb_ad.window`), on its first channel.
    thresholds : int
        Thresholds of the volume, evenly spaced in rank; 0 for every threshold.

    References
    ----------
    Q. Liu and J. Paparrizos, The elephant in the room: towards a reliable time-series anomaly detection benchmark,
    NeurIPS 2024; github.com/TheDatumOrg/TSB-AD, ``benchmark_exp/Run_Detector_M.py``.
    """

    seed_name: ClassVar[str] = "TsbAd"
    fit: Literal["series", "prefix"] = "series"
    prefix: Annotated[int, Field(ge=0)] = 0
    held_out: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    window: Annotated[int, Field(ge=0)] = 0
    thresholds: Annotated[int, Field(ge=0)] = THRESHOLDS

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make one task per series; see `Protocol.tasks`. Training parts of a publisher are left out.

        Raises
        ------
        DataError
            If a series has no labels, no time order, or no prefix: no official name, and no ``prefix`` given.
        """
        check_recordings(dataset, recordings)
        return [self._task(dataset, recording) for recording in recordings if recording.part != "train"]

    def _task(self, dataset: str, series: Recording) -> Task:
        if series.labels is None or not series.sequential:
            lacking = "labels to evaluate against" if series.labels is None else "time order"
            raise DataError(f"{series.name!r} of {dataset!r} has no {lacking}")
        whole = series.unlabelled()
        seen = whole if self.fit == "series" else whole.take(slice(self._prefix(dataset, series)))
        held = round(self.held_out * len(seen))
        train = seen.take(slice(len(seen) - held)) if held else seen
        validation = seen.take(slice(len(seen) - held, None)) if held else seen
        window = self.window or period_window(series.values[:, 0])
        return Task(
            name=series.name,
            train=train,
            validation=validation,
            train_unlabelled=train,
            validation_unlabelled=validation,
            test=series,
            probes={NAME: Volume(series.labels, window, self.thresholds)},
        )

    def _prefix(self, dataset: str, series: Recording) -> int:
        if self.prefix:
            return self.prefix
        name = parse_name(series.name)
        if name is None:
            raise DataError(
                f"{series.name!r} of {dataset!r}: the name carries no training prefix; give its points with prefix=…, "
                "or fit=series"
            )
        return name.train
