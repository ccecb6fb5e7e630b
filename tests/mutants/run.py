"""Plant small changes in the packages that judge, by mutmut, and count how many their tests notice.

    python tests/mutants/run.py                      the files that differ from the branch main
    python tests/mutants/run.py --since HEAD~3       the files that differ from another commit
    python tests/mutants/run.py --sample 40          as many random changes in each package, by --seed 0: minutes
    python tests/mutants/run.py --all                every change: hours

mutmut makes the changes; this file says which ones, and counts. A change is of an operator, a comparison or a number;
changed texts are left out, since most are messages. Each package is run with its own tests, in a copy of the repository
(`tests.mutants.noticing`). The exit code is 1 where fewer than 90 % of the changes are noticed in a package. Those in
``equivalent.toml`` change nothing that could be noticed, and do not count.

mutmut changes functions and methods, but no decorated ones (properties, cached functions), and no code that runs at
import. It needs Linux or macOS.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.mutants.planting import ROOT, Copy, equivalent

PACKAGES = ("metrics", "stats", "protocols", "evaluation", "engine", "quality", "detection", "testing", "leaderboard",
            "selection", "verdicts")  # fmt: skip
WANTED = 0.9
NOTICED = ("killed", "timeout", "broke down")
"""Outcomes in which a test failed, the tests did not end, or their process broke down."""


def changed_files(since: str) -> list[str]:
    """Files of the packages that differ from a commit."""
    places = [f"benchmark/{package}" for package in PACKAGES]
    found = subprocess.run(
        ["git", "diff", "--name-only", "--diff-filter=d", since, "--", *places],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line for line in found.stdout.splitlines() if line.endswith(".py")]


def examine(package: str, files: Sequence[str], options: argparse.Namespace) -> bool:
    """Run the mutants of one package and print what was not noticed; whether enough were."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(Path(folder), package, files)
        known = equivalent()
        found = [one for one in copy.mutants if (one.function, one.line, one.was, one.becomes) not in known]
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
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, help="changes that are tried at a time")
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
