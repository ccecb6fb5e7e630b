"""Options that several commands share, each declared once.

`Results` and `Work` hold the options of a whole group. A command that takes one of them as a parameter and is decorated
with `grouped` has all of its options on the command line, and receives them as one object.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

import typer

from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from benchmark.engine.execute import Workers
    from benchmark.engine.store import Store
    from benchmark.interfaces.artifact import Setting

Variant = Literal["real", "twin"]

# Groups of options in help texts.
DATA, WORK, OUTPUT = "Data", "Work", "Output"

DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="BENCHMARK_DATA",
        metavar="FOLDER",
        help="Folder of real data; without it, twins.",
        rich_help_panel=DATA,
    ),
]
VariantName = Annotated[
    str | None,
    typer.Option("--variant", metavar="real|twin", help="Default: real with --data, else twin.", rich_help_panel=DATA),
]
JudgedVariant = Annotated[
    str,
    typer.Option(
        "--variant", metavar="real|twin", help="Section of the record; only real data judge.", rich_help_panel=DATA
    ),
]
ProfileName = Annotated[
    str,
    typer.Option("--profile", metavar="smoke|default|full", help="Number of seeds and of rows.", rich_help_panel=DATA),
]
WORKERS = "Worker processes; 0 runs in this one."
WorkerCount = Annotated[
    int | None,
    typer.Option("--workers", min=0, metavar="N", help=WORKERS, show_default="one a core", rich_help_panel=WORK),
]
Scheduler = Annotated[
    str,
    typer.Option("--scheduler", metavar="TCP://HOST:PORT", help="Address of a Dask scheduler.", rich_help_panel=WORK),
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", min=0.0, metavar="SECONDS", help="Bound on one cell; 0 sets none.", rich_help_panel=WORK),
]
Memory = Annotated[
    str,
    typer.Option(
        "--memory",
        metavar="SIZE",
        help="Memory of a worker, and of a detector's process, e.g. 4GiB; auto: a share.",
        rich_help_panel=WORK,
    ),
]
DeviceName = Annotated[
    str,
    typer.Option(
        "--device",
        metavar="cpu|cuda|auto",
        help="For methods with that parameter; auto: cuda if there is one.",
        rich_help_panel=WORK,
    ),
]


def _names(registry: str) -> Callable[[], list[str]]:
    """Return what gives the names of a registry, for completion."""

    def names() -> list[str]:
        from benchmark.interfaces import registry as registries

        found: list[str] = getattr(registries, registry).names()
        return found

    return names


paper_names, method_names = _names("PAPERS"), _names("METHODS")
dataset_names, protocol_names = _names("DATASETS"), _names("PROTOCOLS")


def _store(value: Path) -> Path:
    """Check that the store is no file."""
    if Path(value).exists() and not Path(value).is_dir():
        raise ParameterError(f"--store {value} is not a folder")
    return value


def _arithmetic(value: str) -> str:
    """Check the choice; ``benchmark.__main__`` has settled it already, before numpy was imported."""
    if value not in ("portable", "native"):
        raise ParameterError(f"--arithmetic {value}: choose portable or native")
    return value


ArithmeticName = Annotated[
    str,
    typer.Option(
        "--arithmetic",
        callback=_arithmetic,
        metavar="portable|native",
        help="Equal bytes on every processor, or the fastest.",
        rich_help_panel=WORK,
    ),
]
StoreFolder = Annotated[
    Path, typer.Option("--store", callback=_store, metavar="FOLDER", help="Folder of results.", rich_help_panel=DATA)
]
OutFolder = Annotated[
    Path,
    typer.Option("--out", metavar="FOLDER", help="Receives tables/ and figures/.", rich_help_panel=OUTPUT),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.", rich_help_panel=OUTPUT)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.", rich_help_panel=OUTPUT)]

STORE = Path(".benchmark")

_ADDRESS = re.compile(r"[a-z]+://[^\s:]+:[0-9]+")
_MEMORY = re.compile(r"[0-9]+(\.[0-9]+)?\s*[kMGT]?i?B", re.ASCII)


@dataclass(frozen=True)
class Results:
    """Options that say which results are meant: data, profile and store."""

    data: DataFolder = None
    variant: VariantName = None
    profile: ProfileName = "default"
    store: StoreFolder = STORE

    def setting(self) -> Setting:
        """Check the options and build a `Setting` from them."""
        from benchmark.interfaces.artifact import Setting
        from benchmark.interfaces.profiles import profile_named

        return Setting(chosen_variant(self.variant, self.data), profile_named(self.profile))

    def opened(self) -> Store:
        """Return the store."""
        from benchmark.engine.store import Store

        return Store(self.store)


@dataclass(frozen=True)
class Work:
    """Options that say who runs the cells."""

    workers: WorkerCount = None
    scheduler: Scheduler = ""
    timeout: Timeout = 0.0
    memory: Memory = "auto"

    def crew(self) -> Workers:
        """Check the options and build `Workers` from them."""
        return workers(self.workers, self.scheduler, self.timeout, self.memory)


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Replace each parameter of a command that is a dataclass of options by its fields.

    The wrapped command builds the dataclasses again from what the command line gives.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, type[Any]] = {
        name: kind for name, kind in hints.items() if isinstance(kind, type) and is_dataclass(kind)
    }
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name not in groups:
            parameters.append(_keyword(parameter.name, parameter.default, hints[parameter.name]))
            continue
        kinds = get_type_hints(groups[parameter.name], include_extras=True)
        parameters += [
            _keyword(field.name, field.default, kinds[field.name]) for field in fields(groups[parameter.name])
        ]

    @wraps(command)
    def flat(**values: Any) -> None:
        objects = {
            name: kind(**{field.name: values.pop(field.name) for field in fields(kind)})
            for name, kind in groups.items()
        }
        command(**values, **objects)

    flat.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    flat.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return flat


def _keyword(name: str, default: Any, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def require_portable(what: str) -> None:
    """Refuse native arithmetic where somebody asked for it: what is made here is committed and compared."""
    if os.environ.get("BENCHMARK_ARITHMETIC") == "native":
        raise ParameterError(f"{what} are made in portable arithmetic: unset BENCHMARK_ARITHMETIC")


def judged(variant: str) -> Variant:
    """Return the section of a record that ``--variant`` asks for; it needs no data."""
    if variant not in ("real", "twin"):
        raise ParameterError(f"--variant {variant!r}: write real or twin")
    return "real" if variant == "real" else "twin"


def chosen_variant(variant: str | None, data: Path | None) -> Variant:
    """Return the variant that the options ask for; the real one needs a folder."""
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


def data_of(dataset: str, variant: str | None, data: Path | None) -> tuple[Variant, Path | None]:
    """Return variant and data folder of a dataset. A table of one's own is real, and its name needs no folder."""
    from benchmark.interfaces.spec import Spec, names_a_table

    if not names_a_table(Spec.parse(dataset).name):
        return chosen_variant(variant, data), data
    if variant == "twin":
        raise ParameterError(f"{dataset}: a file has no twin; leave --variant out")
    return "real", data or Path()


