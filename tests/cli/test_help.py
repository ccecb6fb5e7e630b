"""Help texts: nothing is cut off, and every command has an example that the command line accepts."""

from __future__ import annotations

import re
import shlex

import pytest
import typer
from typer.testing import CliRunner

from benchmark.cli import app

ROOT = typer.main.get_command(app)


def commands(group, words=()):
    """Every command below a group, with the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


COMMANDS = dict(commands(ROOT))


def help_of(*words):
    return CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"}).stdout


@pytest.mark.parametrize("group", [(), ("data",)], ids=" ".join)
def test_no_summary_is_cut_off(group):
    listed = help_of(*group).partition("Commands:")[2]
    assert len(listed.splitlines()) > 5
    assert "..." not in listed


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_begins_with_one_short_sentence(words):
    first = COMMANDS[words].help.partition("\n")[0]
    assert first.endswith(".")
    assert len(first) <= 45


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_has_an_example_that_it_accepts(words):
    (example,) = re.findall(r"^Example: python -m benchmark (.*)$", COMMANDS[words].help, re.MULTILINE)
    arguments = shlex.split(example)
    assert tuple(arguments[: len(words)]) == words
    context = COMMANDS[words].make_context(" ".join(words), arguments[len(words) :])
    assert not context.args
