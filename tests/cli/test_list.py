"""``list`` of one name, and the right command for an artifact of the other kind."""

import pytest
from typer.testing import CliRunner

from benchmark.artifacts.regenerate import artifact_named
from benchmark.cli import app
from benchmark.interfaces.errors import ParameterError


def test_one_name_is_listed_with_its_parameters():
    lines = CliRunner().invoke(app, ["list", "methods", "pca"]).stdout.splitlines()
    assert lines[1].split()[0] == "pca"
    assert "    window=1" in lines
    assert CliRunner().invoke(app, ["list", "methods", "pcb"]).exit_code == 2


def test_a_figure_asked_for_as_a_table_is_answered_by_its_command():
    with pytest.raises(ParameterError, match="gan-uq/fig2 is a figure: python -m benchmark figure gan-uq/fig2"):
        artifact_named("gan-uq/fig2", "table")
