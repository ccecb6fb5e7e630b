"""Which channels of a scored recording are worth a panel, and its picture as a PNG file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmark.detection.events import Event
from benchmark.detection.scoring import Scored
from benchmark.drawing.detection import SHOWN, Picture, draw_detection
from benchmark.drawing.figure import DPI
from benchmark.interfaces.writing import write_whole


def picture_of(scored: Scored, events: Sequence[Event]) -> Picture:
    """Choose the channels with the largest shares at the peaks of events, or the first ones where there is none."""
    source = scored.source
    peaks = [event.peak for event in events]
    weight = scored.shares[peaks].sum(axis=0) if peaks else np.zeros(len(source.channels))
    order = np.argsort(-weight, kind="stable")[:SHOWN]
    timed = source.time is not None
    return Picture(
        title=f"{source.name} · {scored.method} · {_counted(events)}",
        time=source.time if source.time is not None else np.arange(1, len(source) + 1),
        timed=timed,
        channels=[(source.channels[place], source.values[:, place]) for place in sorted(order)],
        left_out=len(source.channels) - len(order),
        scores=scored.scores,
        cut=scored.cut,
        events=[(event.first, event.last) for event in events],
        labels=source.labels,
    )


def write_picture(picture: Picture, path: Path) -> Path:
    """Write the picture as PNG; return the path."""
    buffer = io.BytesIO()
    draw_detection(picture).savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return write_whole(path, buffer.getvalue())


def _counted(events: Sequence[Event]) -> str:
    return f"{len(events)} event{'' if len(events) == 1 else 's'}"
