"""Facts about a dataset that are known before it is read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RemoteFile(BaseModel):
    """One file of a dataset and its origin.

    Parameters
    ----------
    path : str
        Path below the data folder, e.g. ``smd/train/machine-1-2.txt``.
    url : str
        Address to download it from; empty where the source needs a login.
    sha256 : str, optional
        Checksum of the published file, if known.
    lines : int, optional
        Number of lines of the published file, if known: it shows a file that was cut short.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    url: str = ""
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    lines: int | None = Field(default=None, gt=0)


class Metadata(BaseModel):
    """Facts about a dataset. A test compares them with the files of every registered dataset that is present.

    Parameters
    ----------
    name, title : str
        Registered name and the publisher's title.
    source : str
        Address of the publisher's page.
    licence : str
        Licence of the data, or ``not stated``.
    folder : str
        Folder below the data folder.
    files : tuple of RemoteFile
        Files that ``data fetch`` downloads and ``data verify`` checks.
    login : str
        Instruction where the source needs a login: what to download and where to put it. Empty otherwise.
    channels : int
        Number of channels of a recording.
    anomaly_share : float, optional
        Share of anomalous points under the primary label (test part, where the publisher splits); None where the
        dataset has no label.
    label : str
        Meaning of the primary label.
    vus_window : int
        Buffer length of the volume-under-the-surface metrics, in points, fixed for the dataset.
    period : str
        Sampling period, in words.
    known_issues : tuple of str
        Known faults and traps of the data.
    twin : bool
        True if a statistical twin is embedded.
    twin_fingerprint : str, optional
        `fingerprint` of the twin at its default parameters, which `Dataset.load` compares; None if not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    source: str
    licence: str
    folder: str
    files: tuple[RemoteFile, ...] = ()
    login: str = ""
    channels: int = Field(gt=0)
    anomaly_share: float | None = Field(default=None, ge=0, le=1)
    label: str
    vus_window: int = Field(ge=0)
    period: str
    known_issues: tuple[str, ...] = ()
    twin: bool = False
    twin_fingerprint: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
