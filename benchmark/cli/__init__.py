"""The command line, assembled from one module per command group.

A command module imports only typer, the standard library and other cheap modules at its top. Everything else is
imported inside its functions, so that ``--help`` and ``list`` answer at once.
"""

from __future__ import annotations

import os
import sys
import warnings
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
                print(f"error: {error}", file=sys.stderr)
                raise typer.Exit(WRONG_INPUT) from error
            except BrokenPipeError as error:  # `… | head`
                with suppress(OSError, ValueError):
                    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                raise typer.Exit(PIPE_CLOSED) from error
            except OSError as error:  # a folder that cannot be written, a scheduler that does not answer
                print(f"error: {error}", file=sys.stderr)
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
app.command("all")(all_module.all_)
app.command("table")(artifacts.table)
app.command("figure")(artifacts.figure)
app.command("detect")(detect.detect)
app.command("fit")(fit.fit)
app.command("score")(fit.score)
app.command("run")(run.run)
app.command("gate")(gate.gate)
app.command("leaderboard")(leaderboard.leaderboard)
app.command("new")(new.new)
app.command("check")(check.check)
app.command("status")(status.status)
app.command("audit")(audit.audit)
app.command("verify")(verify.verify)
app.command("compare")(compare.compare)
app.command("explain")(explain.explain)
app.command("rerun")(explain.rerun)
app.command("report")(report.report)
app.command("list")(list_module.list_)
app.command("metrics")(metrics.metrics)
app.command("bench")(bench.bench)
app.command("worker")(worker.worker)
app.add_typer(store.app, name="store")
app.add_typer(data.app, name="data")
