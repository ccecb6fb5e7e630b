"""Nezha (Yu et al., FSE 2023): pods of the Online Boutique shop, one day with injected faults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import Field

from benchmark.data.checksums import remote_file
from benchmark.data.nezha.services import joined
from benchmark.data.precision import compact
from benchmark.data.tables import (
    read_csv,
    read_json,
    refuse,
    require_increasing,
    require_non_negative,
    require_present,
    times,
)
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError, ParameterError, UnknownNameError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

PODS = (
    "adservice-5f6585d649-fnmft",
    "cartservice-579f59597d-wc2lz",
    "checkoutservice-578fcf4766-9csqn",
    "currencyservice-cf787dd48-vpjrd",
    "emailservice-55fdc5b988-f6xth",
    "frontend-579b9bff58-t2dbm",
    "paymentservice-9cdb6588f-554sm",
    "productcatalogservice-668d5f85fb-wckp8",
    "recommendationservice-6cfdd55578-gfj6q",
    "shippingservice-7b598fc7d-lmggd",
)
"""Names of the ten pods."""

CHANNELS = (
    "CpuUsage(m)",
    "CpuUsageRate(%)",
    "MemoryUsage(Mi)",
    "MemoryUsageRate(%)",
    "SyscallRead",
    "SyscallWrite",
    "NetworkReceiveBytes",
    "NetworkTransmitBytes",
    "PodClientLatencyP90(s)",
    "PodServerLatencyP90(s)",
    "PodClientLatencyP95(s)",
    "PodServerLatencyP95(s)",
    "PodClientLatencyP99(s)",
    "PodServerLatencyP99(s)",
    "PodWorkload(Ops)",
    "PodSuccessRate(%)",
    "NodeCpuUsageRate(%)",
    "NodeMemoryUsageRate(%)",
    "NodeNetworkReceiveBytes",
)
"""The numeric columns of a pod, in the order of its file and under its names."""

TRAFFIC = "NetworkReceiveBytes"
"""The channel that represents a service in the layout ``services``."""

FAULTS = "2022-08-22-fault_list.json"
DEPENDENCIES = "dependency.csv"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

_URL = "https://raw.githubusercontent.com/IntelligentDDS/Nezha/main/rca_data/2022-08-22"
_MINUTE = 60_000_000


class Fault(NamedTuple):
    """One injected fault: the pod, the time in microseconds since 1970-01-01 UTC, and the type."""

    pod: str
    time: int
    kind: str


@dataclass(kw_only=True)
class Nezha(Dataset):
    """Ten microservice pods of a web shop (Nezha): 19 metrics per minute over one day, with injected faults.

    Each pod is one sequential recording; the publisher does not split. A point is anomalous if it was measured in the
    first ``fault_minutes`` after an injection on its own pod; effects of the fault on the pods that call it stay
    unlabelled. Time is in microseconds since 1970-01-01 UTC, in whole seconds, from the text of ``Time``. ``TimeStamp``
    repeats it as a number, but has altered digits in every row of adservice, and so is not read.

    Parameters
    ----------
    layout : {"pods", "services"}
        ``services``: one recording of ten channels, the ``NetworkReceiveBytes`` of each service, since a call is a
        message that is received; its `Recording.dependencies` are the call graph.
    pod : str
        Read this pod only, by its full name; empty for all ten. For the layout ``pods``.
    fault_minutes : int
        Assumed duration of a fault, at least one minute. The list of faults gives no end; CPU usage is back to
        normal after about five minutes.

    References
    ----------
    G. Yu et al., Nezha: interpretable fine-grained root causes analysis for microservices on multi-modal
    observability data, ESEC/FSE 2023.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="nezha",
        title="Nezha, Online Boutique, 2022-08-22",
        source="https://github.com/IntelligentDDS/Nezha",
        licence="MIT",
        folder="nezha",
        files=(
            remote_file(f"nezha/{FAULTS}", f"{_URL}/{FAULTS}"),
            remote_file(f"nezha/metric/{DEPENDENCIES}", f"{_URL}/metric/{DEPENDENCIES}"),
            *(remote_file(f"nezha/metric/{pod}_metric.csv", f"{_URL}/metric/{pod}_metric.csv") for pod in PODS),
        ),
        channels=len(CHANNELS),
        anomaly_share=0.0099,
        label="a point measured within five minutes of a fault's injection on the same pod",
        vus_window=5,  # the assumed duration of a fault
        period="one minute",
        known_issues=(
            "TimeStamp of adservice is wrong in all 1,209 rows (single digits are altered, to the year 2028); Time is "
            "read instead",
            "inject_time and inject_timestamp of the cpu_consumed fault on recommendationservice differ by one minute; "
            "inject_timestamp is read, since CPU usage has risen before inject_time",
            "faults have a start and no end; their duration is a parameter of the label",
            "24 faults, all in the first four of twenty hours: a split by time leaves some parts without any",
            "a fault on one pod also slows the pods that call it, which stay unlabelled",
            "PodSuccessRate(%) is 0 throughout; Node… channels belong to the node: those of checkoutservice and "
            "currencyservice are equal",
            "latencies are NaN in up to 26 rows of checkoutservice, emailservice and paymentservice: no calls",
        ),
    )

    layout: Literal["pods", "services"] = "pods"
    pod: str = ""
    fault_minutes: Annotated[int, Field(ge=1)] = 5

    def __post_init__(self) -> None:
        if self.pod and self.pod not in PODS:
            raise UnknownNameError("pod of dataset 'nezha'", self.pod, PODS)
        if self.pod and self.layout == "services":
            raise ParameterError("nezha: pod belongs to layout=pods; layout=services joins all ten")

    def files(self, root: Path) -> list[Path]:
        """Return fault list, metrics of each pod, and call graph if needed. Raises `DataError` where one is missing."""
        graph = [self.path(root, "metric", DEPENDENCIES)] if self.layout == "services" else []
        return sorted((self.path(root, FAULTS), *graph, *(self._metrics(root, pod) for pod in self._pods)))

    def read(self, root: Path) -> list[Recording]:
        """Read the metrics of each pod and label them."""
        injected = faults(root)
        pods = [self._recording(root, pod, [fault for fault in injected if fault.pod == pod]) for pod in self._pods]
        return [joined(pods, dependencies(root), TRAFFIC)] if self.layout == "services" else pods

    @property
    def _pods(self) -> tuple[str, ...]:
        return (self.pod,) if self.pod else PODS

    def _metrics(self, root: Path, pod: str) -> Path:
        return self.path(root, "metric", f"{pod}_metric.csv")

    def _recording(self, root: Path, pod: str, injected: list[Fault]) -> Recording:
        path = self._metrics(root, pod)
        table = read_csv(path, {"Time": pl.String, "PodName": pl.String, **dict.fromkeys(CHANNELS, pl.Float64)})
        require_present(table, ("PodName",), path)
        refuse(table["PodName"] != pod, table["PodName"], path, f"is not the pod of this file, {pod}")
        require_non_negative(table, CHANNELS, path)
        time = _clock(table["Time"], path)
        labels = np.zeros(len(time), np.bool_)
        for fault in injected:
            inside = (time >= fault.time) & (time < fault.time + self.fault_minutes * _MINUTE)
            if not inside.any():
                moment = np.datetime64(fault.time, "us").astype("datetime64[s]")
                raise DataError(
                    f"the {fault.kind} fault injected on {pod} at {moment} lies outside its metrics",
                    file=self.path(root, FAULTS),
                )
            labels |= inside
        values = compact(table.select(CHANNELS).to_numpy())
        return Recording(pod, values, CHANNELS, labels=labels, time=time)


