"""Imports are read from the syntax of a file."""

from __future__ import annotations

import ast

import pytest

from benchmark.interfaces.imports import imported_names

TEXT = """
import a.b, c
from d import e, f as g
from . import h
from .i import j
from ..k import l
from ... import m
def late():
    import n
if TYPE_CHECKING:
    import o
else:
    import p
"""
ABSOLUTE = {"a.b", "c", "d", "d.e", "d.f", "n", "p"}


@pytest.mark.parametrize(
    ("package", "relative"),
    [
        ("", {"h", "i", "i.j"}),
        ("x", {"x", "x.h", "x.i", "x.i.j", "k", "k.l"}),
        ("x.y", {"x.y", "x.y.h", "x.y.i", "x.y.i.j", "x.k", "x.k.l", "m"}),
    ],
)
def test_relative_imports_start_from_the_package(package: str, relative: set[str]) -> None:
    assert imported_names(ast.parse(TEXT), package) == ABSOLUTE | relative
    assert imported_names(ast.parse(TEXT), package, relative=False) == ABSOLUTE
