"""Cells that gave no number: counted while a command runs, so that its exit code says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from benchmark.cli.exit_codes import CELLS_FAILED

if TYPE_CHECKING:
    from benchmark.artifacts.regenerate import OnPlan
    from benchmark.engine.execute import OnResult
    from benchmark.interfaces.artifact import Setting
    from benchmark.interfaces.cell import Cell, Result


class FailedCells:
    """Results as they come: the cells without one, and those whose method nobody has registered, besides."""

    def __init__(self) -> None:
        self.results: dict[Cell, Result] = {}
        self.failed: list[Cell] = []
        self.unregistered: list[Cell] = []

    def counted(self, on_plan: OnPlan) -> OnPlan:
        """Return a progress that also counts."""
        from benchmark.engine.execute import told_of_starts

        def planned(total: int) -> OnResult:
            on_result = on_plan(total)

            def counting(cell: Cell, result: Result, stored: bool) -> None:
                self.results[cell] = result
                if result.status == "NOT_REGISTERED":
                    self.unregistered.append(cell)
                elif not result.ok:
                    self.failed.append(cell)
                on_result(cell, result, stored)

            counting.start = told_of_starts(on_result)  # type: ignore[attr-defined]
            return counting

        return planned

    def say(self, setting: Setting, *, err: bool) -> None:
        """Print their number, with the command that says why; ``err`` to standard error."""
        from benchmark.interfaces.commands import status

        if count := len(self.failed) + len(self.unregistered):
            why = status(setting.variant, setting.profile.name)
            typer.echo(f"{count} cells gave no number: see {why}", err=err)

    def end(self) -> None:
        """End the command with its exit code where a cell has failed. A method that is not registered has not."""
        if self.failed:
            raise typer.Exit(CELLS_FAILED)
