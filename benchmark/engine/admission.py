"""Which workers may compute cells of a plan: those that agree with the client whose keys the results get.

A worker with another version of a detector, a library or a data file would give other numbers under the same keys. So
each worker reports what it has, and the client compares.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmark import __version__, arithmetic
from benchmark.engine.code import code_version, library_versions, outside_libraries
from benchmark.engine.plan import DETECTION, EVALUATION, Plan
from benchmark.engine.received import DatasetOf
from benchmark.engine.tasks import load_recordings
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import fingerprint
from benchmark.interfaces.registry import DATASETS, METHODS, PROTOCOLS
from benchmark.process.failure import text_of
from benchmark.process.state import defined_state

ENGINE = "benchmark.engine.job"
"""Module from which all code that computes a cell is reached, those of the plan aside."""

MISSING = "missing"
"""In place of a fingerprint: the files are not there, and the client may send the recordings."""


@dataclass(frozen=True)
class Question:
    """What a worker is asked.

    Parameters
    ----------
    targets : dict of str to tuple of str
        Modules whose source counts, by a name for messages (``method pca``).
    datasets : tuple of (str, str)
        Dataset and variant.
    """

    targets: Mapping[str, tuple[str, ...]]
    datasets: tuple[DatasetOf, ...]


@dataclass(frozen=True)
class Facts:
    """What a process computes with.

    Parameters
    ----------
    package, python : str
        Versions.
    arithmetic : str
        ``portable`` or ``native``.
    libraries : dict of str to str
        Versions of the libraries that the targets import.
    code : dict of str to str
        Hash of the source of each target; or why there is none.
    data : dict of (str, str) to str
        Fingerprint of each dataset; `MISSING`; or why it cannot be read.
    worker : str
        Name of the worker, for messages.
    """

    package: str
    python: str
    arithmetic: str
    libraries: Mapping[str, str]
    code: Mapping[str, str]
    data: Mapping[DatasetOf, str] = field(default_factory=dict)
    worker: str = ""


def question(plan: Plan) -> Question:
    """Collect what the results of a plan depend on."""
    targets: dict[str, tuple[str, ...]] = {"engine": (ENGINE,)}
    for identity in plan.identities.values():
        method, protocol = identity.method["name"], identity.protocol["name"]
        targets[f"method {method}"] = (*METHODS.sources(method), DETECTION)
        targets[f"protocol {protocol}"] = (PROTOCOLS.entry(protocol).target, EVALUATION)
    return Question(targets, tuple(sorted({(cell.dataset, cell.variant) for cell in plan.identities})))


def expected(asked: Question, plan: Plan) -> Facts:
    """Facts of this process, with the fingerprints of the plan."""
    data = {(cell.dataset, cell.variant): identity.fingerprint for cell, identity in plan.identities.items()}
    return _facts(asked, data, "")


def report(asked: Question, root: Path | None, worker: str) -> Facts:
    """Facts of a worker.

    Parameters
    ----------
    asked : Question
        What the client wants to know.
    root : path, optional
        Data folder of the worker.
    worker : str
        Its name.
    """
    return _facts(asked, {dataset: _fingerprint(*dataset, root) for dataset in asked.datasets}, worker)


def differences(wanted: Facts, found: Facts) -> list[str]:
    """Say in what a worker differs from the client; empty where it may compute.

    The first difference explains later ones: another version of Python or of a library changes hashes of code, too.
    """
    return list(_differences(wanted, found))


def lacking(found: Facts) -> frozenset[DatasetOf]:
    """Datasets whose files a worker does not have."""
    return frozenset(dataset for dataset, content in found.data.items() if content == MISSING)


def _differences(wanted: Facts, found: Facts) -> Iterator[str]:
    for name in ("package", "python", "arithmetic"):
        if getattr(wanted, name) != getattr(found, name):
            yield f"{name} {getattr(found, name)} (here {getattr(wanted, name)})"
    libraries = [
        f"{name} {found.libraries.get(name, 'missing')} (here {version})"
        for name, version in wanted.libraries.items()
        if found.libraries.get(name) != version
    ]
    yield from libraries
    for name, version in wanted.code.items():
        there = found.code.get(name, "")
        if there != version and not libraries and wanted.python == found.python:
            yield f"code of {name} {_short(there)} (here {_short(version)})"
    for dataset, content in wanted.data.items():
        there = found.data.get(dataset, MISSING)
        if there not in (content, MISSING):
            yield f"data of {dataset[0]} ({dataset[1]}) {_short(there)} (here {_short(content)})"


def _short(text: str) -> str:
    """The first digits of a hash; any other text whole."""
    return text[:12] if len(text) == 64 and " " not in text else text


def _facts(asked: Question, data: Mapping[DatasetOf, str], worker: str) -> Facts:
    code: dict[str, str] = {}
    names = {"distributed"}
    for name, targets in asked.targets.items():
        try:
            code[name] = code_version(*targets)
            names |= outside_libraries(*targets)
        except (OSError, SyntaxError) as error:  # a class given by a file that is not there
            code[name] = f"cannot be read: {text_of(error)}"
    return Facts(
        __version__,
        ".".join(platform.python_version_tuple()[:2]),
        arithmetic.current(),
        dict(sorted(library_versions(*names).items())),
        code,
        data,
        worker,
    )


def _fingerprint(dataset: str, variant: Variant, root: Path | None) -> str:
    """Fingerprint of a dataset here, `MISSING`, or why it cannot be read."""
    try:
        with defined_state():
            if variant == "real":
                if root is None or not root.is_dir():
                    return MISSING
                try:
                    DATASETS.build(dataset).files(root)
                except DataError:
                    return MISSING
            return fingerprint(list(load_recordings(dataset, variant, root)))
    except (Exception, SystemExit) as error:
        return f"cannot be read: {text_of(error)}"
