"""Draw cells, run them by the engine in this process, and check each outcome against what the package promises."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.stats import rankdata

from benchmark.drawing.summary import limits_of
from benchmark.engine.detect import Output
from benchmark.engine.job import Job, Outcome
from benchmark.engine.limits import Limits
from benchmark.engine.plan import cell_keys, make_plan
from benchmark.engine.store import Store
from benchmark.engine.tasks import _tasks as remembered_tasks
from benchmark.engine.tasks import load_tasks, task_digests
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.errors import BenchmarkError
from benchmark.interfaces.spec import Spec
from benchmark.metrics.catalogue import COLUMNS
from tests.fuzz import detectors
from tests.fuzz.recordings import EDGE, RIGHT, WRONG, State, mostly

CHOICES: dict[str, dict[str, Any]] = {
    "fitting": detectors.FITS,
    "scoring": detectors.SCORES,
    "deciding": detectors.DECISIONS,
    "diagnosing": detectors.DIAGNOSTICS,
    "graph": detectors.GRAPHS,
    "extra": detectors.EXTRAS,
    "extra_scoring": detectors.SCORES,
}
OWN = ("fitting", "scoring")
LEARNS = ("unsupervised", "supervised", "weak", "none", "oracle")


@dataclass(frozen=True)
class Method:
    """A detector with its choices; what is not named is right."""

    able: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    learns: str = "unsupervised"
    smoothing: int = 1
    seed: int = 0

    @property
    def spec(self) -> str:
        name = detectors.TARGET + ("Able" if self.able else "Odd")
        params: dict[str, Any] = {"learns": self.learns, "smoothing": self.smoothing}
        return str(Spec(name, params | dict(self._own())))

    def _own(self) -> list[tuple[str, str]]:
        return [(field, choice) for field, choice in self.choices if self.able or field in OWN]

    @property
    def expected(self) -> str:
        """What becomes of it on data that are right."""
        ignored = {field for field in CHOICES if field != "scoring"} if self.learns == "oracle" else set()
        found = {CHOICES[field][choice][0] for field, choice in self._own() if field not in ignored}
        if self.smoothing > 1:
            found.add(EDGE)
        return WRONG if WRONG in found else EDGE if EDGE in found else RIGHT


def _choice(field: str) -> st.SearchStrategy[tuple[str, str]]:
    return st.sampled_from([(field, choice) for choice in CHOICES[field]])


METHODS = st.builds(
    Method,
    st.booleans(),
    st.lists(st.one_of(*map(_choice, CHOICES)), max_size=2, unique_by=lambda one: one[0]).map(tuple),
    mostly(["unsupervised"], list(LEARNS[1:])),
    mostly([1], [2, 5]),
    st.integers(0, 2),
)

PROTOCOLS = mostly(
    ["native"], ["native[test=first]", "native[by=group]", "native[validation=0.99]", "paper-pa[window=3]"]
)

ASKED = mostly([()], [("VUS-PR",), tuple(COLUMNS)])


@dataclass(frozen=True)
class Case:
    """A dataset, a protocol, and the methods that run on it one after the other."""

    state: State
    protocol: str
    methods: tuple[Method, ...]
    metrics: tuple[str, ...]


class Bench:
    """Runs cases. Every state gets a number of its own, as a dataset of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.cells = 0

    def run(self, case: Case) -> None:
        """Run every cell of a case and check it."""
        dataset = self.dataset(case.state)
        wanted = {
            Cell(dataset, "twin", case.protocol, method.seed, method.spec, case.metrics): method
            for method in case.methods
        }
        self.cells += len(wanted)
        outcomes = self.outcomes(list(wanted))
        if outcomes is None:
            assert case.state.expected != RIGHT or case.protocol != "native", "good data were refused"
            return
        assert case.state.expected != WRONG, "data that lie were taken"
        scores = {key: output for outcome in outcomes.values() for key, output in outcome.outputs.items()}
        for cell, outcome in outcomes.items():
            check(
                cell,
                outcome.result,
                scores,
                wanted[cell],
                right=case.state.expected == RIGHT and case.protocol == "native",
            )
        if len(wanted) > 1 and len(detectors.STATES) % 8 == 0:
            remembered_tasks.cache_clear()
            again = self.outcomes(list(reversed(wanted)))
            assert again is not None
            for cell, outcome in outcomes.items():
                one, other = outcome.result, again[cell].result
                assert (one.status, one.reason) == (other.status, other.reason)
                assert json.dumps(one.rows) == json.dumps(other.rows)

    def dataset(self, state: State) -> str:
        """Name a state as a dataset of its own."""
        detectors.STATES.append(state)
        return f"{detectors.TARGET}Fuzzed[number={len(detectors.STATES) - 1}]"

    def outcomes(self, cells: Sequence[Cell]) -> dict[Cell, Outcome] | None:
        """Run cells in this order; None where the package refuses the data."""
        try:
            plan = make_plan(cells, self.store, None)
            keys = cell_keys(cells, plan, self.store, lambda tasks: [task_digests(*task, None) for task in tasks])
        except BenchmarkError as error:
            said = str(error)
        else:
            with Job({}, Limits()) as job:
                return {one.cell: job.run(one, None) for one in keys}
        assert_said(said)
        return None


def check(cell: Cell, result: Result, outputs: Mapping[str, Output], method: Method, *, right: bool) -> None:
    """A number that is right, or a status with a reason."""
    if result.status != "OK":
        assert_said(result.reason)
        assert result.status in ("ERROR", "DIVERGED", "OUT_OF_MEMORY")
        assert not result.rows
        place = re.search(r"\((\w+\.py):\d+\)$", result.reason)
        assert place is None or place[1] == "detectors.py", f"a fault of the harness: {result.reason}"
        assert not (right and method.expected == RIGHT), f"a good detector on good data failed: {result.reason}"
        return
    assert method.expected != WRONG, "a faulty detector has a number"
    tasks = load_tasks(cell.dataset, cell.variant, cell.protocol, cell.seed, None)
    assert [row["task"] for row in result.rows] == [task.name for task in tasks]
    assert json.dumps(result.rows, allow_nan=False)
    for task, row in zip(tasks, result.rows, strict=True):
        labels = task.test.labels
        assert (row["points"], row["anomalous"]) == (len(labels), labels.sum())
        for name, value in row.items():
            limits = limits_of(name) if name in COLUMNS else None
            assert value is None or limits is None or limits[0] <= value <= limits[1], f"{name} is {value}"
        if 0 < labels.sum() < len(labels):
            assert None not in (row["AUC-ROC"], row["AUC-PR"], row["F1@val"])
            if method.smoothing == 1:
                scores = outputs[result.scores[task.name]].arrays["test"]
                assert math.isclose(row["AUC-ROC"], area(labels, scores), abs_tol=1e-9), "another cell's result"
        else:
            assert row["AUC-ROC"] is None


def area(labels: np.ndarray, scores: np.ndarray) -> float:
    """AUC-ROC by ranks."""
    positive = int(labels.sum())
    above = rankdata(scores)[labels].sum() - positive * (positive + 1) / 2
    return float(above / (positive * (len(labels) - positive)))


def assert_said(text: str) -> None:
    """An error is one line that says something."""
    assert text.strip(), "an error without a word"
    assert "Traceback" not in text
    assert "\n" not in text, f"an error of several lines: {text!r}"
