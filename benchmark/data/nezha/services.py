"""Nezha as one recording whose channels are services, to compare a learned graph with the call graph."""

from __future__ import annotations

from functools import reduce

import numpy as np

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording

_MINUTE = 60_000_000


def joined(pods: list[Recording], calls: list[tuple[str, str, float]], channel: str) -> Recording:
    """Put one channel of every pod side by side, minute by minute.

    Parameters
    ----------
    pods : list of Recording
        One recording per pod, with time and labels, named ``<service>-<replica set>-<pod>``.
    calls : list of (source, target, weight)
        Edges of the call graph; an edge with an end that is no service of a pod is left out.
    channel : str
        Channel of the pods that gives the value of each service.

    Returns
    -------
    Recording
        ``services``: (minutes common to all pods, services). A minute is anomalous if it is so for any pod. Its
        dependencies are the calls: row i is True at j where service i calls service j.

    Raises
    ------
    DataError
        If the pods have no minute in common.
    """
    services = tuple(pod.name.partition("-")[0] for pod in pods)
    minutes = [pod.time // _MINUTE for pod in pods if pod.time is not None]
    common = reduce(np.intersect1d, minutes)
    if not len(common):
        raise DataError("the pods of nezha have no minute in common")
    rows = [np.searchsorted(minute, common) for minute in minutes]  # the first row of each minute
    parts = [pod.take(row) for pod, row in zip(pods, rows, strict=True)]
    dependencies = np.zeros((len(services),) * 2, np.bool_)
    for source, target, _ in calls:
        if source in services and target in services:
            dependencies[services.index(source), services.index(target)] = True
    return Recording(
        "services",
        np.concatenate([part.select((channel,)).values for part in parts], axis=1),
        services,
        labels=np.any([part.labels for part in parts if part.labels is not None], axis=0),
        time=common * _MINUTE,
        dependencies=dependencies,
    )
