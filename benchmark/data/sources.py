"""Check the files of datasets and download missing ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmark.data.download import download
from benchmark.data.packed import DAMAGED, digest, is_page
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import Metadata, RemoteFile
from benchmark.interfaces.recording import fingerprint

Status = Literal["ok", "changed", "missing", "no checksum"]

_NAMED = 5  # files that a message names


@dataclass(frozen=True)
class FileCheck:
    """Result of checking one published file in a data folder.

    Parameters
    ----------
    path : str
        Path below the data folder, as published.
    status : {"ok", "changed", "missing", "no checksum"}
        ``no checksum``: the file is present and the publisher's checksum is not known. It is ``changed`` all the same
        where it has another number of lines than the published file, or is a web page.
    sha256 : str, optional
        Checksum of the local file; of its unpacked content where a published plain file is a gzip file locally.
    published : str, optional
        Checksum of the published file.
    """

    path: str
    status: Status
    sha256: str | None
    published: str | None


def verify(dataset: Dataset, root: Path) -> list[FileCheck]:
    """Compare every published file of a dataset with its checksum.

    Parameters
    ----------
    dataset : Dataset
        The dataset; its metadata lists the files.
    root : path
        Data folder.

    Returns
    -------
    list of FileCheck
        One per file, in the order of the metadata. A damaged gzip copy is ``changed`` and has no checksum.
    """
    return [_check(file, root) for file in dataset.metadata.files]


def verify_twin(dataset: Dataset) -> FileCheck | None:
    """Compare the embedded twin with its committed fingerprint; None where no fingerprint is committed.

    Returns
    -------
    FileCheck, optional
        ``ok`` or ``changed``; the path is ``embedded twin`` and the checksums are fingerprints.
    """
    expected = dataset.expected_fingerprint()
    if expected is None:
        return None
    computed = fingerprint(dataset.read_twin())
    return FileCheck("embedded twin", "ok" if computed == expected else "changed", computed, expected)


def unverified(dataset: Dataset, root: Path) -> list[str]:
    """Say which of the files that a dataset reads are not known to be the published ones.

    Parameters
    ----------
    dataset : Dataset
        The dataset with its parameters, which settle what it reads.
    root : path
        Data folder.

    Returns
    -------
    list of str
        One sentence for files that differ from the published ones, one for files whose checksum is not known; empty
        where all are the published ones, or the dataset has no published files.
    """
    read = {path.resolve() for path in dataset.files(root)}
    checks = [
        _check(file, root)
        for file in dataset.metadata.files
        if (local := _local(file, root)) is not None and local.resolve() in read
    ]
    reasons: dict[Status, str] = {
        "changed": "differ from the published ones (cut short, or another version)",
        "no checksum": "have no known checksum, so nobody knows whether they are the published ones",
    }
    sentences = []
    for status, reason in reasons.items():
        if found := [check.path for check in checks if check.status == status]:
            named = ", ".join(found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
            sentences.append(f"{dataset.metadata.name}: {len(found)} of {len(checks)} files {reason}: {named}")
    return sentences


def present(metadata: Metadata, root: Path) -> int:
    """Count the published files that are below ``root``, plain or gzipped, without reading them."""
    return sum(_local(file, root) is not None for file in metadata.files)


def fetch(dataset: Dataset, root: Path, mirror: str | None = None) -> list[Path]:
    """Download every published file that is not yet below ``root`` or differs from its checksum.

    A download is written to ``<file>.part``, where an interrupted one resumes. It gets its final name only once its
    checksum is right.

    Parameters
    ----------
    dataset : Dataset
        The dataset; its metadata lists files and addresses.
    root : path
        Data folder; created if missing.
    mirror : str, optional
        Address of a remote data folder: files come from ``mirror/<path below the data folder>`` instead of the
        publisher, and may be gzipped there.

    Returns
    -------
    list of path
        The downloaded files; empty where all were present.

    Raises
    ------
    DataError
        If a download fails or has a wrong checksum, or if the publisher requires a login; the message then says what
        to download and where to put it. Everything that can be downloaded is downloaded before the error is raised.
    """
    wanted = [file for file in dataset.metadata.files if _check(file, root).status in ("missing", "changed")]
    by_hand = [file for file in wanted if not file.url and mirror is None]
    downloaded, problems = [], []
    for file in wanted:
        if file in by_hand:
            continue
        try:
            downloaded.append(download(file, root, mirror))
        except DataError as error:
            problems.append(str(error))
            if isinstance(error.__cause__, OSError):
                break  # no network or no disk: the next file would fail too
    if len(problems) > 1:
        problems[1:] = [f"{len(problems) - 1} more files also failed"]
    if by_hand:
        problems.append(_instruction(dataset.metadata, by_hand, root))
    if problems:
        raise DataError("; ".join(problems))
    return downloaded


def _instruction(metadata: Metadata, files: list[RemoteFile], root: Path) -> str:
    places = ", ".join(str(root / file.path) for file in files[:_NAMED])
    if len(files) > _NAMED:
        places += f" and {len(files) - _NAMED} more, which 'python -m benchmark data verify {metadata.name}' lists"
    how = metadata.login or f"no address is known for it, look at {metadata.source}"
    return (
        f"{metadata.name} cannot be downloaded by a program: {how.rstrip('.')}. "
        f"Missing: {places}. If a server has a copy of the data folder, --mirror URL downloads from there"
    )


def _local(file: RemoteFile, root: Path) -> Path | None:
    plain = root / file.path
    candidates = (plain, plain.with_name(plain.name + ".gz"))
    return next((path for path in candidates if path.is_file()), None)


def _check(file: RemoteFile, root: Path) -> FileCheck:
    path = _local(file, root)
    if path is None:
        return FileCheck(file.path, "missing", None, file.sha256)
    try:
        computed = digest(path, unpack=not file.path.endswith(".gz"))
    except DAMAGED:
        return FileCheck(file.path, "changed", None, file.sha256)
    if file.sha256 is not None:
        status: Status = "ok" if computed.sha256 == file.sha256 else "changed"
    else:
        known = file.lines in (None, computed.lines) and not is_page(path)
        status = "no checksum" if known else "changed"
    return FileCheck(file.path, status, computed.sha256, file.sha256)
