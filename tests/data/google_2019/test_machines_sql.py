"""The query of the 2019 trace, run by DuckDB on generated tables, against the recordings of the same trace of 2011."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from benchmark.data.google_2011.generator import Trace
from benchmark.data.google_2011.parts import required_parts
from benchmark.data.google_2011.prepare import prepare
from benchmark.data.google_2011.schema import MACHINE_EVENTS, TASK_EVENTS, TASK_USAGE
from benchmark.data.google_2019 import machines_sql as module
from benchmark.data.google_2019.machines_sql import machines_sql
from benchmark.interfaces.errors import BenchmarkError, ParameterError, PluginError

INSTANCE_CODES = {0: 0, 1: 3, 2: 4, 3: 5, 4: 6, 5: 7, 6: 8, 7: 9, 8: 10}
MACHINE_CODES = {0: 1, 1: 2, 2: 3}


def tables(root: Path) -> dict[str, pl.DataFrame]:
    """The parts of a 2011 trace in the official schema of version 3."""
    schemas = {"task_usage": TASK_USAGE, "task_events": TASK_EVENTS, "machine_events": MACHINE_EVENTS}
    old = {
        name: pl.concat(
            [pl.read_csv(part, has_header=False, schema=dict(kinds)) for part in required_parts(root, name)]
        )
        for name, kinds in schemas.items()
    }
    usage, events, machines = old["task_usage"], old["task_events"], old["machine_events"]
    instance = {"collection_id": pl.col("job_id"), "instance_index": pl.col("task_index")}
    kind = pl.lit(0, pl.Int64)
    nothing = pl.lit(None, pl.Int64)
    allocated = {"alloc_collection_id": kind, "alloc_instance_index": nothing, "collection_type": kind}
    usage = usage.select(
        "start_time",
        "end_time",
        "machine_id",
        average_usage=pl.struct(cpus="cpu_rate", memory="canonical_memory"),
        maximum_usage=pl.struct(cpus="max_cpu_rate", memory="max_memory"),
        random_sample_usage=pl.struct(cpus="sampled_cpu_usage", memory=pl.lit(None, pl.Float64)),
        page_cache_memory="total_page_cache",
        cycles_per_instruction="cpi",
        memory_accesses_per_instruction="mai",
        **instance,
        **allocated,
    )
    alloc_set = usage.with_columns(collection_type=pl.lit(1, pl.Int64))
    events = events.select(
        "time", "machine_id", type=pl.col("event_type").replace(INSTANCE_CODES), **instance, **allocated
    )
    machines = machines.select(
        "time",
        "machine_id",
        type=pl.col("event_type").replace(MACHINE_CODES),
        capacity=pl.struct("cpus", "memory"),
        switch_id=pl.lit(None, pl.String),
        platform_id="platform",
        missing_data_reason=nothing,
    )
    return {"instance_usage": pl.concat([usage, alloc_set]), "instance_events": events, "machine_events": machines}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Recordings of the query, and those of the parts."""
    duckdb: Any = pytest.importorskip("duckdb")
    pytest.importorskip("sqlglot")
    root, output = tmp_path_factory.mktemp("parts"), tmp_path_factory.mktemp("out")
    Trace(machines=11, windows=40, tasks=4, parts=2).write(root)
    prepare(root, output, 2**32)
    connection = duckdb.connect()
    for name, frame in tables(root).items():
        path = output / f"{name}.parquet"
        frame.write_parquet(path)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{path}')")
    target = output / "query.parquet"
    query = machines_sql("duckdb").partition("\n")[2]  # without the comment
    connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")
    prepared = [
        pl.read_parquet(path, hive_partitioning=False).with_columns(machine_id=int(path.parent.name.partition("=")[2]))
        for path in sorted((output / "machines").rglob("*.parquet"))
    ]
    return pl.read_parquet(target), pl.concat(prepared)


def test_the_query_gives_the_recordings_of_the_parts(both: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    queried, prepared = both
    assert queried.select("machine_id", "time").rows() == prepared.select(pl.col("machine_id").cast(int), "time").rows()
    for name in ("failed", "evicted", "lost", "removed", "label"):
        assert queried[name].cast(int).to_list() == prepared[name].cast(int).to_list(), name
    for name in ("cpu", "memory", "page_cache", "cpi", "mai", "running_tasks"):
        pairs = zip(queried[name].cast(float).to_list(), prepared[name].to_list(), strict=True)
        assert all((a is None) == (b is None) and (a is None or a == pytest.approx(b, rel=1e-5)) for a, b in pairs), (
            name
        )
    assert prepared["failed"].sum() > 0


def test_load_is_that_of_the_parts_where_disk_time_is_unknown(both: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    queried, prepared = both
    known = prepared["disk_io_time"].is_null()
    pairs = list(zip(queried["load"].filter(known).cast(float), prepared["load"].filter(known), strict=True))
    assert len(pairs) > 100
    assert all((a is None) == (b is None) and (a is None or a == pytest.approx(b, rel=1e-5)) for a, b in pairs)


def test_the_bigquery_form_is_parsed_and_names_the_public_tables() -> None:
    sqlglot: Any = pytest.importorskip("sqlglot")
    text = machines_sql("bigquery", "b")
    assert text.startswith("-- ")
    assert "not executed" in text.partition("\n")[0]
    assert "`google.com:google-cluster-data`.`clusterdata_2019_b`.instance_usage" in text
    assert "GENERATE_ARRAY" in text
    assert sqlglot.parse_one(text, read="bigquery").named_selects[:3] == ["machine_id", "time", "cpu"]


@pytest.mark.parametrize(("dialect", "cell"), [("oracle", "a"), ("bigquery", "i"), ("bigquery", "")])
def test_wrong_arguments_are_errors(dialect: Any, cell: str) -> None:
    with pytest.raises(ParameterError):
        machines_sql(dialect, cell)


def test_without_sqlglot_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(module.importlib, "import_module", missing)
    with pytest.raises(PluginError, match=r"cloudad-bench\[trace\]"):
        machines_sql()
    assert issubclass(PluginError, BenchmarkError)
