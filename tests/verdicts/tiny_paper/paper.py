"""A paper of one table and one figure, on the tiny dataset of the engine's tests, which lies beside it."""

from pathlib import Path

from benchmark.artifacts.sweep import Sweep
from benchmark.drawing.summary import summarise
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Artifact, Paper
from benchmark.interfaces.cell import Cell

TINY = Path(__file__).with_name("tiny.py")
METHODS = {"Quiet": "0.1", "Loud": "30.0"}
COLUMNS = (Column("Precision@val", "P"), Column("Recall@val", "R"), Column("F1@val", "F1"), Column("AUC-ROC", "AUC"))


def cell(setting, scale, seed):
    return Cell(f"{TINY}:Tiny", setting.variant, "native", seed, f"{TINY}:Noisy[scale={scale}]")


class Table1(Artifact):
    name = "tiny/table1"
    kind = "table"
    title = "Tiny, Table 1"

    def cells(self, setting):
        return [cell(setting, scale, seed) for scale in METHODS.values() for seed in range(3)]

    def table(self, results, setting):
        lines = []
        for label, scale in METHODS.items():
            cells = [cell(setting, scale, seed) for seed in range(3)]
            measured = {c.metric: summarise([(one, results[one]) for one in cells], c.metric) for c in COLUMNS}
            lines.append(Line("native", "native: as it is", label, cells[0].method, "paper", {}, measured))
        return Table(self.title, COLUMNS, tuple(lines))

    def numbers(self, results, setting):
        return self.table(results, setting).numbers()

    def write(self, results, setting, stem):
        return self.table(results, setting).write(stem)


class Figure1(Sweep):
    name = "tiny/fig1"
    title = "Tiny, Figure 1"
    quantity = "scale"
    partial = True

    def cells(self, setting):
        return [cell(setting, scale, seed) for scale in METHODS.values() for seed in range(3)]

    def values(self, results, setting):
        return [
            {"panel": "all", "x": float(scale), "metric": "AUC-ROC", "seed": seed, "value": row["AUC-ROC"], "cell": one}
            for scale in METHODS.values()
            for seed in range(3)
            for one in [cell(setting, scale, seed)]
            for row in results[one].rows
        ]


class TinyPaper(Paper):
    name = "tiny"
    title = "Tiny"
    reference = "nobody"

    def artifacts(self):
        return [Table1(), Figure1()]
