"""The main claims of the paper in every reading of it."""

from __future__ import annotations

from benchmark.papers.gan_uq.table1 import Table1
from benchmark.papers.readings import ReadingsFigure


class Readings(ReadingsFigure):
    """F1 of the paper's own method and its lead over the best rival, from the cells of Table 1."""

    name = "gan-uq/readings"
    title = "GAN-UQ in every reading of its paper"
    table = Table1
    value = "table1/Ours/F1-Score"
    lead = "best/F1"
    metric = "F1"
