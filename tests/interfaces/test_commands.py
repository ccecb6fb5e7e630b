import shlex

import pytest
import typer

from benchmark.cli import app
from benchmark.interfaces import commands

LINES = {
    "python -m benchmark table gan-uq/table1 --data FOLDER": commands.make_artifact("table", "gan-uq/table1", "real"),
    "python -m benchmark figure gan-uq/fig2 --scenario grouped --profile smoke --variant twin": commands.make_artifact(
        "figure", "gan-uq/fig2", "twin", "smoke", "grouped"
    ),
    "python -m benchmark all": commands.make_all(),
    "python -m benchmark all --profile smoke --variant twin": commands.make_all("twin", "smoke"),
    "python -m benchmark run --dataset smd --protocol 'native[part=0.2]' --method pca --seed 3 --data FOLDER": (
        commands.run_cell("smd", "real", "native[part=0.2]", 3, "pca")
    ),
    "python -m benchmark explain 0123456789ab": commands.explain_cell("0123456789ab"),
    "python -m benchmark explain 0123456789ab --store 'my store'": commands.explain_cell("0123456789ab", "my store"),
    "python -m benchmark rerun 0123456789ab": commands.rerun_cell("0123456789ab", "twin"),
    "python -m benchmark rerun 0123456789ab --data FOLDER": commands.rerun_cell("0123456789ab", "real"),
    "python -m benchmark verify --data FOLDER --update": commands.verify("real", update=True),
    "python -m benchmark verify --profile smoke --variant twin": commands.verify("twin", "smoke"),
    "python -m benchmark status --variant twin": commands.status("twin"),
    "python -m benchmark report --store FOLDER": commands.report("FOLDER"),
    "python -m benchmark data fetch 'smd[machine=1-2]'": commands.fetch_data("smd[machine=1-2]"),
    "python -m benchmark data describe nezha --data FOLDER": commands.describe_data("nezha", "real"),
}


@pytest.mark.parametrize("expected", LINES)
def test_commands_are_written_in_one_form(expected):
    assert LINES[expected] == expected


@pytest.mark.parametrize("line", LINES)
def test_the_command_line_accepts_every_printed_command(line):
    """Parse each line down to its command, without running it."""
    group = typer.main.get_command(app)
    words = shlex.split(line)[3:]
    while hasattr(group, "commands"):
        group = group.commands[words.pop(0)]
    context = group.make_context("benchmark", words)
    assert not context.args
