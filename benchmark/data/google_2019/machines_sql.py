"""The recordings of machines of the 2019 trace as SQL: one definition, written in DuckDB's dialect, for BigQuery too.

It is the transformation of `benchmark.data.google_2011`, by the same whole-number sums, on the official tables of
version 3 (``instance_usage``, ``instance_events``, ``machine_events``), with these differences:

- The trace has no column of disk I/O time, so there is no such channel. ``load`` has two parts, processor and memory.
- Only instances of jobs count (``collection_type`` 0): those of alloc sets hold other instances.
- Codes: SUBMIT 0, SCHEDULE 3, EVICT 4, FAIL 5, FINISH 6, KILL 7, LOST 8, UPDATE_RUNNING 10. Machines: ADD 1, REMOVE 2,
  UPDATE 3.
- Rows of a table have no order. Of events of one time the ends of instances come first, others by their codes.

sqlglot translates it. The tests run the DuckDB form on generated tables of the official schema. The BigQuery form is
parsed and has not been run.
"""

from __future__ import annotations

import importlib
from typing import Any, Literal

from benchmark.interfaces.errors import ParameterError, PluginError

Dialect = Literal["duckdb", "bigquery"]

CELLS = "abcdefgh"
"""Cells of the trace; each has a data set of tables of its own."""

_PROJECT = "google.com:google-cluster-data"

DEFINITION = """
WITH measured AS (
  SELECT
    machine_id,
    GREATEST(start_time, 600000000) AS begins,
    CASE
      WHEN end_time = 9223372036854775807 THEN (GREATEST(start_time, 600000000) // 300000000 + 1) * 300000000
      ELSE end_time
    END AS ends,
    CASE WHEN average_usage.cpus BETWEEN 0 AND 1000 THEN average_usage.cpus END AS cpus,
    CASE WHEN average_usage.memory BETWEEN 0 AND 1000 THEN average_usage.memory END AS memory,
    CASE WHEN page_cache_memory BETWEEN 0 AND 1000 THEN page_cache_memory END AS page_cache,
    cycles_per_instruction AS cpi,
    memory_accesses_per_instruction AS mai
  FROM instance_usage
  WHERE machine_id IS NOT NULL AND collection_type = 0
),
shared AS (
  SELECT
    measured.*,
    slot,
    LEAST(ends, (slot + 1) * 300000000) - GREATEST(begins, slot * 300000000) AS lasting
  FROM measured
  CROSS JOIN UNNEST(GENERATE_SERIES(begins // 300000000, (ends - 1) // 300000000)) AS slots(slot)
  WHERE ends > begins
),
scaled AS (
  SELECT
    machine_id,
    slot,
    lasting,
    CAST(ROUND(cpus * lasting * 1024) AS BIGINT) AS cpu,
    CAST(ROUND(memory * lasting * 1024) AS BIGINT) AS memory,
    CAST(ROUND(page_cache * lasting * 1024) AS BIGINT) AS page_cache,
    CASE WHEN cpi BETWEEN 0.1 AND 1000 AND cpus > 0 THEN CAST(ROUND(cpus * lasting * 1024) AS BIGINT) END AS cycles,
    cpi,
    CASE WHEN mai BETWEEN 0 AND 100 THEN mai END AS mai
  FROM shared
),
counted AS (
  SELECT scaled.*, CAST(ROUND(cycles / cpi) AS BIGINT) AS instructions FROM scaled
),
sums AS (
  SELECT
    machine_id,
    slot,
    SUM(lasting) AS task_time,
    SUM(cpu) AS cpu,
    SUM(memory) AS memory,
    SUM(page_cache) AS page_cache,
    SUM(cycles) AS cycles,
    SUM(instructions) AS instructions,
    SUM(CASE WHEN mai IS NOT NULL THEN instructions END) AS of_instructions,
    SUM(CAST(ROUND(instructions * mai * 16) AS BIGINT)) AS accesses
  FROM counted
  GROUP BY machine_id, slot
),
covered AS (
  SELECT
    slot,
    COUNT(cpu) AS reports_cpu,
    COUNT(memory) AS reports_memory,
    COUNT(page_cache) AS reports_page_cache
  FROM sums
  GROUP BY slot
),
told AS (
  SELECT
    time,
    type,
    COALESCE(
      machine_id,
      NULLIF(
        LAST_VALUE(
          CASE
            WHEN type IN (3, 10) THEN COALESCE(machine_id, -1)
            WHEN type IN (0, 4, 5, 6, 7, 8) THEN -1
          END IGNORE NULLS
        ) OVER (
          PARTITION BY collection_id, instance_index
          ORDER BY time, CASE WHEN type BETWEEN 4 AND 8 THEN 0 ELSE 1 END, type
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        -1
      )
    ) AS machine_id
  FROM instance_events
),
labels AS (
  SELECT
    machine_id,
    time // 300000000 AS slot,
    SUM(CASE WHEN type = 5 THEN 1 ELSE 0 END) AS failed,
    SUM(CASE WHEN type = 4 THEN 1 ELSE 0 END) AS evicted,
    SUM(CASE WHEN type = 8 THEN 1 ELSE 0 END) AS lost
  FROM told
  WHERE type IN (4, 5, 8) AND time >= 600000000 AND time < 9223372036854775807 AND machine_id IS NOT NULL
  GROUP BY machine_id, time // 300000000
),
history AS (
  SELECT
    machine_id,
    time,
    type,
    LAST_VALUE(capacity.cpus IGNORE NULLS) OVER (
      PARTITION BY machine_id ORDER BY time, type ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS capacity_cpus,
    LAST_VALUE(capacity.memory IGNORE NULLS) OVER (
      PARTITION BY machine_id ORDER BY time, type ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS capacity_memory,
    LEAD(time) OVER (PARTITION BY machine_id ORDER BY time, type) AS next_time
  FROM machine_events
),
removals AS (
  SELECT machine_id, time // 300000000 AS slot, COUNT(*) AS removed
  FROM machine_events
  WHERE type = 2
  GROUP BY machine_id, time // 300000000
),
machines AS (
  SELECT DISTINCT machine_id FROM sums
),
grid AS (
  SELECT machines.machine_id, covered.*
  FROM machines
  CROSS JOIN covered
),
present AS (
  SELECT
    grid.*,
    history.type,
    history.time AS since,
    history.capacity_cpus,
    history.capacity_memory
  FROM grid
  LEFT JOIN history
    ON history.machine_id = grid.machine_id
    AND history.time < (grid.slot + 1) * 300000000
    AND (history.next_time IS NULL OR history.next_time >= (grid.slot + 1) * 300000000)
),
channels AS (
  SELECT
    present.machine_id,
    present.slot * 300000000 AS time,
    CASE
      WHEN sums.cpu IS NOT NULL THEN sums.cpu / 307200000000
      WHEN sums.task_time IS NULL AND reports_cpu > 0 THEN 0.0
    END AS cpu,
    CASE
      WHEN sums.memory IS NOT NULL THEN sums.memory / 307200000000
      WHEN sums.task_time IS NULL AND reports_memory > 0 THEN 0.0
    END AS memory,
    CASE
      WHEN sums.page_cache IS NOT NULL THEN sums.page_cache / 307200000000
      WHEN sums.task_time IS NULL AND reports_page_cache > 0 THEN 0.0
    END AS page_cache,
    sums.cycles / NULLIF(sums.instructions, 0) AS cpi,
    sums.accesses / NULLIF(sums.of_instructions, 0) / 16 AS mai,
    COALESCE(sums.task_time, 0) / 300000000 AS running_tasks,
    NULLIF(present.capacity_cpus, 0) AS capacity_cpus,
    NULLIF(present.capacity_memory, 0) AS capacity_memory,
    COALESCE(labels.failed, 0) AS failed,
    COALESCE(labels.evicted, 0) AS evicted,
    COALESCE(labels.lost, 0) AS lost,
    COALESCE(removals.removed, 0) AS removed
  FROM present
  LEFT JOIN sums ON sums.machine_id = present.machine_id AND sums.slot = present.slot
  LEFT JOIN labels ON labels.machine_id = present.machine_id AND labels.slot = present.slot
  LEFT JOIN removals ON removals.machine_id = present.machine_id AND removals.slot = present.slot
  WHERE present.type IN (1, 3)
    OR (present.type = 2 AND present.since // 300000000 = present.slot)
    OR sums.task_time IS NOT NULL
),
shares AS (
  SELECT
    channels.*,
    CASE WHEN cpu / capacity_cpus > 1.2 THEN 1.2 ELSE cpu / capacity_cpus END AS cpu_share,
    CASE WHEN memory / capacity_memory > 1.2 THEN 1.2 ELSE memory / capacity_memory END AS memory_share
  FROM channels
)
SELECT
  machine_id,
  time,
  cpu,
  memory,
  page_cache,
  cpi,
  mai,
  running_tasks,
  CASE
    WHEN cpu_share IS NULL THEN memory_share
    WHEN memory_share IS NULL THEN cpu_share
    ELSE (cpu_share + memory_share) / 2
  END AS load,
  failed,
  evicted,
  lost,
  removed,
  failed + evicted + lost + removed > 0 AS label
FROM shares
ORDER BY machine_id, time
"""
"""The definition, in DuckDB's dialect. 307200000000 is a window of 3·10⁸ µs in steps of 2⁻¹⁰ µs."""


