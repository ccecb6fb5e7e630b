"""Reference pages from the program itself: commands, datasets, methods, protocols, metrics.

``tox -e docs`` calls `write` before it reads a page, so that no such page is ever out of date and none is committed.
``python docs/generate.py`` writes them too, into ``docs/reference/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import typer

from benchmark.cli import app
from benchmark.cli.entry import parameters_of, plain
from benchmark.interfaces.describe import Description, describe
from benchmark.interfaces.registry import DATASETS, METHODS, PAPERS, PROTOCOLS, Registry
from benchmark.metrics.catalogue import BUDGETED, CATALOGUE

PROGRAM = "cloudad-bench"


def text_of(words: object) -> str:
    """Return words as a line of Markdown in which no character is markup."""
    line = " ".join(str(words).split())
    for character in "\\`*_[]<>|$":
        line = line.replace(character, f"\\{character}")
    return line


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a Markdown table; nothing where there is no row."""
    if rows:
        yield from ("", "| " + " | ".join(head) + " |", "|" + "---|" * len(head))
        yield from ("| " + " | ".join(cell or " " for cell in row) + " |" for row in rows)


def commands() -> str:
    """Return the page of all commands, with the groups of options that ``--help`` shows."""
    lines = [
        "# Commands",
        "",
        f"Every command of `{PROGRAM}`, as `--help` prints it. The page is made from the program.",
    ]
    for path, command in every_command():
        lines += ["", f"## {' '.join(path)}", "", *_help(command.help or "")]
        context = typer.Context(command, info_name=" ".join((PROGRAM, *path)))
        lines += ["", "```text", f"{PROGRAM} {' '.join((*path, *command.collect_usage_pieces(context)))}", "```"]
        groups: dict[str, list[tuple[str, ...]]] = {}
        for parameter in command.get_params(context):
            record = parameter.get_help_record(context)
            if record is not None and parameter.name != "help":
                argument = parameter.param_type_name == "argument"
                group = "Argument" if argument else getattr(parameter, "rich_help_panel", None) or "Option"
                groups.setdefault(group, []).append((f"`{record[0].replace('|', ', ')}`", text_of(record[1])))
        for group, rows in groups.items():
            lines += table((group, "Meaning"), rows)
    return "\n".join(lines) + "\n"


def every_command() -> list[tuple[tuple[str, ...], Any]]:
    """Return the words of each command and the command, in the order of ``--help``."""

    def below(words: tuple[str, ...], group: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from below((*words, name), command)
            else:
                yield (*words, name), command

    return list(below((), typer.main.get_command(app)))


def _help(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; examples as blocks of code."""
    for paragraph in text.strip().split("\n\n"):
        words = " ".join(paragraph.split())
        if words.startswith("Example: "):
            yield from ("", "```text", words.removeprefix("Example: "), "```")
        else:
            yield from ("", text_of(words.replace("\b", "").strip()))


def registered(registry: Registry[Any], title: str, intro: str) -> str:
    """Return the page of a registry: each class with its facts and parameters."""
    lines = [f"# {title}", "", intro]
    for one in describe(registry):
        lines += ["", f"## {one.name}", "", text_of(plain(one.summary)), ""]
        lines += [f"- {name}: {value}" for name, value in _facts(registry, one)]
        loaded = registry.load(one.name)
        rows = [
            (
                f"`{row['name']}`",
                text_of(" ".join((row["type"], row["bounds"]))),
                f"`{row['default']}`",
                text_of(row["meaning"]),
            )
            for row in (parameters_of(loaded) if is_dataclass(loaded) else ())
        ]
        lines += table(("Parameter", "Type and bounds", "Default", "Meaning"), rows)
    return "\n".join(lines) + "\n"


def _facts(registry: Registry[Any], one: Description) -> Iterator[tuple[str, str]]:
    """Yield what is known of a class, in words."""
    metadata = getattr(registry.load(one.name), "metadata", None)
    if metadata is not None:
        yield "title", text_of(metadata.title)
        yield "source", text_of(metadata.source)
        yield "licence", text_of(metadata.licence)
        yield "period", text_of(metadata.period)
        yield "an anomaly is", text_of(metadata.label)
        yield "embedded twin", "yes" if metadata.twin else "no"
        for issue in metadata.known_issues:
            yield "known issue", text_of(issue)
    facts = {"supervision": one.supervision, "control": "yes" if one.control else "", "presets": ", ".join(one.presets)}
    yield from ((name, text_of(value)) for name, value in {**facts, "bound": one.bound}.items() if value)
    yield "class", f"`{one.target}`"


def metrics() -> str:
    """Return the page of the catalogue of metrics."""
    lines = ["# Catalogue of metrics", "", "Made from the catalogue; [Metrics](../metrics.md) says which to trust."]
    for one in (*CATALOGUE, *BUDGETED):
        lines += ["", f"## {text_of(one.name)}", ""]
        when = "at budgets of false alarms" if one in BUDGETED else "always" if one.default else "on request"
        facts = {
            "range": one.range,
            "random score": one.chance,
            "rows": "in order of time" if one.sequential else "any",
            "measured": when,
            "rewards": one.rewards,
            "flaws": one.flaws,
            "source": one.source,
        }
        lines += [f"- {name}: {text_of(value)}" for name, value in facts.items() if value]
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "datasets": lambda: registered(
        DATASETS, "Datasets", "Registered datasets. A file of your own is one, too: [Your own data](../own-data.md)."
    ),
    "methods": lambda: registered(
        METHODS,
        "Methods",
        "Registered detectors, used as `name[parameter=value]`. [Which detector](../which-detector.md) compares them.",
    ),
    "protocols": lambda: registered(
        PROTOCOLS, "Protocols", "A protocol turns recordings into tasks: what is learnt from, and what is tested."
    ),
    "papers": lambda: registered(PAPERS, "Papers", "Registered papers, whose tables and figures are made anew."),
    "metrics": metrics,
}


def write(folder: Path) -> list[Path]:
    """Write every page whose text has changed; return the paths of all.

    Parameters
    ----------
    folder : path
        Made where it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, page in PAGES.items():
        path, text = folder / f"{name}.md", page()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


if __name__ == "__main__":
    for written in write(Path(__file__).parent / "reference"):
        print(written)
