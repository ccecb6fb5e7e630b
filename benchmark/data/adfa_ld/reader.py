"""ADFA-LD (Creech and Hu, 2013): system calls of processes on a Linux server, normal and under six kinds of attack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.data.adfa_ld.calls import CALLS
from benchmark.data.adfa_ld.traces import NORMAL, TRAINING, Trace, read_traces
from benchmark.data.checksums import remote_file
from benchmark.data.twins.fingerprints import committed_fingerprint
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.raw import Ragged, Raw
from benchmark.interfaces.recording import Recording

FOLDER, FILE = "adfa-ld", "ADFA-LD.zip"
NAME = "traces"
CHANNELS = ("calls", "different calls")

_URL = (
    "https://raw.githubusercontent.com/verazuo/a-labelled-version-of-the-ADFA-LD-dataset/"
    f"68bedf561f7b7abe9954a3ddc22dbf24c0d42372/{FILE}"
)


@dataclass(kw_only=True)
class AdfaLd(Dataset):
    """ADFA-LD: 833 normal traces for training; 4,372 normal traces and 746 of six kinds of attack for testing.

    Two recordings ``traces``. A point is one trace, that is one process, in no order of time. The part ``train`` holds
    the publisher's training folder; the part ``test`` its validation folder and its attacks. The channels are the
    number of calls and of different calls; the calls themselves are the raw form (`Raw.sequences`, call numbers of
    32-bit x86 Linux with their names as alphabet). A group is an incident, or equal normal traces. Covariates, as text:
    ``kind`` (``normal`` or `KINDS`), ``incident`` (``Adduser_3``), ``process`` (the number of the process in the name
    of the file; both empty where normal) and ``folder``.

    Parameters
    ----------
    twin_seed : int
        Seed of the twin, at least 0.
    twin_share : float
        Share of the number of real traces that the twin has, 0.05 to 1. At other values than the defaults no
        fingerprint is compared.

    References
    ----------
    G. Creech and J. Hu, Generation of a new IDS test dataset: time to retire the KDD collection, IEEE WCNC 2013.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="adfa-ld",
        title="ADFA Linux dataset of system calls",
        source="https://github.com/verazuo/a-labelled-version-of-the-ADFA-LD-dataset",
        licence="free for research, with citation",
        folder=FOLDER,
        files=(remote_file(f"{FOLDER}/{FILE}", _URL),),
        channels=len(CHANNELS),
        anomaly_share=0.1458,
        label="a trace of the folder of attacks; a trace of an attack may hold normal work for most of its length",
        vus_window=0,
        period="none: one point per process, in no order of time",
        known_issues=(
            "1,952 of the 4,372 normal traces for validation repeat an earlier one call by call; 422 are equal to a "
            "training trace, and 6 traces of attacks are equal to a normal one",
            "381 of the 746 traces of attacks are of 16 process numbers that occur under two or more kinds, five of "
            "them in 51 to 58 of the 60 incidents: processes of the server that ran meanwhile. A run of six calls of "
            "such a trace is in the trace of its number in another incident more often, by .21, than in another trace "
            "there, so that no split by incident or kind separates them",
            "the number of different calls alone, lower in attacks, reaches an AUC of .81 in the test part",
            "the folder of validation is five times the one of training, by design of the publisher",
            "24 calls occur in validation and not in training, so that a new call is no sign of an attack",
            "the list of call names in the archive is of another architecture (asm-generic); the traces are of 32-bit "
            "x86 Linux, whose names are read instead",
            "lengths differ by kind (medians 160 to 410, normal 343): length is a control",
        ),
        twin=True,
        twin_fingerprint=committed_fingerprint("adfa-ld"),
    )

    twin_seed: Annotated[int, Field(ge=0)] = 0
    twin_share: Annotated[float, Field(ge=0.05, le=1.0)] = 0.25

    def files(self, root: Path) -> list[Path]:
        """Return the archive. Raises `DataError` where it is missing."""
        return [self.path(root, FILE)]

    def read(self, root: Path) -> list[Recording]:
        """Read the archive into recordings."""
        (path,) = self.files(root)
        return recordings(read_traces(path))

    def read_twin(self) -> list[Recording]:
        """Generate the twin's traces and turn them into recordings like the real ones."""
        from benchmark.data.adfa_ld.twin import traces

        return recordings(traces(self.twin_share, self.twin_seed))


def recordings(traces: Sequence[Trace]) -> list[Recording]:
    """Turn traces into the recordings of training and test.

    Parameters
    ----------
    traces : sequence of Trace
        With at least one trace of the training folder and one of another.
    """
    contents: dict[bytes, int] = {}
    incidents = {name: number for number, name in enumerate(sorted({one.incident for one in traces} - {""}))}
    groups = np.array(
        [
            incidents[one.incident]
            if one.incident
            else len(incidents) + contents.setdefault(one.calls.tobytes(), len(contents))
            for one in traces
        ],
        np.int64,
    )
    kinds = np.array([one.kind for one in traces], np.str_)
    calls = Ragged.of([one.calls for one in traces], np.int16)
    sizes = [(len(one.calls), len(np.unique(one.calls))) for one in traces]
    whole = Recording(
        NAME,
        np.array(sizes, np.float32),
        CHANNELS,
        labels=kinds != NORMAL,
        groups=groups,
        covariates={
            "kind": kinds,
            "incident": np.array([one.incident for one in traces], np.str_),
            "process": np.array([one.process for one in traces], np.str_),
            "folder": np.array([one.folder for one in traces], np.str_),
        },
        sequential=False,
        modalities=("count", "count"),
        raw=Raw(sequences=calls, alphabet=CALLS),
    )
    training = whole.covariates["folder"] == TRAINING
    train, test = (whole.take(rows) for rows in (training, ~training))
    return [replace(train, part="train"), replace(test, part="test")]
