"""``list``: the registered datasets, methods, protocols and papers, described without importing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options
from benchmark.cli.names import known_name
from benchmark.interfaces.commands import PROGRAM
from benchmark.interfaces.errors import PluginError

if TYPE_CHECKING:
    from benchmark.interfaces.registry import Registry

KINDS = ("datasets", "methods", "protocols", "papers")


def list_(
    kind: Annotated[str, typer.Argument(help="datasets, methods, protocols or papers; default: all.")] = "",
    name: Annotated[str, typer.Argument(help="One of them, with types, bounds and meaning of its parameters.")] = "",
    json: options.Json = False,
) -> None:
    """List datasets, methods, protocols, papers.

    Each has a name for the command line, a description, and for a method its presets.

    Example: python -m benchmark list methods pca
    """
    from dataclasses import asdict
    from json import dumps

    from benchmark.cli.entry import plain
    from benchmark.interfaces.describe import describe
    from benchmark.interfaces.registry import DATASETS, METHODS, PAPERS, PROTOCOLS

    if kind:
        kind = known_name("kind", kind, KINDS)
    registries: dict[str, Registry[Any]] = {
        "datasets": DATASETS,
        "methods": METHODS,
        "protocols": PROTOCOLS,
        "papers": PAPERS,
    }
    if name:
        _print_one(registries[kind], name, json)
        return
    descriptions = {of: describe(registry) for of, registry in registries.items() if kind in ("", of)}
    if json:
        typer.echo(dumps({of: [asdict(d) for d in rows] for of, rows in descriptions.items()}, indent=1))
        return
    for of, rows in descriptions.items():
        typer.echo(f"{of}:")
        width = max((len(row.name) for row in rows), default=0)
        for row in rows:
            facts = [row.supervision or "", "control" if row.control else "", *row.presets]
            extra = ", ".join(fact for fact in facts if fact)
            text = plain(row.summary) if row.status == "ok" else f"BROKEN: {row.reason}"
            typer.echo(
                f"  {row.name:{width}}  {text}"
                + (f" [{extra}]" if extra else "")
                + (f"; {row.bound}" if row.bound else "")
            )
    counted = ", ".join(f"{len(rows)} {of}" for of, rows in descriptions.items())
    typer.echo(f"\n{counted}. Parameters of one: {PROGRAM} list {kind or 'methods'} NAME")


def _print_one(registry: Registry[Any], name: str, json: bool) -> None:
    """Print one class with its parameters."""
    from dataclasses import asdict, is_dataclass

    from benchmark.cli.entry import parameters_of, print_entry
    from benchmark.cli.printing import print_json
    from benchmark.interfaces.describe import describe_one

    one = describe_one(registry, known_name(registry.kind, name, registry.names()))
    if one.status != "ok":
        raise PluginError(f"{one.kind} {one.name!r} is broken: {one.reason}")
    if not json:
        print_entry(registry, one)
        return
    loaded = registry.load(one.name)
    print_json(asdict(one) | {"parameters": parameters_of(loaded) if is_dataclass(loaded) else []})
