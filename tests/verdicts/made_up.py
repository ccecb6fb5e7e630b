"""Made-up results of the papers' cells: every default column has some number at every seed."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

import numpy as np

from benchmark.artifacts.published import read_published
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.metrics.catalogue import COLUMNS, DEFAULT
from benchmark.papers.gan_uq.sweeps import SAMPLES
from benchmark.protocols.google_2019.load import LEVELS
from benchmark.verdicts.audit import audit
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.report import judge_claims

PARTS = ("part=discrimination", "part=variance", "part=reconstruction", "part=features", "part=epistemic")


def columns(name, level, spread):
    """A number for each default column, from a generator of the name's own."""
    draws = np.random.default_rng(crc32(name.encode())).normal(level, spread, len(DEFAULT))
    return dict(zip(DEFAULT, np.clip(draws, 0, 1).tolist(), strict=True))


def made_up_row(cell, level=0.5, spread=0.01):
    """A row of one cell; that of the method ``perfect`` has the best of every metric."""
    name = f"{cell.protocol} {cell.method} {cell.seed}"
    row = {"points": 100, "anomalous": 10, **columns(name, level, spread)}
    if cell.method == "perfect":
        return row | {column: COLUMNS[column].metric.best for column in DEFAULT}
    extra = [f"samples={number}" for number in SAMPLES] + list(PARTS)
    counted = {"points": 50, "anomalous": 5}
    row["extra_scores"] = {one: counted | columns(f"{name} {one}", level, spread) for one in extra}
    row["subgroups"] = {"load": {one: counted | columns(f"{name} {one}", level, spread) for one in LEVELS}}
    row["confidence"] = {"error all": 0.2 + cell.seed / 1000, "error kept": 0.1}
    return row


class Seconds(dict):
    def __missing__(self, key):
        return 1.0


def numbers_of(paper, setting, row=made_up_row):
    """Numbers of every artifact that claims of a paper name."""
    claims = read_claims(paper.folder)
    named = {getattr(claim, "artifact", "") for claim in claims.claim} | {claims.choices.ceilings}
    return {
        artifact.name: artifact.numbers(
            {cell: Result("OK", rows=[row(cell)], seconds=Seconds()) for cell in artifact.cells(setting)}, setting
        )
        for artifact in paper.artifacts()
        if artifact.name in named
    }


def ledger(paper, variant="real", row=made_up_row, seeds=10):
    """Claims of a paper, judged on made-up numbers."""
    profile = replace(PROFILES["full"], seeds=seeds, twin_seeds=seeds)
    claims, tables = read_claims(paper.folder), read_published(paper.folder)
    numbers = numbers_of(paper, Setting(variant, profile), row)
    return judge_claims(paper.name, claims, tables, audit(tables), numbers, variant)
