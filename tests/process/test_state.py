"""The global state of a process is put back after a block that changes it."""

from __future__ import annotations

import locale
import os
import random
import signal
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.process.state import defined_state, kept_state


def state():
    """Everything that a detector may change."""
    return {
        "random": random.getstate(),
        "numpy": [str(part) for part in np.random.get_state()],  # noqa: NPY002
        "torch": torch.get_rng_state().tolist(),
        "errors": np.geterr(),
        "printing": (np.get_printoptions()["precision"], str(torch.tensor(1 / 3))),
        "dtype": torch.get_default_dtype(),
        "device": torch.get_default_device(),
        "threads": torch.get_num_threads(),
        "gradients": torch.is_grad_enabled(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "filters": list(warnings.filters),
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "locale": locale.setlocale(locale.LC_ALL),
        "depth": sys.getrecursionlimit(),
        "handlers": [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)],
    }


def change(folder):
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    torch.manual_seed(1)
    np.seterr(all="raise")
    np.set_printoptions(precision=2)
    torch.set_printoptions(precision=2)
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_num_threads(torch.get_num_threads() + 1)
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    warnings.simplefilter("error")
    os.chdir(folder)
    os.environ["ADDED"] = "1"
    os.environ["CHANGED"] = "2"
    del os.environ["REMOVED"]
    locale.setlocale(locale.LC_NUMERIC, "C" if locale.setlocale(locale.LC_NUMERIC) != "C" else "C.UTF-8")
    sys.setrecursionlimit(sys.getrecursionlimit() + 50)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)


@pytest.mark.parametrize("guard", [kept_state, defined_state])
@pytest.mark.parametrize("error", [None, RuntimeError, SystemExit])
def test_everything_is_as_before_however_the_block_ends(tmp_path, monkeypatch, guard, error):
    monkeypatch.setenv("CHANGED", "1")
    monkeypatch.setenv("REMOVED", "1")
    before = state()
    try:
        with guard():
            change(tmp_path)
            during = state()
            if error is not None:
                raise error
    except (RuntimeError, SystemExit):
        pass
    assert [name for name in before if during[name] == before[name]] == []
    after = state()
    assert {name: after[name] for name in before if after[name] != before[name]} == {}


def test_the_block_is_run_in_the_state_of_a_fresh_process():
    with kept_state():
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        np.seterr(all="raise")
        with defined_state():
            assert torch.get_default_dtype() == torch.float32
            assert torch.is_grad_enabled()
            assert np.geterr() == {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
        assert torch.get_default_dtype() == torch.float64


def test_a_torch_that_the_block_loads_goes_back_to_its_defaults(monkeypatch):
    with kept_state():
        with monkeypatch.context() as patch:
            patch.delitem(sys.modules, "torch")
            guard = kept_state()
            guard.__enter__()
        torch.set_default_dtype(torch.float64)
        guard.__exit__(None, None, None)
        assert torch.get_default_dtype() == torch.float32
