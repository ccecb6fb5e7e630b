"""Move results between machines: an archive of results and outputs with their keys and checksums.

The archive is a zip file. Everything in it has a fixed name (``results/<key>/result.json``), so nothing can be written
elsewhere. Nothing is unpickled. Each file is read up to a bound, each record is checked against its checksum, and the
key of a result against the identity that it is the hash of. A checksum is no signature: it finds damage, not intent.
Compare the SHA-256 of the archive with that which `export_results` gave where that matters.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Identity
from benchmark.interfaces.errors import BenchmarkError
from benchmark.interfaces.writing import draft_beside, named

LARGEST = 1 << 30
"""Bytes of one file of an archive, and of the arrays of one output, at most."""

_FILES = {"results": ("result.json", "seconds.json"), "outputs": ("output.json", "output.npz", "seconds.json")}
_NAME = re.compile(r"(results|outputs)/([0-9a-f]{64})/([a-z.]+)", re.ASCII)
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Exported:
    """An archive: number of results and outputs in it, its size in bytes and its SHA-256."""

    results: int
    outputs: int
    size: int
    sha256: str


@dataclass
class Imported:
    """What an archive brought.

    Parameters
    ----------
    added, known : int
        Results and outputs that were added, and those that were there already.
    conflicts : list of str
        Keys under which the store has another content. The store's own is kept. In portable arithmetic this does not
        happen.
    """

    added: int = 0
    known: int = 0
    conflicts: list[str] = field(default_factory=list)


def export_results(store: Store, file: Path) -> Exported:
    """Write all whole results of a store, with the outputs that they name, into an archive.

    The same store gives the same bytes.
    """
    results = [(key, result) for key in store.result_keys() if (result := store.load(key)) is not None]
    outputs = sorted({key for _, result in results for key in result.scores.values()})
    outputs = [key for key in outputs if store.load_output(key) is not None]
    draft = draft_beside(file)
    with named(file):
        try:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for part, keys in (("results", [key for key, _ in results]), ("outputs", outputs)):
                    for name in (f"{part}/{key}/{one}" for key in keys for one in _FILES[part]):
                        _add(archive, name, (store.folder / name).read_bytes())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    with file.open("rb") as stream:
        checksum = hashlib.file_digest(stream, "sha256").hexdigest()
    return Exported(len(results), len(outputs), file.stat().st_size, checksum)


def import_results(store: Store, file: Path, sha256: str = "") -> Imported:
    """Add the results of an archive to a store.

    Parameters
    ----------
    store : Store
        The store.
    file : path
        What `export_results` has written.
    sha256 : str
        Expected SHA-256 of the archive; not compared where empty.

    Raises
    ------
    BenchmarkError
        If the archive has another SHA-256, is damaged, holds anything else, or has a result under a wrong key. What
        came before the fault was added.
    """
    if sha256:
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != sha256.lower():
            raise BenchmarkError(f"{file}: its SHA-256 is {found}; expected {sha256}")
    done = Imported()
    with tempfile.TemporaryDirectory() as folder:
        for part, key, other in _entries(file, Path(folder)):
            if part == "results":
                record = other.record(key) or {}
                result = other.load(key)
                if result is None:
                    raise BenchmarkError(f"{file}: results/{key}: damaged or altered; export it again")
                identity = _identity(record, key, file)
                mine = store.load(key)
                if mine is not None:
                    _count(done, key, store.checksum(key) == other.checksum(key))
                else:
                    store.save(Cell(**record["cell"]), identity, result)
                    done.added += 1
            else:
                _require_plain(other.outputs / key / "output.npz", file)
                output = other.load_output(key)
                if output is None:
                    raise BenchmarkError(f"{file}: outputs/{key}: damaged or altered; export it again")
                if store.load_output(key) is not None:
                    names = ("output.npz", "output.json")
                    same = all(
                        (store.outputs / key / one).read_bytes() == (other.outputs / key / one).read_bytes()
                        for one in names
                    )
                    _count(done, key, same)
                else:
                    store.save_output(key, output)
                    done.added += 1
    return done


def _count(done: Imported, key: str, same: bool) -> None:
    done.known += 1
    if not same:
        done.conflicts.append(key)


def _identity(record: dict[str, Any], key: str, file: Path) -> Identity:
    """Identity of a result, whose hash must be its key."""
    names = {one.name for one in fields(Identity)}
    found = record.get("identity")
    if not isinstance(found, dict) or set(found) - names:
        raise BenchmarkError(f"{file}: results/{key}: its identity is not that of a result of this version")
    try:
        identity = Identity(**found)
        computed = identity.key
        Cell(**record["cell"])
    except (TypeError, KeyError) as error:
        raise BenchmarkError(f"{file}: results/{key}: its identity or its cell is not whole") from error
    if computed != key:
        raise BenchmarkError(f"{file}: results/{key}: its identity has the key {computed}")
    return identity


def _entries(file: Path, folder: Path) -> Iterator[tuple[str, str, Store]]:
    """Unpack one result or output after the other; yields its part, its key, and a store that holds it alone."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as error:
        raise BenchmarkError(f"{file}: no archive of results ({error})") from error
    with archive:
        entries: dict[tuple[str, str], list[zipfile.ZipInfo]] = {}
        for info in archive.infolist():
            match = _NAME.fullmatch(info.filename)
            if match is None or match[3] not in _FILES[match[1]]:
                raise BenchmarkError(f"{file}: {info.filename!r} is no file of a result")
            entries.setdefault((match[1], match[2]), []).append(info)
        for (part, key), infos in sorted(entries.items()):
            if sorted(Path(info.filename).name for info in infos) != sorted(_FILES[part]):
                raise BenchmarkError(f"{file}: {part}/{key} is not whole, or is there twice")
            there = folder / part / key
            there.mkdir(parents=True)
            for info in infos:
                (there / Path(info.filename).name).write_bytes(_content(archive, info, file))
            yield part, key, Store(folder)
            shutil.rmtree(there)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: Path) -> bytes:
    """Content of a file of an archive, up to the bound, whatever size the archive says that it has."""
    if info.file_size > LARGEST:
        raise BenchmarkError(f"{file}: {info.filename} has {info.file_size:,} bytes; at most {LARGEST:,} are read")
    try:
        with archive.open(info) as stream:
            content = stream.read(info.file_size + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise BenchmarkError(f"{file}: {info.filename} cannot be read: {error}") from error
    except Exception as error:  # zlib.error and the like
        raise BenchmarkError(f"{file}: {info.filename} is damaged: {error}") from error
    if len(content) != info.file_size:
        raise BenchmarkError(f"{file}: {info.filename} has another size than the archive says")
    return content


def _require_plain(arrays: Path, file: Path) -> None:
    """Refuse arrays that are compressed, or larger than the bound: the store writes neither."""
    try:
        with zipfile.ZipFile(arrays) as inner:
            infos = inner.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise BenchmarkError(f"{file}: outputs/{arrays.parent.name}: damaged or altered; export it again") from error
    plain = all(info.compress_type == zipfile.ZIP_STORED for info in infos)
    if not plain or sum(info.file_size for info in infos) > LARGEST:
        raise BenchmarkError(f"{file}: outputs/{arrays.parent.name}: its arrays are compressed, or above the bound")


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)