def device(name: str, scheduler: str = "") -> str:
    """Return the device that is asked for; torch is imported only if it is not the processor."""
    if name not in ("cpu", "cuda", "auto"):
        raise ParameterError(f"--device {name!r}: write cpu, cuda or auto")
    if name == "cpu":
        return name
    if scheduler:
        raise ParameterError(f"--device {name} looks at this machine; with --scheduler write 'METHOD[device=cuda]'")
    from benchmark.toolkit.nn.device import best_device, torch_device

    return best_device() if name == "auto" else torch_device(name).type


def on_device(method: str, device: str) -> str:
    """Add ``device=…`` to ``name[…]``, if the method has that parameter and the caller left it out.

    The processor is the default of every method, so for ``cpu`` nothing is added.
    """
    from benchmark.interfaces.registry import METHODS
    from benchmark.interfaces.spec import Spec

    spec = Spec.parse(method)
    if device == "cpu" or "device" in spec.params or "device" not in METHODS.load(spec.name).__dataclass_fields__:
        return method
    return str(Spec(spec.name, spec.params | {"device": device}))


def workers(count: int | None, scheduler: str, timeout: float, memory: str) -> Workers:
    """Check the options of a run and build `Workers` from them."""
    from benchmark.engine.execute import Workers

    if memory != "auto" and not _MEMORY.fullmatch(memory):
        raise ParameterError(f"--memory {memory!r}: write auto, or a number with a unit, e.g. 4GiB")
    if scheduler and not _ADDRESS.fullmatch(scheduler):
        raise ParameterError(
            f"--scheduler {scheduler!r}: write its address with protocol and port, e.g. tcp://host:8786"
        )
    return Workers((os.cpu_count() or 1) if count is None else count, scheduler, timeout, memory)
