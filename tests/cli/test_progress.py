"""Lines of progress: what is going on is said when nothing else has been said for a while."""

from benchmark.cli import progress
from benchmark.interfaces.cell import Cell, Result

CELL = Cell("smd", "real", "native", 0, "knn")


def test_what_is_going_on_is_said_once_it_takes_long(monkeypatch, capsys):
    clock = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: clock[0])
    monkeypatch.setattr(progress, "FIRST", 1.0)
    pulse = progress._Pulse()
    clock[0] = 0.9
    pulse.beat()
    assert capsys.readouterr().err == ""
    clock[0] = 1.5
    pulse.beat()
    assert capsys.readouterr().err == "reading data and planning, 2 s so far\n"
    lines = progress._Lines(2, pulse)
    lines.start(CELL)
    assert capsys.readouterr().err.splitlines() == ["2 cells", "running knn on smd, seed 0"]
    clock[0] = 12.0
    pulse.beat()
    assert capsys.readouterr().err == "running knn on smd, seed 0, 10 s so far\n"
    lines(CELL, Result("OK"), False)
    lines(CELL, Result("OK"), True)
    assert "2/2 1 ok, 1 stored" in capsys.readouterr().err


def test_quiet_shows_nothing(capsys):
    with progress.progress(quiet=True) as on_plan:
        on_plan(1)(CELL, Result("OK"), False)
    assert capsys.readouterr().err == ""
