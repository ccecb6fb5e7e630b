"""Every command line that this package prints, so that all of them follow one form.

A command on real data ends with ``--data FOLDER``, since the folder differs from machine to machine. One on a twin ends
with ``--variant twin``, which holds even where ``BENCHMARK_DATA`` is set.
"""

from __future__ import annotations

from shlex import quote

PROGRAM = "python -m benchmark"


def make_artifact(kind: str, name: str, variant: str, profile: str = "default", scenario: str = "") -> str:
    """Command that makes one table or figure.

    Parameters
    ----------
    kind : {"table", "figure"}
        Kind of artifact, which is also the name of its command.
    name : str
        ``<paper>/<artifact>``.
    variant : {"real", "twin"}
        Data variant.
    profile, scenario : str
        Left out where they are the default (an empty scenario is the artifact's own).
    """
    return _line(kind, name, *_option("--scenario", scenario), *_profile(profile), *_variant(variant))


def make_all(variant: str = "", profile: str = "default") -> str:
    """Command that makes every artifact; without a variant, the default one."""
    return _line("all", *_profile(profile), *_variant(variant))


def run_cell(dataset: str, variant: str, protocol: str, seed: int, method: str, metrics: tuple[str, ...] = ()) -> str:
    """Command that runs one cell: arguments in the order of `benchmark.interfaces.cell.Cell`."""
    parts = ("--dataset", quote(dataset), "--protocol", quote(protocol), "--method", quote(method), "--seed", str(seed))
    extra = _option("--metrics", quote(",".join(metrics)) if metrics else "")
    return _line("run", *parts, *extra, *_variant(variant))


def rerun_cell(key: str, variant: str) -> str:
    """Command that computes a stored cell again; only one on real data needs an option for it."""
    return _line("rerun", key, *(_variant(variant) if variant == "real" else ()))


def explain_cell(key: str, store: str = "") -> str:
    """Command that says how a cell ended, with its traceback and what its detector printed."""
    return _line("explain", key, *_option("--store", quote(store) if store else ""))


def verify(variant: str, profile: str = "default", *, update: bool = False, paper: str = "", claim: str = "") -> str:
    """Command that judges claims: every one, those of a paper, or one; with ``update``, it writes the record."""
    named = [quote(name) for name in (paper, claim) if name]
    return _line("verify", *named, *_profile(profile), *_variant(variant), *(("--update",) if update else ()))


def claim(paper: str, name: str = "") -> str:
    """Command that shows the recorded verdict of claims, without a run."""
    return _line("claim", paper, *((quote(name),) if name else ()))


def status(variant: str, profile: str = "default") -> str:
    """Command that shows which cells of each artifact are stored."""
    return _line("status", *_profile(profile), *_variant(variant))


def report(store: str = "") -> str:
    """Command that writes the report."""
    return _line("report", *_option("--store", store))


def fetch_data(dataset: str) -> str:
    """Command that downloads the files of a dataset."""
    return _line("data", "fetch", quote(dataset))


def describe_data(dataset: str, variant: str) -> str:
    """Command that prints metadata and health card of a dataset."""
    return _line("data", "describe", quote(dataset), *_variant(variant))


def _line(*parts: str) -> str:
    return " ".join((PROGRAM, *parts))


def _option(name: str, value: str) -> tuple[str, ...]:
    return (name, value) if value else ()


def _profile(name: str) -> tuple[str, ...]:
    return _option("--profile", "" if name == "default" else name)


def _variant(name: str) -> tuple[str, ...]:
    if not name:
        return ()
    return ("--data", "FOLDER") if name == "real" else ("--variant", "twin")
