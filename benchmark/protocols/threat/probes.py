"""The probes that the parameter ``probe`` of the protocol names, and all that they may be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.probe import Probe
from benchmark.interfaces.recording import Recording
from benchmark.protocols.latency import Latency
from benchmark.protocols.threat.encoding import NgramEncoder, TypedEncoder
from benchmark.protocols.threat.evasion import evasion
from benchmark.protocols.threat.explanation import Explanation


@dataclass(frozen=True)
class Known:
    """Everything that the protocol knows of a task, from which a probe is built. No detector sees it.

    Parameters
    ----------
    dataset : str
        Name of the dataset.
    train, validation, test : Recording
        Normal points and attacks, encoded, with labels, groups, times, covariates (``kind``) and raw form.
    encoder : TypedEncoder or NgramEncoder
        Makes values from a changed raw form.
    """

    dataset: str
    train: Recording
    validation: Recording
    test: Recording
    encoder: TypedEncoder | NgramEncoder


MAKERS: Mapping[str, Callable[[Known], Probe]] = {
    "evasion": lambda known: evasion(known.dataset, known.test, known.encoder),
    "explanation": lambda known: Explanation.of(known.dataset, known.train, known.test),
    "latency": lambda known: Latency(),
}
"""Builder of each probe by its name."""


def probes_named(name: str, known: Known) -> dict[str, Probe]:
    """Build the probe of a name; none for an empty one.

    Raises
    ------
    UnknownNameError
        For a name without a builder.
    """
    if not name:
        return {}
    if name not in MAKERS:
        raise UnknownNameError("probe", name, MAKERS)
    return {name: MAKERS[name](known)}
