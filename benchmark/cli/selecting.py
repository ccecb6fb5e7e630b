"""Choose the parameters of methods before a run: trials on synthetic anomalies, kept in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.spec import Spec

if TYPE_CHECKING:
    from benchmark.engine.execute import Workers
    from benchmark.engine.store import Store
    from benchmark.interfaces.dataset import Variant
    from benchmark.selection.choice import Choice

TRIALS = "synthetic"
"""Protocol of the trials."""

FINAL = "native"
"""Protocol that has the same fits."""


def names_of(select: str) -> tuple[str, ...]:
    """Read ``all`` or the names of parameters with commas; empty for all."""
    return () if select.strip() == "all" else tuple(name.strip() for name in select.split(",") if name.strip())


def choose_all(
    methods: Sequence[str],
    dataset: str,
    variant: Variant,
    protocol: str,
    select: str,
    budget: int,
    store: Store,
    root: Path | None,
    workers: Workers,
    progress: Callable[[], AbstractContextManager[Any]],
) -> list[Choice]:
    """Choose a setting for each method.

    Every choice is remembered in the store under the hash of the keys of its trials, whose cells are there, too.

    Parameters
    ----------
    methods : sequence of str
        Methods as they are written.
    dataset, variant, protocol : str
        What is to be run afterwards.
    select : str
        ``all``, or names of parameters.
    budget : int
        Trials of each method, at most.
    store, root, workers, progress
        As `benchmark.engine.execute.execute` takes them, and what shows its progress.

    Raises
    ------
    ParameterError
        If the protocol is not ``native``, or a name is no parameter of a method.
    """
    from benchmark.engine.execute import execute
    from benchmark.engine.plan import make_plan
    from benchmark.interfaces.cell import Cell, digest
    from benchmark.selection.choice import Trial, choose
    from benchmark.selection.space import candidates

    asked = Spec.parse(protocol)
    if asked.name != FINAL:
        raise ParameterError(f"--select chooses for the protocol native, not for {asked.name}: leave --protocol out")
    same = str(Spec(TRIALS, asked.params))
    tried = {method: candidates(method, budget, names_of(select)) for method in methods}
    cells = {method: Cell(dataset, variant, same, 0, method) for settings in tried.values() for method in settings}
    plan = make_plan(list(cells.values()), store, root)
    with progress() as on_plan:
        results = execute(plan, store, root, workers, on_plan(len(plan.identities)))
    choices = []
    for settings in tried.values():
        choice = choose([Trial.of(method, results[cells[method]]) for method in settings])
        keys = [plan.identities[cells[one]].key for one in settings if cells[one] in plan.identities]
        store.remember(digest(["selection", keys]), choice.record())
        choices.append(choice)
    return choices


def chosen_settings(
    methods: Sequence[str],
    against: str,
    variants: Mapping[str, Variant],
    protocol: str,
    select: str,
    budget: int,
    store: Store,
    root: Path | None,
    workers: Workers,
    *,
    quiet: bool,
    silent: bool,
) -> tuple[list[str], str, dict[str, str]]:
    """Choose, and print the choices; returns methods and ``against`` as chosen, and by what each was chosen.

    Parameters as for `choose_all`, and:

    variants : mapping of str to str
        The dataset, which has to be one, and its variant.
    quiet, silent : bool
        Whether to show no progress, and to print no choices.
    """
    from benchmark.cli.progress import progress
    from benchmark.cli.run_protocol import default_protocol

    if len(variants) > 1:
        raise ParameterError(f"--select takes one dataset, not {len(variants)}")
    ((dataset, variant),) = variants.items()
    chosen = choose_all(
        *(methods, dataset, variant, protocol or default_protocol(dataset), select, budget, store, root, workers),
        lambda: progress(quiet),
    )
    if not silent:
        print_choices(chosen, methods)
    renamed = {method: one.method for method, one in zip(methods, chosen, strict=True)}
    choices: dict[str, str] = {one.method: one.by for one in chosen}
    return list(dict.fromkeys(renamed.values())), renamed.get(against, ""), choices


def print_choices(choices: Sequence[Choice], methods: Sequence[str]) -> None:
    """Print one line a method: what was chosen, by what, and among how many trials."""
    from benchmark.cli.printing import print_table

    lines = []
    for method, choice in zip(methods, choices, strict=True):
        failed = sum(trial.status != "OK" for trial in choice.trials)
        tried = f"{len(choice.trials)} trials" + (f", {failed} failed" if failed else "")
        lines.append([method, choice.method, choice.by, tried])
    print_table(("method", "chosen", "chosen by", "among"), lines)
    print()
