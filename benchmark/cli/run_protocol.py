"""The protocol of a dataset where none is named."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmark.interfaces.dataset import Variant

OTHER_END = "native[test=first]"
"""Protocol of a dataset whose anomalies are all before the part that ``native`` tests on."""


def default_protocol(dataset: str) -> str:
    """The protocol that was written for a dataset, or ``native``."""
    from benchmark.interfaces.registry import PROTOCOLS

    own = [name for name in PROTOCOLS.names() if _name(dataset) in PROTOCOLS.load(name).datasets]
    return own[0] if own else "native"


def protocol_of(dataset: str, variant: Variant, protocol: str, seed: int, root: Path | None) -> tuple[str, str]:
    """Return the protocol of a dataset, and a note where it is not the default one.

    ``native`` tests on the last part of a recording in time. Where no such part of a dataset has an anomaly, and the
    first parts have some, these are the test parts.
    """
    from benchmark.engine.failure import faults_of_data
    from benchmark.engine.tasks import load_tasks
    from benchmark.interfaces.errors import BenchmarkError
    from benchmark.process.state import defined_state

    if protocol or (default := default_protocol(dataset)) != "native":
        return protocol or default, ""

    def anomalous(name: str) -> int:
        return sum(
            int(labels.sum())
            for task in load_tasks(dataset, variant, name, seed, root)
            if (labels := task.test.labels) is not None and 0 < labels.sum() < len(labels)
        )

    what = f"protocol {default!r} makes no tasks of dataset {dataset!r}"
    with suppress(BenchmarkError), defined_state(), faults_of_data(what):  # the run finds the same fault, and names it
        if not anomalous(default) and anomalous(OTHER_END):
            return (
                OTHER_END,
                f"{dataset}: no last part of a recording has anomalies; tested on the first: {OTHER_END}",
            )
    return default, ""


def _name(text: str) -> str:
    from benchmark.interfaces.spec import Spec

    return Spec.parse(text).name
