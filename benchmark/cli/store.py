"""``store``: check a folder of results, remove what nothing needs, move results between machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from benchmark.engine.store import Store

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check, prune, export and import results.")

SHOWN = 20
"""Damaged entries that are named one by one."""


@app.command()
def check(store: options.StoreFolder = options.STORE, json: options.Json = False) -> None:
    """Read a whole store and check every checksum.

    Prints number and size of its entries, and what is damaged, orphaned, superseded or left over. Exit code 1:
    something is damaged. The engine computes it again; `store prune` removes it.

    Example: python -m benchmark store check --store .benchmark
    """
    from benchmark.cli.exit_codes import FINDING
    from benchmark.cli.printing import print_facts, print_json, print_table
    from benchmark.engine.inventory import take_inventory

    opened = _opened(store)
    found = take_inventory(opened)
    lists = {
        "damaged": found.damaged,
        "orphans": found.orphans,
        "superseded": found.superseded,
        "drafts": found.drafts,
        "claims": found.claims,
    }
    if json:
        parts = {name: {"entries": part.entries, "bytes": part.size} for name, part in found.parts.items()}
        print_json({"parts": parts, **{name: [_below(path, store) for path in paths] for name, paths in lists.items()}})
    else:
        rows = [(name, f"{part.entries:,}", _size(part.size)) for name, part in found.parts.items()]
        print_table(("folder", "entries", "size"), rows, right=("entries", "size"))
        print()
        print_facts([(name, f"{len(paths):,}") for name, paths in lists.items()])
        for path in found.damaged[:SHOWN]:
            print(f"  damaged: {_below(path, store)}")
    if found.damaged:
        raise typer.Exit(FINDING)


@app.command()
def prune(
    store: options.StoreFolder = options.STORE,
    superseded: Annotated[
        bool, typer.Option("--superseded", help="Also results of a cell that has a later one.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing; say what would be.")] = False,
) -> None:
    """Remove what no stored result needs.

    That is what is damaged, outputs that no result names, and drafts and claims of killed processes. Drafts, claims
    and outputs of the last hour stay, since a run that goes on may need them.

    Example: python -m benchmark store prune --dry-run
    """
    from benchmark.engine.inventory import prune as prune_store

    done = prune_store(_opened(store), superseded=superseded, dry=dry_run)
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(done.entries.items())) or "nothing"
    print(f"{'would remove' if dry_run else 'removed'}: {counts} ({_size(done.size)})")


@app.command("export")
def export_(
    file: Annotated[Path, typer.Argument(help="Archive to write (zip).")], store: options.StoreFolder = options.STORE
) -> None:
    """Write all results into one archive.

    It holds every whole result with its key, and the scores that it was measured from. The same store gives the same
    bytes.

    Example: python -m benchmark store export results.zip
    """
    from benchmark.engine.transfer import export_results

    done = export_results(_opened(store), file)
    print(f"{file}: {done.results:,} results, {done.outputs:,} outputs, {_size(done.size)}, SHA-256 {done.sha256}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Archive that store export has written.")],
    store: options.StoreFolder = options.STORE,
    sha256: Annotated[str, typer.Option("--sha256", help="SHA-256 that the archive must have.")] = "",
) -> None:
    """Add the results of an archive to a store.

    Checksums and keys are checked; nothing but results can be in it. Exit code 1: the store has another result under
    the same key, and keeps its own.

    Example: python -m benchmark store import results.zip --store .benchmark
    """
    from benchmark.cli.exit_codes import FINDING
    from benchmark.engine.store import Store
    from benchmark.engine.transfer import import_results

    done = import_results(Store(store), file, sha256)
    print(f"{store}: {done.added:,} added, {done.known:,} there already")
    for key in done.conflicts[:SHOWN]:
        print(f"  another content under {key}")
    if done.conflicts:
        print(f"{len(done.conflicts):,} differ; the store keeps its own")
        raise typer.Exit(FINDING)


def _opened(folder: Path) -> Store:
    from benchmark.engine.store import Store
    from benchmark.interfaces.errors import ParameterError

    if not folder.is_dir():
        raise ParameterError(f"--store {folder}: no such folder")
    return Store(folder)


def _below(path: Path, store: Path) -> str:
    return path.relative_to(store).as_posix()


def _size(count: int) -> str:
    """A number of bytes in the largest unit that it fills."""
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