def machines_sql(dialect: Dialect = "bigquery", cell: str = "a") -> str:
    """Return the query in a dialect.

    Parameters
    ----------
    dialect : {"duckdb", "bigquery"}
        DuckDB reads the tables by their bare names; BigQuery reads the public tables of a cell.
    cell : str
        One of `CELLS`.

    Returns
    -------
    str
        A SELECT with one row for each machine and 5-minute window: ``machine_id``, ``time`` (µs), the channels, the
        counts ``failed``, ``evicted``, ``lost`` and ``removed``, and ``label``.

    Raises
    ------
    ParameterError
        For another dialect or cell.
    PluginError
        If sqlglot is missing.
    """
    if dialect not in ("duckdb", "bigquery"):
        raise ParameterError(f"dialect {dialect!r}: write duckdb or bigquery")
    if len(cell) != 1 or cell not in CELLS:
        raise ParameterError(f"cell {cell!r}: write one letter from a to h")
    sqlglot = _sqlglot()
    query = sqlglot.parse_one(DEFINITION, read="duckdb")
    if dialect == "bigquery":
        own = {table.alias for table in query.find_all(sqlglot.exp.CTE)}
        for table in query.find_all(sqlglot.exp.Table):
            if table.name and table.name not in own and not table.db:
                table.set("db", sqlglot.exp.to_identifier(f"clusterdata_2019_{cell}", quoted=True))
                table.set("catalog", sqlglot.exp.to_identifier(_PROJECT, quoted=True))
    state = {
        "duckdb": "run on generated tables of the official schema",
        "bigquery": "parsed by sqlglot, not executed",
    }
    return f"-- Google 2019 trace: 5-minute recordings of machines. {dialect}: {state[dialect]}.\n" + str(
        query.sql(dialect=dialect, pretty=True)
    )


def _sqlglot() -> Any:
    try:
        return importlib.import_module("sqlglot")
    except ImportError:
        raise PluginError("sqlglot is not installed: pip install 'cloudad-bench[trace]'") from None
