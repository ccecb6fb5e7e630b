"""Imports run down: the floors of docs/architecture.md, and no circle."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OWN = ("benchmark", "baselines", "methods")


def floors() -> dict[str, int]:
    """Floor of each room, from the table of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ((?:`[\w/]+`(?:, )?)+) \|", text, re.MULTILINE)
    return {room.rstrip("/"): int(floor) for floor, rooms in rows for room in re.findall(r"`([\w/]+)`", rooms)}


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(file): file for package in OWN for file in sorted((ROOT / package).rglob("*.py"))}


def imports(name: str) -> set[str]:
    """Own modules that a module imports anywhere, type-checking blocks included."""
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    found = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in FILES else str(node.module))
        waiting += list(ast.iter_child_nodes(node))
    return {module for module in found if module in FILES} - {name}


def room(name: str) -> str:
    """Room of a module: the folder below ``benchmark``, or the module itself where it lies at the top."""
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] if package == "benchmark" else package


def test_every_room_has_a_floor() -> None:
    rooms = {room(name) for name in FILES} - {"", "__main__"}
    assert rooms == set(floors())


@pytest.mark.parametrize("name", sorted(FILES))
def test_imports_run_down(name: str) -> None:
    level = floors() | {"__main__": 99, "": 99 if name == "benchmark" else 0}
    upward = {
        other
        for other in imports(name)
        if room(other) not in (room(name), "") and level[room(other)] >= level[room(name)]
    }
    assert not upward, f"{name} imports {sorted(upward)}, which is not below it"


def test_no_circle() -> None:
    """No module reaches itself, imports inside functions and for types included."""
    graph = {name: imports(name) for name in FILES}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"circle: {' -> '.join((*path[path.index(name) :], name))}"
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_no_file_is_longer_than_300_lines() -> None:
    long = {name: lines for name, file in FILES.items() if (lines := len(file.read_text("utf-8").splitlines())) > 300}
    assert not long
