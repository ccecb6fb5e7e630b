"""A report on a small paper, whose files are written by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from benchmark.engine.store import Store
from benchmark.interfaces.registry import DATASETS, PAPERS, Entry
from benchmark.report.render import write_report

SMALL = Path(__file__).parent / "small"
SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="200pt" height="100pt" viewBox="0 0 200 100">
<path d="M0 0 L200 100"/></svg>
"""
KEYS = ("1" * 64, "2" * 64)


def receipt(artifact, variant="real", **changes):
    facts = {
        "artifact": artifact,
        "variant": variant,
        "profile": "default",
        "scenario": "",
        "version": "0.1.0",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "data": {},
        "libraries": {"numpy": "2.4.6"},
        "machine": {"processor": "one", "cores": 2, "system": "Linux", "python": "3.11"},
        "cells": [{"cell": "a", "status": "OK", "key": KEYS[0]}, {"cell": "b", "status": "TIMEOUT", "key": KEYS[1]}],
    }
    return json.dumps(facts | changes)


def number(published="", mean=None, low=None, high=None, status="OK", best=False):
    return {
        "metric": "F1@val",
        "published": published,
        "mean": mean,
        "low": low,
        "high": high,
        "seeds": 5,
        "values": [],
        "status": status,
        "reason": "",
        "best": best,
    }


def table():
    """The JSON file of Table 1: a row of the paper, one that failed, and eight controls of one seed."""
    lines = [
        ("Quiet", "paper", number("0.50", 0.812345, 0.8, 0.824690, best=True)),
        ("Loud", "paper", number("0.90", status="TIMEOUT")),
        *((f"control {n}", "control", number(mean=n / 10)) for n in range(1, 9)),
    ]
    rows = [{"label": label, "method": label, "role": role, "numbers": [found]} for label, role, found in lines]
    return {
        "schema": 1,
        "caption": "Small, Table 1: <methods> & scores. Real data; 5 seeds.",
        "columns": [{"metric": "F1@val", "published": "F1", "better": "higher"}],
        "sections": [{"key": "native", "heading": "native: as it is", "lines": rows}],
        "notes": ["A <script>alert(1)</script> remark."],
    }


def commit(out):
    """Write Table 1 on real data and Figure 1 on both; Table 2 and Figure 10 stay away."""
    tables, figures = out / "tables" / "small", out / "figures" / "small"
    tables.mkdir(parents=True)
    figures.mkdir(parents=True)
    (tables / "table1.real.json").write_text(json.dumps(table()))
    (tables / "table1.real.receipt.json").write_text(receipt("small/table1"))
    for variant in ("real", "twin"):
        words = {
            "title": "Small, Fig. 1: scale",
            "caption": f"{variant} data",
            "quantity": "scale",
            "notes": ["Noted."],
        }
        (figures / f"fig1.{variant}.json").write_text(json.dumps({"schema": 1, **words}))
        (figures / f"fig1.{variant}.svg").write_text(SVG)
        (figures / f"fig1.{variant}.png").write_bytes(bytes(5000))
        (figures / f"fig1.{variant}.csv").write_text("panel,x,mean\nall,1,0.5\nall,10,0.25\n")
        (figures / f"fig1.{variant}.receipt.json").write_text(receipt("small/fig1", variant))
    return out


def register(monkeypatch, folder):
    """Make the small paper, copied to a folder, the only one, and leave two datasets: one with a twin, one without."""
    shutil.copytree(SMALL, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(PAPERS, "entries", {"small": Entry("small", f"{folder / 'paper.py'}:SmallPaper", "test")})
    datasets = {name: DATASETS.entries[name] for name in ("cloud-workload", "nezha")}
    monkeypatch.setattr(DATASETS, "entries", datasets)
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    return folder


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The folder of the small paper; its files lie beside it."""
    commit(tmp_path)
    return register(monkeypatch, tmp_path / "small")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report on the small paper, written once for a module of tests."""
    out = commit(tmp_path_factory.mktemp("page"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        register(monkeypatch, out / "small")
        yield write_report(out, Store(out / "store"), None)
