"""The command that derives the summary behind a twin from real files: ``python -m benchmark.data.<dataset>.derive``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmark.interfaces.errors import BenchmarkError
from benchmark.interfaces.writing import write_whole


def write_summary(
    module: str, description: str | None, derived: Callable[[Path], str], target: Path, arguments: list[str] | None
) -> int:
    """Write the summary of the real files below ``--data``; return the exit code.

    Parameters
    ----------
    module : str
        Module that is run, for the help.
    description : str
        Its docstring, for the help.
    derived : callable
        From the data folder to the text of the summary.
    target : path
        File of the summary. It stays as it is where the data cannot be read.
    arguments : list of str, optional
        Of the command line, unless given.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--data", type=Path, required=True, help="data folder with the folder of the dataset in it")
    try:
        text = derived(parser.parse_args(arguments).data)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 2
    write_whole(target, text)
    return 0
