"""Check the files of datasets and download missing ones."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import Metadata, RemoteFile
from benchmark.interfaces.recording import fingerprint

Status = Literal["ok", "changed", "missing", "no checksum"]

_RETRIES = 3
_TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of the answer
_CHUNK = 1 << 16
_NAMED = 5  # missing files that a message names
_RETRYABLE = (408, 429)  # request time-out, too many requests


@dataclass(frozen=True)
class FileCheck:
    """Result of checking one published file in a data folder.

    Parameters
    ----------
    path : str
        Path below the data folder, as published.
    status : {"ok", "changed", "missing", "no checksum"}
        ``no checksum``: the file is present and the publisher's checksum is not known.
    sha256 : str, optional
        Checksum of the local file; of its uncompressed content where a published plain file is gzipped locally.
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
            downloaded.append(_download(file, root, mirror))
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
        computed = _sha256(path, unzip=path.name != Path(file.path).name)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return FileCheck(file.path, "changed", None, file.sha256)
    status: Status = "no checksum" if file.sha256 is None else "ok" if computed == file.sha256 else "changed"
    return FileCheck(file.path, status, computed, file.sha256)


def _sha256(path: Path, *, unzip: bool) -> str:
    digest = hashlib.sha256()
    with gzip.open(path) if unzip else path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _download(file: RemoteFile, root: Path, mirror: str | None) -> Path:
    """Download one file with pooch, which retries, compares the checksum and renames the file into place."""
    import pooch
    import requests

    target = root / file.path
    url = f"{mirror.rstrip('/')}/{file.path}" if mirror else file.url
    keeper = pooch.Pooch(
        path=root,
        base_url="",
        registry={file.path: file.sha256},
        urls={file.path: url},
        retry_if_failed=_RETRIES,
    )
    pooch.get_logger().setLevel("WARNING")
    try:
        keeper.fetch(file.path, downloader=_Resuming(target, file.sha256 is not None, gzipped=mirror is not None))
    except requests.exceptions.RequestException as error:
        raise DataError(
            f"download from {url} failed: {_innermost(error)}; the same command resumes where it stopped", file=target
        ) from error
    except ValueError:
        raise DataError(
            f"the file from {url} has another checksum than the published one (sha256 {file.sha256}); it was discarded",
            file=target,
        ) from None
    except OSError as error:
        raise DataError(f"cannot be written: {error.strerror or error}", file=target) from error
    return target


def _innermost(error: BaseException) -> str:
    """Return the reason that requests and urllib3 wrap several times."""
    wrapped = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    if isinstance(wrapped, BaseException):
        return _innermost(wrapped)
    return wrapped if isinstance(wrapped, str) else str(error)


@dataclass(frozen=True)
class _Resuming:
    """A pooch downloader that continues a partial download with an HTTP range request.

    Parameters
    ----------
    target : path
        Final name; the partial download is next to it as ``<name>.part``.
    resume : bool
        False where no checksum is known, since two versions of a file could then be joined unnoticed.
    gzipped : bool
        True to try ``<url>.gz`` where the address itself does not exist.
    """

    target: Path
    resume: bool
    gzipped: bool

    def __call__(self, url: str, output_file: str, keeper: object) -> None:
        """Download ``url`` to ``output_file``; raise `DataError` where a retry cannot help."""
        part = self.target.with_name(self.target.name + ".part")
        if self._get(url, part):
            part.replace(output_file)
            return
        part_gz = self.target.with_name(self.target.name + ".gz.part")
        if not self.gzipped or not self._get(url + ".gz", part_gz):
            raise DataError(f"{url} does not exist on the server", file=self.target)
        try:
            with gzip.open(part_gz) as packed, Path(output_file).open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DataError(f"{url}.gz is damaged on the server ({error})", file=self.target) from None
        finally:
            part_gz.unlink()

    def _get(self, url: str, part: Path) -> bool:
        """Complete the file ``part``; False where the server has no such file."""
        import requests
        from tqdm import tqdm

        have = part.stat().st_size if self.resume and part.is_file() else 0
        # "identity": a transport encoding would change the bytes to which range and checksum refer.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
            if answer.status_code == requests.codes.not_found:
                return False
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                if answer.headers.get("Content-Range") == f"bytes */{have}":
                    return True  # it was complete already
                part.unlink()
                raise requests.exceptions.ConnectionError(f"{part.name} was longer than the file; starting anew")
            if 400 <= answer.status_code < 500 and answer.status_code not in _RETRYABLE:
                raise DataError(f"{url} answers {answer.status_code} {answer.reason}", file=self.target)
            answer.raise_for_status()
            if answer.status_code != requests.codes.partial_content:
                have = 0
            left = int(answer.headers.get("Content-Length", 0))
            bar = tqdm(
                total=have + left or None,
                initial=have,
                desc=self.target.name,
                unit="B",
                unit_scale=True,
                disable=None,  # no bar where standard error is not a terminal
            )
            with bar, part.open("ab" if have else "wb") as stream:
                for chunk in answer.iter_content(_CHUNK):
                    stream.write(chunk)
                    bar.update(len(chunk))
        return True
