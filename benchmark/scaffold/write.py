"""Write the files of a new detector, dataset or paper, all or none."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmark import __version__
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.writing import write_whole
from benchmark.scaffold import templates

Kind = Literal["method", "dataset", "paper"]

KINDS: tuple[Kind, ...] = ("method", "dataset", "paper")

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Written:
    """New files, and the name under which the harness finds the class.

    Parameters
    ----------
    files : tuple of path
        In the order in which they were written.
    spec : str
        ``file.py:Class``, or the registered name once the package is installed.
    test : path
        The test among the files.
    """

    files: tuple[Path, ...]
    spec: str
    test: Path


def new(kind: Kind, name: str, folder: Path, package: bool) -> Written:
    """Write the files.

    Parameters
    ----------
    kind : {"method", "dataset", "paper"}
        What to begin.
    name : str
        Registered name: lower-case words joined by hyphens.
    folder : path
        Where to; made where it is missing.
    package : bool
        Whether to write an installable package that registers the class; a paper always is one.

    Raises
    ------
    ParameterError
        If the name is none, or a file is there already: nothing is written then.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ParameterError(f"name {name!r}: write lower-case words joined by hyphens, e.g. my-detector")
    package = package or kind == "paper"
    class_name = "".join(word.capitalize() for word in name.split("-"))
    file = name.replace("-", "_")
    module = f"{file}_plugin" if package else ""
    source = folder / module / f"{file}.py" if package else folder / f"{file}.py"
    test = folder / "tests" / f"test_{file}.py" if package else folder / f"test_{file}.py"
    spec = name if package else f"{source}:{class_name}"
    in_test = repr(name) if package else f'f"{{Path(__file__).with_name({source.name!r})}}:{class_name}"'
    body, check = {
        "method": (templates.METHOD, templates.METHOD_TEST),
        "dataset": (templates.DATASET, templates.DATASET_TEST),
        "paper": (templates.PAPER, templates.PAPER_TEST),
    }[kind]
    words = {
        "name": name,
        "Class": class_name,
        "module": module,
        "file": file,
        "kind": kind,
        "package": f"{name}-plugin",
        "version": __version__,
        "spec": in_test,
    }
    contents = {source: body.format(**words), test: check.format(**words)}
    if package:
        contents[folder / module / "__init__.py"] = f'"""{class_name} for cloudad-bench."""\n'
        contents[folder / "pyproject.toml"] = templates.PROJECT.format(**words)
    if kind == "paper":
        contents[folder / module / "published.toml"] = templates.PUBLISHED
        contents[folder / module / "claims.toml"] = templates.CLAIMS.format(**words)
    if there := [path for path in contents if path.exists()]:
        raise ParameterError(f"{there[0]} is there already; choose another name or folder")
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    return Written(tuple(contents), spec, test)
