"""``new``: a file that runs at once, with its test."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    kind: Annotated[str, typer.Argument(help="method, dataset or paper.")],
    name: Annotated[str, typer.Argument(help="Its name: lower-case words joined by hyphens.")],
    package: Annotated[
        Path | None, typer.Option("--package", help="Write an installable package into this folder.")
    ] = None,
) -> None:
    """Begin a detector, a dataset or a paper.

    Example: python -m benchmark new method my-detector
    """
    from benchmark.interfaces.errors import UnknownNameError
    from benchmark.scaffold.write import KINDS
    from benchmark.scaffold.write import new as write

    if kind not in KINDS:
        raise UnknownNameError("kind", kind, KINDS)
    written = write(kind, name, package or (Path(name) if kind == "paper" else Path()), package is not None)
    for path in written.files:
        print(f"wrote {path}")
    steps = []
    if package is not None or kind == "paper":
        steps.append(f"pip install -e {package or name}")
    if kind == "method":
        steps.append(f"python -m benchmark check {written.spec}")
        steps.append(f"python -m benchmark run --method {written.spec},knn --dataset cloud-workload")
    if kind == "paper":
        steps.append(f"python -m benchmark table {name}/table1")
    steps.append(f"python -m pytest {written.test}")
    print("\nNext:")
    for step in steps:
        print(f"  {step}")
