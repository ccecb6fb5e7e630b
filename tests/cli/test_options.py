from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from benchmark.cli.options import grouped, on_device


@pytest.mark.parametrize(
    ("method", "device", "expected"),
    [
        ("gat[k=3]", "cpu", "gat[k=3]"),
        ("gat[k=3]", "cuda", "gat[device=cuda,k=3]"),
        ("dcdetector[patches=(3,5),window=15]", "cuda", "dcdetector[device=cuda,patches=(3, 5),window=15]"),
        ("mst-gat[device=cpu]", "cuda", "mst-gat[device=cpu]"),
        ("knn", "cuda", "knn"),
    ],
)
def test_a_device_goes_to_the_methods_that_know_it_and_leave_it_open(method, device, expected):
    assert on_device(method, device) == expected


@dataclass(frozen=True)
class Size:
    width: Annotated[int, typer.Option("--width", help="The width.")] = 2
    height: Annotated[int, typer.Option("--height", min=0)] = 3


@pytest.fixture
def app():
    application = typer.Typer()

    @application.command()
    @grouped
    def draw(name: str, size: Size, dark: Annotated[bool, typer.Option("--dark")] = False) -> None:
        """Draw something."""
        print(name, size, dark)

    return application


def test_a_group_of_options_reaches_the_command_as_one_object(app):
    done = CliRunner().invoke(app, ["box", "--height", "5", "--dark"])
    assert done.stdout == "box Size(width=2, height=5) True\n"


def test_options_of_a_group_are_checked_and_explained_like_any_other(app):
    assert "The width." in CliRunner().invoke(app, ["--help"]).stdout
    assert CliRunner().invoke(app, ["box", "--height", "-1"]).exit_code == 2
