"""A paper of two tables and two figures; their files are written by hand, so no cell is ever needed."""

from benchmark.interfaces.artifact import Artifact, Paper


class _Artifact(Artifact):
    def cells(self, setting):
        raise AssertionError("the report asked for cells")

    def write(self, results, setting, stem):
        raise AssertionError("the report wrote an artifact")


class Table1(_Artifact):
    name = "small/table1"
    kind = "table"
    title = "Small, Table 1: <methods> & scores"


class Table2(_Artifact):
    name = "small/table2"
    kind = "table"
    title = "Small, Table 2"
    variants = ("real",)


class Figure1(_Artifact):
    name = "small/fig1"
    kind = "figure"
    title = "Small, Fig. 1: scale"


class Figure10(_Artifact):
    name = "small/fig10"
    kind = "figure"
    title = "Small, Fig. 10"


class SmallPaper(Paper):
    name = "small"
    title = "Small"
    reference = "nobody"

    def artifacts(self):
        return [Table1(), Table2(), Figure1(), Figure10()]
