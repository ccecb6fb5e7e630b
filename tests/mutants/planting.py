"""Changes that mutmut plants in a package, in a copy of the repository."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).parents[2]

_COPIED = ("benchmark", "baselines", "methods", "tests", "docs", "tables", "figures", "pyproject.toml", "tox.ini",
           "constraints.txt", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "action.yml")  # fmt: skip
_KEPT = Path(sys.prefix, "planted")
"""Planted files, by the hash of the text that they are made of: mutmut needs minutes for a package."""

_DEFINED = re.compile(r"^(\s*)def (\S+?)__mutmut_(orig|\d+)\(", re.MULTILINE)
_WORDS = re.compile(r"\w+\.?\w*|[^\w\s]")
_PLAIN = re.compile(
    r"[\[(:,]*[-+*/%<>=!&|^~@]{0,3}\d*\.?[\de]*|and|or|(not )?in|is( not)?|\(?not|True|False|break|continue"
)


@dataclass(frozen=True)
class Mutant:
    """A changed function.

    Parameters
    ----------
    name : str
        Name that mutmut gives it.
    was, becomes : str
        What is changed, without what surrounds it.
    line : str
        The line of the source that it is in.
    """

    name: str
    was: str
    becomes: str
    line: str

    @property
    def function(self) -> str:
        """Module and function, without mutmut's marks."""
        return self.name.rpartition("__mutmut_")[0].replace("xǁ", "").replace("x_", "", 1).replace("ǁ", ".")

    def __str__(self) -> str:
        return f"{self.function}: {self.was or 'nothing'} → {self.becomes or 'nothing'} in: {self.line}"


def mutants_of(text: str, module: str) -> Iterator[Mutant]:
    """Changes of operators and numbers in the text of a module that mutmut has written."""
    starts = list(_DEFINED.finditer(text))
    bodies: dict[tuple[str, str], str] = {}
    for start in starts:
        body = text[start.end() :]
        end = re.search(rf"^{start[1]}\S", body, re.MULTILINE)
        bodies[start[2], start[3]] = body[: end.start()] if end else body
    for (function, number), body in bodies.items():
        if number == "orig":
            continue
        before, after = bodies[function, "orig"].split("\n"), body.split("\n")
        changed = [
            one for one in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if one[0] != "equal"
        ]
        old = " ".join(line for _, low, high, _, _ in changed for line in before[low:high]).strip()
        new = " ".join(line for _, _, _, low, high in changed for line in after[low:high]).strip()
        was, becomes = _difference(old, new)
        if (was or becomes) and _PLAIN.fullmatch(was) and _PLAIN.fullmatch(becomes):
            yield Mutant(f"{module}.{function}__mutmut_{number}", was, becomes, " ".join(old.split()))


def _difference(old: str, new: str) -> tuple[str, str]:
    """The words in which two lines differ."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    opcodes = [one for one in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if one[0] != "equal"]
    was = " ".join("".join(before[low:high]) for _, low, high, _, _ in opcodes)
    return was.strip(), " ".join("".join(after[low:high]) for _, _, _, low, high in opcodes).strip()


class Copy:
    """A copy of the repository in which files of one package are planted with changes.

    Parameters
    ----------
    folder : Path
        Empty folder.
    package : str
        A room of ``benchmark``.
    files : sequence of str
        Files of it, from the top of the repository; none stands for all.
    """

    def __init__(self, folder: Path, package: str, files: Sequence[str]) -> None:
        self.folder, self.package = folder / "copy", package
        for name in _COPIED:
            source, target = ROOT / name, self.folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.is_file():
                shutil.copy(source, target)
        shutil.copy(ROOT / "tests/mutants/planted.py", self.folder / "benchmark/planted.py")
        places = [self.folder / file for file in files] or sorted((self.folder / "benchmark" / package).rglob("*.py"))
        self.mutants: list[Mutant] = []
        for place in places:
            text = _planted(place, self.folder)
            place.write_text(text, encoding="utf-8")
            module = ".".join(place.relative_to(self.folder).with_suffix("").parts).removesuffix(".__init__")
            self.mutants += mutants_of(text, module)

    def outcomes(self, mutants: Sequence[Mutant], children: int) -> dict[Mutant, str]:
        """Run the package's own tests on each mutant (`tests.mutants.noticing`)."""
        task = self.folder.parent / "task.json"
        changes = [one.name for one in mutants]
        task.write_text(json.dumps({"changes": changes, "children": children}), encoding="utf-8")
        path = [str(self.folder), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        environment = os.environ | {"MUTANTS_TASK": str(task), "PYTHONPATH": os.pathsep.join(filter(None, path))}
        words = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--capture=no", "-p", "tests.mutants.noticing"]
        subprocess.run(
            [sys.executable, "-m", "pytest", *words, f"tests/{self.package}"],
            cwd=self.folder, env=environment | {"PYTHONDONTWRITEBYTECODE": "1"}, check=False,
        )  # fmt: skip
        found = json.loads(task.read_text(encoding="utf-8"))
        if set(changes) - set(found):
            raise SystemExit(f"the tests of {self.package} stopped before the end")
        return {one: found[one.name] for one in mutants}


def _planted(file: Path, folder: Path) -> str:
    """The text of a file with every change, and the switch of `tests.mutants.planted`."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    text = file.read_text(encoding="utf-8")
    kept = _KEPT / hashlib.sha256(text.encode()).hexdigest()
    if not kept.is_file():
        with chdir(folder):  # it looks for its settings in the working folder
            Path("setup.cfg").write_text("[mutmut]\nsource_paths=benchmark\n", encoding="utf-8")
            code = mutate_file_contents(str(file.relative_to(folder)), text).code
        _KEPT.mkdir(exist_ok=True)
        kept.write_text(
            code.replace("from mutmut.mutation.trampoline import", "from benchmark.planted import"), "utf-8"
        )
    return kept.read_text(encoding="utf-8")


def equivalent() -> set[tuple[str, str, str, str]]:
    """Function, line and change of the mutants that change nothing that could be noticed."""
    entries = tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text(encoding="utf-8")).get("mutant", [])
    return {(one["function"], one["line"], one["was"], one["becomes"]) for one in entries}
