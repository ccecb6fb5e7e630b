"""Plant small changes in the packages that judge, by mutmut, and count how many their tests notice.

    python tests/mutants/run.py                      the files that differ from the branch main
    python tests/mutants/run.py --since HEAD~3       the files that differ from another commit
    python tests/mutants/run.py --sample 25          as many random changes in each package, by --seed 0
    python tests/mutants/run.py --all                every change: hours

mutmut makes the changes and runs the tests; this file says which ones, and counts. A change is of an operator, a
comparison or a number; changed texts are left out, since most are messages. Each package is run with its own tests, in
a copy of the repository. The exit code is 1 where fewer than 90 % of the changes are noticed in a package. Those in
``equivalent.toml`` change nothing that could be noticed, and do not count.

mutmut changes functions and methods, but no decorated ones (properties, cached functions), and no code that runs at
import.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("metrics", "stats", "protocols", "evaluation", "engine", "quality", "detection", "testing", "verdicts")
WANTED = 0.9
NOTICED = ("killed", "timeout", "segfault", "suspicious")
"""Outcomes in which the tests failed, did not end, or the process broke down."""

_COPIED = ("benchmark", "baselines", "methods", "tests", "docs", "tables", "figures", "pyproject.toml", "tox.ini",
           "constraints.txt", "README.md", "CHANGELOG.md", "CONTRIBUTING.md")  # fmt: skip
_DEFINED = re.compile(r"^(\s*)def (\S+?)__mutmut_(orig|\d+)\(", re.MULTILINE)
_SPINNER = re.compile(r"\r?[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏][^\r\n]*[\r\n]")
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


def mutants_of(file: Path, module: str) -> Iterator[Mutant]:
    """Changes of operators and numbers in a module that mutmut has written."""
    text = file.read_text(encoding="utf-8")
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
    """A copy of the repository in which one package is mutated."""

    def __init__(self, folder: Path, package: str, files: Sequence[str]) -> None:
        self.folder, self.package = folder, package
        for name in _COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.is_file():
                shutil.copy(source, folder / name)
        settings = {
            "source_paths": [f"benchmark/{package}/"],
            "only_mutate": list(files) or [f"benchmark/{package}/*"],
            "pytest_add_cli_args_test_selection": [f"tests/{package}/"],
            "pytest_add_cli_args": ["-p", "no:cacheprovider"],
            "timeout_constant": 8.0,
            "process_isolation": "forkserver",  # threads of polars and torch do not survive a fork
            "also_copy": [name + "/" * (folder / name).is_dir() for name in _COPIED],
        }
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        with (folder / "pyproject.toml").open("a", encoding="utf-8") as stream:
            stream.write("\n".join(["", "[tool.mutmut]", *lines, ""]))

    def mutants(self) -> list[Mutant]:
        """Make every mutant, and list those of operators and numbers."""
        self._mutmut("run", "--max-children", "1", "no.mutant.has.this.name")
        made = self.folder / "mutants" / "benchmark" / self.package
        found = []
        for file in sorted(made.rglob("*.py")):
            parts = ("benchmark", self.package, *file.relative_to(made).with_suffix("").parts)
            found += list(mutants_of(file, ".".join(parts)))
        return found

    def outcomes(self, mutants: Sequence[Mutant], children: int) -> dict[Mutant, str]:
        """Run the tests on each mutant."""
        log = self._mutmut("run", "--max-children", str(children), *(one.name for one in mutants))
        states = dict(re.findall(r"(\S+__mutmut_\d+): (.+)", self._mutmut("results", "--all", "true")))
        found = {one: states.get(one.name, "not checked").strip() for one in mutants}
        if "not checked" in found.values():
            raise SystemExit(f"mutmut stopped in {self.package} before the end:\n{log[-4000:]}")
        return found

    def _mutmut(self, *words: str) -> str:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [sys.executable, "-m", "mutmut", *words], cwd=self.folder, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        return f"{_SPINNER.sub('', done.stdout)}{done.stderr}\nexit code {done.returncode}"


def changed_files(since: str) -> list[str]:
    """Files of the packages that differ from a commit."""
    places = [f"benchmark/{package}" for package in PACKAGES]
    found = subprocess.run(
        ["git", "diff", "--name-only", "--diff-filter=d", since, "--", *places],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line for line in found.stdout.splitlines() if line.endswith(".py")]


def equivalent() -> set[tuple[str, str, str, str]]:
    """Function, line and change of the mutants that change nothing that could be noticed."""
    entries = tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text(encoding="utf-8")).get("mutant", [])
    return {(one["function"], one["line"], one["was"], one["becomes"]) for one in entries}


def examine(package: str, files: Sequence[str], options: argparse.Namespace) -> bool:
    """Run the mutants of one package and print what was not noticed; whether enough were."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(Path(folder), package, files)
        known = equivalent()
        found = [one for one in copy.mutants() if (one.function, one.line, one.was, one.becomes) not in known]
        if options.sample:
            found = sorted(random.Random(options.seed).sample(found, min(options.sample, len(found))), key=str)
        if not found:
            return True
        outcomes = copy.outcomes(found, options.children)
    for mutant, outcome in outcomes.items():
        if outcome not in NOTICED:
            print(f"{outcome}: {mutant}")
    counts = Counter(outcomes.values())
    noticed = sum(counts[name] for name in NOTICED)
    print(
        f"{package}: {noticed} of {len(outcomes)} noticed ({noticed / len(outcomes):.0%}); {dict(counts)}", flush=True
    )
    return noticed >= WANTED * len(outcomes)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--since", default="main", help="commit to compare with")
    parser.add_argument("--package", action="append", choices=PACKAGES, help="only this package; may be repeated")
    parser.add_argument("--sample", type=int, default=0, help="number of random changes in each package")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    parser.add_argument("--all", action="store_true", help="every change")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, help="processes")
    options = parser.parse_args()
    packages = options.package or PACKAGES
    files = [] if options.all or options.sample else changed_files(options.since)
    enough = []
    for package in packages:
        own = [file for file in files if file.startswith(f"benchmark/{package}/")]
        if own or options.all or options.sample:
            enough.append(examine(package, own, options))
    if not enough:
        print("no file of these packages has changed")
    sys.exit(not all(enough))


if __name__ == "__main__":
    main()
