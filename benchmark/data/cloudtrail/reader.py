"""CloudTrail: one account under attack (Invictus), attack techniques alone (Stratus), and a vendor's test events."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.data.cloudtrail import columns
from benchmark.data.cloudtrail.events import Event, clock, read_lines, read_list, require_fields
from benchmark.data.cloudtrail.files import FOLDER, INVICTUS, LOGIN, TECHNIQUES, VENDOR_TESTS, published_files
from benchmark.data.cloudtrail.labels import judge
from benchmark.data.tables import require_increasing
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.raw import Raw
from benchmark.interfaces.recording import Recording

BENIGN = "benign"

Source = Literal["invictus", "stratus", "vendor-tests"]


@dataclass(kw_only=True)
class CloudTrail(Dataset):
    """AWS CloudTrail: 2,842 events of one account within 56 minutes, 158 of them of 30 executions of attacks.

    One recording with the name of the source. A point is one event. The channels are seven numeric columns; the raw
    form holds these, five categorical columns (`benchmark.data.cloudtrail.columns`) and the event itself as a document.
    Covariates: ``kind`` (text, ``benign`` or the technique), ``incident`` (text, the execution; empty where benign) and
    ``credential`` (int64, number of the access key). Time is in microseconds since 1970-01-01 UTC. Rows are in order of
    time, but many share a second, and events of many programs alternate, so that they do not count as sequential.

    Parameters
    ----------
    source : {"invictus", "stratus", "vendor-tests"}
        ``invictus``: benign work and attacks, in order of time, for detection. The label is a rule
        (`benchmark.data.cloudtrail.labels`); its 58 set-up events are left out. ``stratus``: the 310 events of 35
        techniques alone, every one an attack, for coverage by rules. ``vendor-tests``: 461 test events of a vendor's
        rules, labelled with the verdict that the vendor expects of the rule in ``kind``; they have no common clock, so
        no time. The vendor's rules are programs that the data do not hold.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="cloudtrail",
        title="AWS CloudTrail events with attacks by Stratus Red Team",
        source="https://github.com/invictus-ir/aws_dataset",
        licence="MIT (Invictus), Apache-2.0 (Stratus Red Team, Panther), Detection Rule License 1.1 (rules)",
        folder=FOLDER,
        files=published_files(),
        login=LOGIN,
        channels=len(columns.CHANNELS),
        anomaly_share=0.0556,
        label="an event of an execution of an attack, by the tool's name in userAgent and by what a stolen credential "
        "did (source invictus)",
        vus_window=0,
        period="none: one row per event; times have a resolution of one second",
        known_issues=(
            "56 minutes of one account: what is normal there is not what is normal elsewhere",
            "attacks lie between 11:54 and 12:28; most techniques were executed once, four events or fewer",
            "the tool prepares its targets with Terraform under the same user; that work is labelled benign",
            "58 events of the tool's connection checks and of undoing are neither, and are left out",
            "user agent, address, account and names give the attacks away, so that no detector sees them; documents "
            "keep them without the tool's name, for rules written by hand only",
            "addresses and accounts of the logs of Stratus are random; they hold no benign event, so that they show "
            "what rules cover and not what rules cost",
            "of the 461 test events 8 have their field names in lower case, as the vendor's file has",
            "84 of the 738 rules of Suzaku name Stratus Red Team in their references: they may be made after it",
        ),
    )

    source: Source = "invictus"

    def files(self, root: Path) -> list[Path]:
        """Return the files of the source. Raises `DataError` where one is missing."""
        if self.source == "stratus":
            return sorted(self.path(root, "stratus", f"{name}.json") for name in TECHNIQUES)
        return [self._path(root, INVICTUS if self.source == "invictus" else VENDOR_TESTS)]

    def read(self, root: Path) -> list[Recording]:
        """Read the source into one recording."""
        if self.source == "stratus":
            return [_techniques({path.stem: (path, read_list(path)) for path in self.files(root)})]
        (path,) = self.files(root)
        events = read_lines(path)
        return [_account(events, path) if self.source == "invictus" else _vendor_tests(events, path)]

    def _path(self, root: Path, name: str) -> Path:
        """Return a file that is published gzipped, gzipped or plain."""
        plain = Path(root, FOLDER, name.removesuffix(".gz"))
        return plain if plain.is_file() else self.path(root, *name.split("/"))


def _account(events: list[Event], path: Path) -> Recording:
    require_fields(events, path)
    time = clock(events, path).to_numpy()
    require_increasing(time, path, "eventTime", header=False, repeats=True)
    verdicts = judge(events)
    kept = [position for position in range(len(events)) if position not in verdicts.set_up]
    incidents = [verdicts.executions.get(position, "") for position in kept]
    kinds = [verdicts.techniques[incident] if incident else BENIGN for incident in incidents]
    labels = np.array([bool(incident) for incident in incidents])
    return _recording("invictus", [events[position] for position in kept], labels, kinds, incidents, time[kept])


def _techniques(logs: dict[str, tuple[Path, list[Event]]]) -> Recording:
    events, kinds, times = [], [], []
    for name, (path, log) in logs.items():
        require_fields(log, path)
        events += log
        kinds += [name] * len(log)
        times.append(clock(log, path).to_numpy())
    return _recording("stratus", events, np.ones(len(events), bool), kinds, kinds, np.concatenate(times))


def _vendor_tests(tests: list[Event], path: Path) -> Recording:
    fields = (("rule", str, "a text"), ("expected", bool, "true or false"), ("event", dict, "an object"))
    for row, test in enumerate(tests, 1):
        for name, wanted, words in fields:
            if not isinstance(test.get(name), wanted):
                raise DataError(f"test has no {name}, or one that is not {words}", file=path, row=row, column=name)
    events, rules = [test["event"] for test in tests], [test["rule"] for test in tests]
    labels = np.array([test["expected"] for test in tests])
    return _recording("vendor-tests", events, labels, rules, rules, None)


def _recording(
    name: str,
    events: list[Event],
    labels: NDArray[np.bool_],
    kinds: list[str],
    incidents: list[str],
    time: NDArray[np.int64] | None,
) -> Recording:
    values = columns.numbers(events)
    _, groups = np.unique(np.array(incidents, np.str_), return_inverse=True)
    return Recording(
        name,
        values,
        columns.CHANNELS,
        labels=labels,
        groups=groups.astype(np.int64),
        time=time,
        covariates={
            "kind": np.array(kinds, np.str_),
            "incident": np.array(incidents, np.str_),
            "credential": columns.credentials(events),
        },
        sequential=False,
        modalities=columns.MODALITIES,
        raw=Raw(
            numbers={channel: values[:, place] for place, channel in enumerate(columns.CHANNELS)},
            categories=columns.categories(events),
            documents=columns.documents(events),
        ),
    )
