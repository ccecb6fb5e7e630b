"""Readers of files that users and other machines bring: a mutated file is read, or refused with the documented error.

``FUZZ_INPUTS=100000 python -m pytest tests/fuzz/test_readers.py`` runs as many for each reader by hand.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest

from benchmark.engine.detect import Output
from benchmark.engine.store import Store
from benchmark.engine.transfer import export_results, import_results
from benchmark.interfaces.cell import Cell, Identity, Result
from benchmark.interfaces.errors import BenchmarkError
from benchmark.interfaces.registry import DATASETS
from tests.fuzz.mutated import mutated

INPUTS = int(os.environ.get("FUZZ_INPUTS", "200"))

IDENTITY = Identity("f", {"name": "d"}, {"name": "p"}, {"name": "m"}, 0, "c", "c", "portable")
RESULT = Result("OK", rows=[{"task": "t", "F1@val": 0.5}], scores={"t": "0" * 64}, seconds={"fit": 1.0})
OUTPUT = Output({"test": np.arange(5.0)}, {"rank": 2.0}, {"fit": 1.0})

TABLES = [
    b"time,cpu,mem,label\n" + b"".join(b"2026-03-01T00:%02d:00Z,%d,0.%d,%d\n" % (k, k, k, k == 9) for k in range(12)),
    b"1772323200,a,5\n1772323260,b,6\n1772323320,a,7\n",
    b"sep=;\nzeit;wert\n" + b"".join(b"0%d.03.2026 00:00;1,%d\n" % (k, k) for k in range(1, 9)),
    b"# made\nhost,metric,value,timestamp\n" + b"".join(b"h,cpu,%d%%,%d\n" % (k, 60 * k) for k in range(9)),
    b'"a","b"\n"1,009","2"\n"1,010","3"\n',
]
READINGS = {
    "": TABLES,
    "time=time,label=label": TABLES[:1],
    "by=host,metric=metric,value=value": TABLES[3:4],
    "every=5m,duplicates=mean": [TABLES[0], TABLES[3]],
    "onehot=true": TABLES,
}
"""Files by the parameters that they are read with."""


@pytest.mark.parametrize("parameters", READINGS)
def test_a_table_is_read_or_refused(tmp_path, monkeypatch, parameters):
    monkeypatch.chdir(tmp_path)
    read = 0
    for content in mutated(READINGS[parameters], -(-INPUTS // len(READINGS)), len(parameters)):
        (tmp_path / "t.csv").write_bytes(content)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                recordings = DATASETS.build(f"t.csv[{parameters}]" if parameters else "t.csv").load("real")
        except BenchmarkError:
            continue
        except Exception as error:
            raise AssertionError(f"{parameters!r}: {content!r}") from error
        read += 1
        assert all(len(one) and not np.isinf(one.values).any() for one in recordings)
    assert read


@pytest.fixture
def whole(tmp_path):
    store = Store(tmp_path / "whole")
    store.save(Cell("d", "twin", "p", 0, "m"), IDENTITY, RESULT)
    store.save_output("0" * 64, OUTPUT)
    return store


@pytest.mark.parametrize("name", ["result.json", "seconds.json", "output.json", "output.npz"])
def test_a_stored_file_is_believed_only_as_it_was_written(whole, name):
    folder = whole.results / IDENTITY.key if name in ("result.json", "seconds.json") else whole.outputs / ("0" * 64)
    before = (folder / name).read_bytes()
    for content in mutated([before], -(-INPUTS // 4), len(name)):
        (folder / name).write_bytes(content)
        result, output = whole.load(IDENTITY.key), whole.load_output("0" * 64)
        if name != "seconds.json":  # its numbers are no part of the result
            assert result is None or result == RESULT, content
        assert output is None or output.diagnostics == OUTPUT.diagnostics, content
        assert output is None or np.array_equal(output.arrays["test"], OUTPUT.arrays["test"]), content


def test_an_archive_adds_what_was_exported_or_is_refused(whole, tmp_path):
    export_results(whole, tmp_path / "whole.zip")
    outside = {path for path in tmp_path.rglob("*") if "into" not in path.parts}
    for number, content in enumerate(mutated([(tmp_path / "whole.zip").read_bytes()], INPUTS, 9)):
        (tmp_path / "changed.zip").write_bytes(content)
        into = Store(tmp_path / "into" / str(number % 2))
        try:
            import_results(into, tmp_path / "changed.zip")
        except BenchmarkError:
            pass
        except Exception as error:
            raise AssertionError(f"{content!r}") from error
        found, output = into.load(IDENTITY.key), into.load_output("0" * 64)
        assert found is None or found.rows == RESULT.rows
        assert output is None or np.array_equal(output.arrays["test"], OUTPUT.arrays["test"])
    assert {path for path in tmp_path.rglob("*") if "into" not in path.parts} == outside | {tmp_path / "changed.zip"}
