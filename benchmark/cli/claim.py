"""``claim``: published and measured number of a claim, its verdict and the reason, from the committed record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.verdicts.recorded import RecordedClaim

SHOWN = 12
"""Numbers whose seeds are printed."""


def claim(
    paper: Annotated[str, typer.Argument(help="Paper, e.g. gan-uq.", autocompletion=options.paper_names)],
    text: Annotated[
        str, typer.Argument(help="Id of a claim, or words of it, e.g. 'GNN F1'; default: every claim.")
    ] = "",
    variant: options.JudgedVariant = "real",
    json: options.Json = False,
) -> None:
    """Show published, measured and verdict.

    The committed record is read: nothing is run, and neither data nor network is needed. With words that several claims
    have, they are listed. The values by seed are those of the reading that decided.

    Example: python -m benchmark claim gan-uq "GNN F1"
    """
    from dataclasses import asdict

    from benchmark.cli.names import known_name
    from benchmark.cli.printing import print_json
    from benchmark.verdicts.recorded import matching_claims, papers_with_claims, recorded_claims

    name = known_name("paper", paper, papers_with_claims())
    claims = recorded_claims(name, options.judged(variant))
    found = matching_claims(claims, text) if text else claims
    if json:
        print_json({"schema": 1, "claims": [asdict(one) | {"command": one.command} for one in found]})
    elif len(found) == 1:
        print_claim(found[0])
    else:
        _print_list(found, name)


def print_claim(one: RecordedClaim) -> None:
    """Print everything that is recorded of one claim."""
    from benchmark.cli.printing import print_facts

    print(f"{one.paper} · {one.claim} ({one.variant} data)\n")
    facts = [
        ("claim", one.paraphrase),
        ("place", one.place),
        ("published", one.published),
        ("measured", one.measured),
        ("verdict", one.verdict),
        ("reason", one.reason),
        ("reading", one.reading),
        ("power", one.power),
        ("look", one.look),
        ("artifact", one.artifact),
    ]
    print_facts([fact for fact in facts if fact[1]], wrap=True)
    _print_seeds(one)
    print(f"\nrecompute: {one.command}")


def _print_seeds(one: RecordedClaim) -> None:
    from benchmark.cli.printing import print_table

    if not one.seeds:
        return
    seeds = sorted({seed for values in one.seeds.values() for seed in values})
    rows = [
        (name.partition(" | ")[2], *(f"{values[seed]:.4f}" if seed in values else "–" for seed in seeds))
        for name, values in list(one.seeds.items())[:SHOWN]
    ]
    print("\nvalues by seed (by data set, where a published table is judged), in this reading:")
    columns = ("number", *map(str, seeds))
    print_table(columns, rows, right=columns[1:])
    if (more := len(one.seeds) - SHOWN) > 0:
        print(f"and {more} more: --json prints them all")


def _print_list(found: Sequence[RecordedClaim], paper: str) -> None:
    from benchmark.cli.printing import print_table

    rows = [(one.claim, one.published, one.measured, one.verdict) for one in found]
    print_table(("claim", "published", "measured", "verdict"), rows)
    print(f"\n{counted(found)}")
    print(f"one with its reason and seeds: {_command(paper, found[0].claim)}")


def counted(claims: Sequence[RecordedClaim]) -> str:
    """Number of claims by verdict, in words."""
    from collections import Counter

    counts: Any = Counter(one.verdict for one in claims)
    return f"{len(claims)} claims: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))


def _command(paper: str, name: str) -> str:
    from benchmark.interfaces.commands import claim as command

    return command(paper, name)
