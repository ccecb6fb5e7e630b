"""Options that several commands share, each declared once."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from benchmark.engine.execute import Workers
    from benchmark.interfaces.artifact import Setting

Variant = Literal["real", "twin"]

DataFolder = Annotated[
    Path | None, typer.Option("--data", envvar="BENCHMARK_DATA", help="Folder of real data; without it, twins.")
]
VariantName = Annotated[
    str | None, typer.Option("--variant", help="real or twin; default: real with --data, else twin.")
]
ProfileName = Annotated[str, typer.Option("--profile", help="smoke, default or full: number of seeds and rows.")]
WORKERS = "Worker processes; 0 runs in this one."
WorkerCount = Annotated[int | None, typer.Option("--workers", min=0, help=WORKERS, show_default="one a core")]
Scheduler = Annotated[str, typer.Option("--scheduler", help="Address of a Dask scheduler, tcp://host:port.")]
Timeout = Annotated[float, typer.Option("--timeout", min=0.0, help="Bound on one cell in seconds; 0 sets none.")]
Memory = Annotated[
    str, typer.Option("--memory", help="Memory of a local worker, e.g. 4GiB; auto shares what there is.")
]
DeviceName = Annotated[
    str, typer.Option("--device", help="cpu, cuda, or auto (cuda where there is one), for methods with that parameter.")
]
StoreFolder = Annotated[Path, typer.Option("--store", help="Folder of results.")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder that receives tables/ and figures/.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]

STORE = Path(".benchmark")

_ADDRESS = re.compile(r"[a-z]+://[^\s:]+:[0-9]+")
_MEMORY = re.compile(r"[0-9]+(\.[0-9]+)?\s*[kMGT]?i?B", re.ASCII)


def chosen_variant(variant: str | None, data: Path | None) -> Variant:
    """Settle which variant is meant, and insist on a folder for the real one."""
    if variant is None:
        variant = "twin" if data is None else "real"
    if variant not in ("real", "twin"):
        raise ParameterError(f"--variant {variant!r}: write real or twin")
    if variant == "real":
        if data is None:
            raise ParameterError("--variant real needs a data folder: give --data FOLDER or set BENCHMARK_DATA")
        if not data.is_dir():
            raise ParameterError(f"--data {data}: no such folder")
    return "real" if variant == "real" else "twin"


def setting(variant: str | None, data: Path | None, profile: str) -> Setting:
    """Build what a run stands on from its options."""
    from benchmark.interfaces.artifact import Setting
    from benchmark.interfaces.profiles import profile_named

    return Setting(chosen_variant(variant, data), profile_named(profile))


def device(name: str, scheduler: str = "") -> str:
    """Settle which device is meant; torch is only looked for where it is not the processor."""
    if name not in ("cpu", "cuda", "auto"):
        raise ParameterError(f"--device {name!r}: write cpu, cuda or auto")
    if name == "cpu":
        return name
    if scheduler:
        raise ParameterError(f"--device {name} looks at this machine; with --scheduler write 'METHOD[device=cuda]'")
    from benchmark.toolkit.nn.device import best_device, torch_device

    return best_device() if name == "auto" else torch_device(name).type


def on_device(method: str, device: str) -> str:
    """Add ``device=…`` to ``name[…]``, if the method has that parameter and it is not given.

    The processor is the default of every method, so for ``cpu`` nothing is added.
    """
    from benchmark.interfaces.registry import METHODS
    from benchmark.interfaces.spec import Spec

    spec = Spec.parse(method)
    if device == "cpu" or "device" in spec.params or "device" not in METHODS.load(spec.name).__dataclass_fields__:
        return method
    return str(Spec(spec.name, spec.params | {"device": device}))


def workers(count: int | None, scheduler: str, timeout: float, memory: str) -> Workers:
    """Build who does the work from the options."""
    from benchmark.engine.execute import Workers

    if memory != "auto" and not _MEMORY.fullmatch(memory):
        raise ParameterError(f"--memory {memory!r}: write auto, or a number with a unit, e.g. 4GiB")
    if scheduler and not _ADDRESS.fullmatch(scheduler):
        raise ParameterError(
            f"--scheduler {scheduler!r}: write its address with protocol and port, e.g. tcp://host:8786"
        )
    return Workers((os.cpu_count() or 1) if count is None else count, scheduler, timeout, memory)
