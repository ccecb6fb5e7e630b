"""``bench``: speed and memory of the metrics, of a detector, or of the preparation of a trace on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from benchmark.bench.detector import DetectorMeasurement
    from benchmark.bench.engine import EngineMeasurement
    from benchmark.bench.ingest import IngestMeasurement
    from benchmark.bench.metrics import Measurement
    from benchmark.bench.scale import ScaleMeasurement


def bench(
    name: Annotated[
        str, typer.Argument(help="metrics, ingest, engine, scale, or a method as name[param=value,…] or file.py:Class.")
    ],
    dataset: Annotated[
        str, typer.Option("--dataset", help="For a method: name[param=value,…], or a labelled CSV or Parquet file.")
    ] = "google-2019",
    protocol: Annotated[
        str, typer.Option("--protocol", help="For a method; default: the dataset's own, else native.")
    ] = "",
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    device: options.DeviceName = "cpu",
    arithmetic: options.ArithmeticName = "portable",
    method: Annotated[
        str, typer.Option("--method", help="For scale: methods, with commas; default: those that the docs compare.")
    ] = "",
    rows: Annotated[str, typer.Option("--rows", help="For ingest and scale: numbers of rows, with commas.")] = "",
    json: options.Json = False,
) -> None:
    """Measure speed and memory of one detector.

    With the name metrics, the speed of every metric. With ingest, that of data prepare google-2011 on generated
    parts of 10⁵, 10⁶ and 10⁷ rows, beside the engine that just reads them. With engine, what the engine costs for
    each cell, and the gain of a second worker. With scale, how the cost of detectors grows with rows and channels.
    Times depend on this machine; compare ratios only.

    Example: python -m benchmark bench pca --variant twin
    """
    from dataclasses import asdict

    from benchmark.cli.printing import print_json

    if name == "metrics":
        from benchmark.bench.metrics import SIZES, bench_metrics

        measurements = bench_metrics()
        if json:
            print_json({"sizes": SIZES, "metrics": [asdict(measurement) for measurement in measurements]})
        else:
            _print_metrics(SIZES, measurements)
        return
    if name == "ingest":
        from benchmark.bench.ingest import bench_ingest

        found = bench_ingest(*_sizes(rows))
        if json:
            print_json([{**asdict(one), "rows a second": one.rows_a_second, "ratio": one.ratio} for one in found])
        else:
            _print_ingest(found)
        return
    if name == "engine":
        from benchmark.bench.engine import bench_engine

        engine = bench_engine()
        if json:
            print_json(asdict(engine))
        else:
            _print_engine(engine)
        return
    if name == "scale":
        from benchmark.bench import scale
        from benchmark.cli.plugin import check_methods
        from benchmark.cli.progress import steps
        from benchmark.interfaces.spec import split_names

        methods = split_names(method) or list(scale.METHODS)
        check_methods(methods)
        sizes = next(iter(_sizes(rows)), scale.ROWS)
        with steps(len(methods) * (len(sizes) + len(scale.CHANNELS))) as start:
            grown = scale.bench_scale(methods, sizes, on_start=start)
        if json:
            print_json([asdict(one) for one in grown])
        else:
            _print_scale(grown)
        return
    from benchmark.bench.detector import bench_detector
    from benchmark.cli.plugin import check_dataset, check_methods
    from benchmark.cli.run_protocol import default_protocol
    from benchmark.process.output import output_to_stderr

    with output_to_stderr():  # code of others may print
        check_dataset(dataset)
        check_methods([name])
        method = options.on_device(name, options.device(device))
        where, root = options.data_of(dataset, variant, data)
        measured = bench_detector(method, dataset, protocol or default_protocol(dataset), where, root)
    if json:
        print_json(asdict(measured))
    else:
        _print_detector(measured)


def _sizes(text: str) -> tuple[tuple[int, ...], ...]:
    """Arguments of `bench_ingest`: none for the usual sizes."""
    from benchmark.interfaces.errors import ParameterError

    if not text:
        return ()
    sizes = [size.strip().replace("_", "") for size in text.split(",")]
    if not all(size.isdecimal() and int(size) >= 1 for size in sizes):
        raise ParameterError(f"--rows {text!r}: write whole numbers with commas, e.g. 100000,1000000")
    return (tuple(int(size) for size in sizes),)


def _print_ingest(found: list[IngestMeasurement]) -> None:
    from benchmark.cli.printing import print_table

    columns = ("rows", "parts", "recordings", "read s", "read MiB", "prepare s", "prepare MiB", "rows/s", "×read")
    lines = [
        (
            *(f"{count:,}" for count in (one.rows, one.parts, one.machines)),
            *(text for cost in (one.read, one.prepare) for text in (f"{cost.processor:.2f}", f"{cost.peak_mib:.0f}")),
            *(f"{one.rows_a_second:,.0f}", f"{one.ratio:.2f}"),
        )
        for one in found
    ]
    print_table(columns, lines, right=columns)
    print("\ns: processor time of all threads. MiB: largest resident memory of the process. rows/s: of processor time.")


def _print_scale(found: list[ScaleMeasurement]) -> None:
    from itertools import groupby

    from benchmark.bench.scale import growth
    from benchmark.cli.printing import print_table

    lines: list[tuple[str, ...]] = []
    for (name, grows), one_ladder in groupby(found, lambda one: (one.method, one.ladder)):
        ladder = list(one_ladder)
        exponent = growth(ladder)
        for one in ladder:
            last = f"{exponent:.2f} in {grows}" if exponent is not None and one is ladder[-1] else ""
            size = (name, f"{one.rows:,}", str(one.channels))
            numbers = (f"{one.fit_seconds:.2f}", f"{one.rows_a_second:,.0f}", f"{one.peak_mib:.0f}", last)
            lines.append((*size, *((one.reason, "", "", "") if one.reason else numbers)))
    columns = ("method", "rows", "channels", "fit s", "scored rows/s", "MiB", "growth")
    print_table(columns, lines, right=columns[1:6])
    print(
        "\nOne thread, made series; as many rows are scored as fitted. MiB: largest resident memory of the process,"
        "\nlibraries included. growth: exponent of the seconds of fit and score over the ladder; 1 is linear."
    )


def _print_metrics(sizes: tuple[int, ...], measurements: list[Measurement]) -> None:
    from benchmark.cli.printing import number, print_table

    lengths = [f"{size:.0e}".replace("e+0", "e") for size in sizes]
    columns = ("metric", f"value {lengths[1]}", *(f"ms {n}" for n in lengths), *(f"×sort {n}" for n in lengths))
    columns += ("growth", "bytes/point")
    rows = []
    for metric in measurements:
        times = [f"{1e3 * seconds:.3g}" for seconds in metric.seconds]
        ratios = [f"{ratio:.3g}" for ratio in metric.ratios]
        value, growth, size = number(metric.values[1], 4), number(metric.growth, 2), f"{metric.bytes_a_point:.0f}"
        rows.append((metric.name, value, *times, *ratios, growth, size))
    print_table(columns, rows, right=columns[1:])
    print(
        "\nms: processor time of one thread, median of five. ×sort: the same divided by the time of one argsort of the"
        "\nscores, measured right before. growth: exponent between 5e4 and 1e6 points; compare it with that of argsort,"
        "\nwhose data leave the cache in this range. bytes/point: peak of memory at the largest length."
    )


def _print_engine(measured: EngineMeasurement) -> None:
    from benchmark.cli.printing import print_facts

    print_facts(
        [
            ("key of a result", f"{measured.plan_ms:.2f} ms a cell"),
            ("tasks and their hashes", f"{measured.hash_ms:.1f} ms a protocol and seed"),
            ("overhead", f"{measured.overhead_ms:.1f} ms a cell"),
            ("stored", f"{measured.stored_ms:.2f} ms a cell"),
            ("one worker", f"{measured.one_worker_s:.2f} s"),
            ("two workers", f"{measured.two_workers_s:.2f} s, {measured.speedup:.2f} times as fast"),
        ]
    )
    print(f"\n{measured.cells} cells of each kind, one run; workers are warm.")


def _print_detector(measured: DetectorMeasurement) -> None:
    from benchmark.cli.printing import print_facts

    rows = ", ".join(f"{part} {count:,}" for part, count in measured.rows.items())
    print_facts(
        [
            ("method", measured.method),
            ("cell", f"{measured.dataset} ({measured.variant}) · {measured.protocol} · {measured.task} · seed 0"),
            ("rows", f"{rows}; {measured.channels} channels"),
            ("fit", f"{measured.fit_seconds:.3f} s"),
            ("score", f"{measured.score_seconds:.4f} s, {measured.rows_a_second:,.0f} rows/s"),
            ("peak memory", f"{measured.peak_mib:.0f} MiB, {measured.added_mib:.0f} MiB of it by fit and score"),
        ]
    )
    print("\nMedians of three, one thread.")