def faults(root: Path) -> list[Fault]:
    """Read the injected faults, in order of time.

    Parameters
    ----------
    root : path
        Data folder.

    Raises
    ------
    DataError
        Missing file, or an entry without a known pod, a time or a type.
    """
    path = Nezha().path(Path(root), FAULTS)
    hours = read_json(path)
    if not isinstance(hours, dict):
        raise DataError("must be an object of lists of faults, by hour", file=path)
    injected = []
    for hour, entries in hours.items():
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
            entry_name = f"hour {hour}, fault {number}"
            keys = ("inject_timestamp", "inject_pod", "inject_type")
            if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in keys):
                raise DataError(f"{entry_name}: needs {', '.join(keys)}, each a text", file=path)
            seconds, pod, kind = (entry[key] for key in keys)
            if pod not in PODS:
                raise DataError(f"{entry_name}: {pod!r} is not one of the ten pods", file=path)
            if not seconds.isdecimal():
                raise DataError(f"{entry_name}: inject_timestamp {seconds!r} is not a number of seconds", file=path)
            injected.append(Fault(pod, int(seconds) * 1_000_000, kind))
    return sorted(injected, key=lambda fault: fault.time)


def dependencies(root: Path) -> list[tuple[str, str, float]]:
    """Read the call graph.

    Parameters
    ----------
    root : path
        Data folder.

    Returns
    -------
    list of (source, target, weight)
        Directed edges in the order of the file. Services have their name without the pod's suffix
        (``cartservice``); a target that is an address is the node on which the source runs.

    Raises
    ------
    DataError
        Missing file, empty cell, weight that is not a number ≥ 0.
    """
    path = Nezha().path(Path(root), "metric", DEPENDENCIES)
    table = read_csv(path, {"Source": pl.String, "Target": pl.String, "Weight": pl.Float64})
    require_present(table, table.columns, path)
    require_non_negative(table, ("Weight",), path)
    return table.rows()


def _clock(column: pl.Series, path: Path) -> NDArray[np.int64]:
    """Read times such as ``2022-08-22 03:51:19.607158889 +0000 UTC m=+0.11`` to the whole second, in microseconds."""
    text = column.str.extract(r"^(\S+ \d\d:\d\d:\d\d)(?:\.\d+)? \+0000 UTC").alias(column.name)
    refuse(text.is_null(), column, path, f"is not a UTC time of the form {TIME_FORMAT}.f +0000 UTC")
    time: NDArray[np.int64] = times(text, TIME_FORMAT, path).to_numpy()
    require_increasing(time, path, column.name)
    return time
