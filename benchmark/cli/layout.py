"""The layout of help texts: arguments first, then options in groups."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

REST = "Options"
"""Group of an option without one, which comes first."""


class GroupedCommand(TyperCommand):
    """A command whose help shows its options in groups: the ``rich_help_panel`` of each, in plain text."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write one section for the arguments and one for each group of options."""
        groups: dict[str, list[tuple[str, str]]] = {"Arguments": [], REST: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            argument = parameter.param_type_name == "argument"
            group = "Arguments" if argument else getattr(parameter, "rich_help_panel", None) or REST
            groups.setdefault(group, []).append(record)
        for name, records in groups.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)
