"""Small recordings of the three datasets, made without any file."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.data.adfa_ld.calls import CALLS
from benchmark.interfaces.raw import Categorical, Ragged, Raw
from benchmark.interfaces.recording import Recording

SERVICES = ("ftp", "http", "smtp", "worm")


def connections(part: str, kinds: dict[str, int], seed: int) -> Recording:
    """Rows of each kind; normal ones use http, smtp and seldom ftp, attacks the service ``worm``."""
    generator = np.random.default_rng(seed)
    names = np.repeat(list(kinds), list(kinds.values()))
    normal = names == "normal"
    codes = np.where(normal, generator.choice([1, 2], len(names)), 3)
    codes[np.flatnonzero(normal)[:2]] = 0
    values = generator.integers(0, 1000, (len(names), 2)).astype(np.float32)
    values[:, 1] /= 1000
    return Recording(
        "connections",
        values,
        ("bytes", "rate"),
        labels=~normal,
        covariates={"kind": names},
        sequential=False,
        part=part,
        modalities=("count", "rate"),
        raw=Raw(
            {"bytes": values[:, 0], "rate": values[:, 1]}, {"service": Categorical(codes.astype(np.int16), SERVICES)}
        ),
    )


@pytest.fixture
def nsl() -> list[Recording]:
    train = connections("train", {"normal": 100, "flood": 40, "scan": 20, "rare": 5}, 0)
    return [train, connections("test", {"normal": 80, "flood": 30, "scan": 12, "rare": 4, "new": 15}, 1)]


def traces(part: str, rows: list[tuple[str, str, list[int]]]) -> Recording:
    """Rows of (incident, process, calls); an empty incident is normal."""
    incidents = np.array([incident for incident, _, _ in rows], np.str_)
    kinds = np.array([incident.rpartition("_")[0] or "normal" for incident, _, _ in rows], np.str_)
    contents = [tuple(calls) for _, _, calls in rows]
    own = {content: 100 + number for number, content in enumerate(dict.fromkeys(contents))}
    numbers = {name: number for number, name in enumerate(sorted(set(incidents.tolist()) - {""}))}
    groups = [numbers[one] if one else own[content] for one, content in zip(incidents.tolist(), contents, strict=True)]
    return Recording(
        "traces",
        np.array([(len(calls), len(set(calls))) for _, _, calls in rows], np.float32),
        ("calls", "different calls"),
        labels=incidents != "",
        groups=np.array(groups),
        covariates={
            "kind": kinds,
            "incident": incidents,
            "process": np.array([process for _, process, _ in rows], np.str_),
        },
        sequential=False,
        part=part,
        modalities=("count", "count"),
        raw=Raw(sequences=Ragged.of([np.array(calls) for _, _, calls in rows], np.int16), alphabet=CALLS),
    )


@pytest.fixture
def adfa() -> list[Recording]:
    generator = np.random.default_rng(0)

    def calls(size: int = 30) -> list[int]:
        return generator.integers(1, 60, size).tolist()

    train = [("", "", calls()) for _ in range(20)]
    test = [("", "", calls()) for _ in range(40)] + [("", "", train[0][2]), ("", "", train[1][2])]
    test += test[:5]
    for kind in ("Adduser", "Web_Shell"):
        for number in range(10):
            test += [(f"{kind}_{number}", process, calls()) for process in ("1371", f"{kind}{number}")]
    return [traces("train", train), traces("test", test)]


@pytest.fixture
def cloudtrail() -> list[Recording]:
    count = 200
    attack = {20: "a", 21: "a", 60: "b", 90: "c", 91: "c", 120: "d", 150: "e", 180: "f", 181: "f"}
    incidents = np.array([attack.get(row, "") for row in range(count)], np.str_)
    techniques = {"": "benign", "a": "dump", "b": "hide", "c": "dump", "d": "leak", "e": "leak", "f": "stay"}
    values = np.zeros((count, 1), np.float32)
    calls = Categorical(np.array([row % 4 for row in range(count)], np.int16), ("A", "B", "C", "D"))
    errors = Categorical(np.array([row % 10 == 0 for row in range(count)], np.int16), ("none", "AccessDenied"))
    recording = Recording(
        "invictus",
        values,
        ("read only",),
        labels=incidents != "",
        time=np.arange(count) * 10_000_000,
        covariates={
            "kind": np.array([techniques[one] for one in incidents.tolist()], np.str_),
            "incident": incidents,
            "credential": np.arange(count) % 2,
        },
        sequential=False,
        modalities=("binary",),
        raw=Raw({"read only": values[:, 0]}, {"call": calls, "error": errors}),
    )
    return [recording]
