"""Download one published file, resuming, with its checksum."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from benchmark.data.packed import CHUNK, DAMAGED, is_page, opened
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import RemoteFile

_RETRIES = 3
_TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of the answer
_RETRYABLE = (408, 429)  # request time-out, too many requests
_PAGE_NAMES = (".html", ".htm")


def download(file: RemoteFile, root: Path, mirror: str | None) -> Path:
    """Download one file with pooch, which retries, compares the checksum and renames the file into place.

    Parameters
    ----------
    file : RemoteFile
        The file.
    root : path
        Data folder.
    mirror : str, optional
        Address of a remote data folder; the publisher's address otherwise.

    Returns
    -------
    path
        The file in the data folder.

    Raises
    ------
    DataError
        If the download fails, has a wrong checksum or is a web page, or cannot be written.
    """
    import pooch
    import requests

    target = root / file.path
    # Without a checksum pooch takes a file that is there for the right one, so the new one gets another name first.
    name = file.path if file.sha256 or not target.is_file() else f"{file.path}.new"
    url = f"{mirror.rstrip('/')}/{file.path}" if mirror else file.url
    keeper = pooch.Pooch(
        path=root,
        base_url="",
        registry={name: file.sha256},
        urls={name: url},
        retry_if_failed=_RETRIES,
    )
    pooch.get_logger().setLevel("WARNING")
    try:
        keeper.fetch(name, downloader=_Resuming(target, file.sha256 is not None, gzipped=mirror is not None))
        (root / name).replace(target)
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
            with closing(opened(part_gz)) as packed, Path(output_file).open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        except DAMAGED as error:
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
            kind = answer.headers.get("Content-Type", "")
            if kind.startswith("text/html") and self.target.suffix not in _PAGE_NAMES:
                self._refuse_page(url)
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
                for chunk in answer.iter_content(CHUNK):
                    stream.write(chunk)
                    bar.update(len(chunk))
        if self.target.suffix not in _PAGE_NAMES and is_page(part):
            part.unlink()
            self._refuse_page(url)
        return True

    def _refuse_page(self, url: str) -> NoReturn:
        """Say that a page (a login, an error) came with the status of a file."""
        raise DataError(f"{url} answers with a web page and not with the file; it was discarded", file=self.target)
