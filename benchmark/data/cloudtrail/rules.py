"""The Sigma rules for CloudTrail that come with the data: their texts. An engine that runs them is a method."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path
from typing import Literal, NamedTuple

from benchmark.data.packed import read_bytes
from benchmark.interfaces.errors import DataError

Collection = Literal["sigma", "suzaku"]

SIGMA, SUZAKU = "sigma-aws", "suzaku-rules/suzaku-aws-cloudtrail.tar.gz"


class RuleText(NamedTuple):
    """One rule file: its name without folder and suffix, and its YAML text, which may hold several documents."""

    name: str
    text: str


def read_rules(root: Path, collection: Collection) -> list[RuleText]:
    """Read the rules of one collection, sorted by name.

    Parameters
    ----------
    root : path
        Data folder.
    collection : {"sigma", "suzaku"}
        57 rules of SigmaHQ, or 738 files of Suzaku. Both are under the Detection Rule License 1.1: keep the field
        ``author`` of each rule with whatever is made of it.

    Raises
    ------
    DataError
        Where the rules are missing or not text.
    """
    place = Path(root, "cloudtrail", SIGMA if collection == "sigma" else SUZAKU)
    found = _of_folder(place) if collection == "sigma" else _of_archive(place)
    if not found:
        raise DataError("holds no rule (a file that ends in .yml)", file=place)
    try:
        return [RuleText(Path(name).stem, content.decode()) for name, content in sorted(found.items())]
    except UnicodeDecodeError as error:
        raise DataError(f"a rule is not UTF-8: {error}", file=place) from None


def _of_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: read_bytes(path) for path in folder.glob("*.yml")}


def _of_archive(path: Path) -> dict[str, bytes]:
    try:
        with tarfile.open(path) as archive:
            members = [member for member in archive if member.isfile() and member.name.endswith(".yml")]
            contents = {member.name: archive.extractfile(member) for member in members}
            return {Path(name).name: stream.read() for name, stream in contents.items() if stream is not None}
    except FileNotFoundError:
        raise DataError("file is missing", file=path) from None
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DataError(f"not a readable archive: {error}", file=path) from None
