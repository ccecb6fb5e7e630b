"""The command line, assembled from one module per command group.

A command module imports only typer, the standard library and other cheap modules at its top. Everything else is
imported inside its functions, so that ``--help`` and ``list`` answer at once.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from benchmark import __version__
from benchmark.cli import all as all_module
from benchmark.cli import (
    artifacts,
    audit,
    bench,
    check,
    claim,
    compare,
    data,
    detect,
    explain,
    fit,
    gate,
    leaderboard,
    metrics,
    new,
    report,
    run,
    status,
    store,
    verify,
    worker,
)
from benchmark.cli import list as list_module
from benchmark.cli.exit_codes import INTERRUPTED, PIPE_CLOSED, WRONG_INPUT
from benchmark.cli.extras import install_hint
from benchmark.cli.layout import GroupedCommand
from benchmark.interfaces.errors import BenchmarkError


class _Root(TyperGroup):
    """The root command: turns an error of the user into one line on standard error and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            try:
                try:
                    return super().invoke(ctx)
                finally:
                    sys.stdout.flush()  # so that a closed pipe is met here, not at the end of the process
            except BenchmarkError as error:
                hint = install_hint(str(error))
                print(f"error: {error}{f'; {hint}' if hint else ''}", file=sys.stderr)
                raise typer.Exit(WRONG_INPUT) from error
            except ModuleNotFoundError as error:
                if not (hint := install_hint(str(error))):
                    raise
                print(f"error: {hint}", file=sys.stderr)
                raise typer.Exit(WRONG_INPUT) from error
            except BrokenPipeError as error:  # `… | head`
                with suppress(OSError, ValueError):
                    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                raise typer.Exit(PIPE_CLOSED) from error
            except OSError as error:  # a folder that cannot be written, a scheduler that does not answer
                print(f"error: {str(error) or type(error).__name__}", file=sys.stderr)
                raise typer.Exit(WRONG_INPUT) from error
            except KeyboardInterrupt:
                print("interrupted: finished work is kept; the same command resumes", file=sys.stderr)
                raise typer.Exit(INTERRUPTED) from None


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"warning: {message}", file=sys.stderr)


app = typer.Typer(
    cls=_Root,
    name="benchmark",
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: loading rich would double its time
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"cloudad-bench {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Benchmark and replicate anomaly detection in cloud telemetry."""


# One line for each command, in the order of --help.
_COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("detect", detect.detect),
    ("fit", fit.fit),
    ("score", fit.score),
    ("run", run.run),
    ("gate", gate.gate),
    ("leaderboard", leaderboard.leaderboard),
    ("check", check.check),
    ("new", new.new),
    ("claim", claim.claim),
    ("explain", explain.explain),
    ("compare", compare.compare),
    ("verify", verify.verify),
    ("audit", audit.audit),
    ("rerun", explain.rerun),
    ("all", all_module.all_),
    ("table", artifacts.table),
    ("figure", artifacts.figure),
    ("report", report.report),
    ("status", status.status),
    ("list", list_module.list_),
    ("metrics", metrics.metrics),
    ("bench", bench.bench),
    ("worker", worker.worker),
)
for _name, _command in _COMMANDS:
    app.command(_name, cls=GroupedCommand)(_command)
app.add_typer(store.app, name="store")
app.add_typer(data.app, name="data")
