"""``list``: the registered datasets, methods, protocols and papers, described without importing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import UnknownNameError

if TYPE_CHECKING:
    from benchmark.interfaces.registry import Registry

KINDS = ("datasets", "methods", "protocols", "papers")


def list_(
    kind: Annotated[str, typer.Argument(help="datasets, methods, protocols or papers; default: all.")] = "",
    name: Annotated[str, typer.Argument(help="One of them: prints its parameters, too.")] = "",
    json: options.Json = False,
) -> None:
    """List datasets, methods, protocols, papers.

    Each has a name for the command line, a description, and for a method its presets.

    Example: python -m benchmark list methods
    """
    from dataclasses import asdict
    from json import dumps

    from benchmark.interfaces.describe import describe
    from benchmark.interfaces.registry import DATASETS, METHODS, PAPERS, PROTOCOLS

    if kind and kind not in KINDS:
        raise UnknownNameError("kind", kind, KINDS)
    registries: dict[str, Registry[Any]] = {
        "datasets": DATASETS,
        "methods": METHODS,
        "protocols": PROTOCOLS,
        "papers": PAPERS,
    }
    descriptions = {key: describe(registry) for key, registry in registries.items() if kind in ("", key)}
    if name:
        known = {row.name: row for row in descriptions[kind]}
        if name not in known:
            raise UnknownNameError(kind.removesuffix("s"), name, known)
        descriptions = {kind: [known[name]]}
    if json:
        typer.echo(dumps({key: [asdict(d) for d in rows] for key, rows in descriptions.items()}, indent=1))
        return
    for heading, rows in descriptions.items():
        typer.echo(f"{heading}:")
        width = max((len(row.name) for row in rows), default=0)
        for row in rows:
            facts = [row.supervision or "", "control" if row.control else "", *row.presets]
            extra = ", ".join(fact for fact in facts if fact)
            text = row.summary if row.status == "ok" else f"BROKEN: {row.reason}"
            typer.echo(
                f"  {row.name:{width}}  {text}"
                + (f" [{extra}]" if extra else "")
                + (f"; {row.bound}" if row.bound else "")
            )
            if name:
                for parameter, default in row.parameters:
                    typer.echo(f"    {parameter}={default}")
