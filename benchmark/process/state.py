"""The global state of a process, put back after code that may change it.

A detector that sets torch's default dtype, a random state, the working folder or a variable of the environment would
change the results of every detector after it in the same process, under the same keys.
"""

from __future__ import annotations

import locale
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

Restore = Callable[[], object]

_HANDLED = "SIGABRT SIGALRM SIGCHLD SIGFPE SIGHUP SIGINT SIGPIPE SIGSEGV SIGTERM SIGUSR1 SIGUSR2"
"""Signals whose handlers are kept."""


@contextmanager
def kept_state() -> Iterator[None]:
    """Put the global state of the process back when the block ends, however it ends.

    Kept are: the random states of `random`, numpy and torch; torch's default dtype, default device, number of threads,
    gradient mode, deterministic mode and print options; numpy's error state and print options; the filters of warnings;
    the working folder; the environment; the locale; the recursion limit; and, in the main thread, the handlers of
    signals. numpy and torch are kept where they were loaded before the block. What a block that loads torch
    sets at once (the default dtype, say) goes back to torch's own defaults.
    """
    before = [keep() for keep in (_python, _folder, _environment, _signals, _numpy)]
    torch_before = _torch()
    try:
        yield
    finally:
        for restore in [*before, torch_before or _torch_defaults]:
            restore()


@contextmanager
def defined_state() -> Iterator[None]:
    """Run the block in the state that a fresh process has, as far as numbers depend on it; then put the old one back.

    Set are torch's default dtype (float32), default device, gradient mode and deterministic mode, and numpy's error
    state. So a result does not depend on what the caller of the engine has set.
    """
    import numpy as np

    with kept_state():
        np.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
        np.seterrcall(None)
        _torch_defaults()
        yield


def _python() -> Restore:
    numbers, filters, shown = random.getstate(), list(warnings.filters), warnings.showwarning
    depth, words = sys.getrecursionlimit(), locale.setlocale(locale.LC_ALL)

    def restore() -> None:
        random.setstate(numbers)
        if warnings.filters != filters or warnings.showwarning is not shown:
            warnings.resetwarnings()  # tells the module that its filters have changed
            warnings.filters[:] = filters  # type: ignore[index]
            warnings.showwarning = shown
        if sys.getrecursionlimit() != depth:
            sys.setrecursionlimit(depth)
        if locale.setlocale(locale.LC_ALL) != words:
            locale.setlocale(locale.LC_ALL, words)

    return restore


def _folder() -> Restore:
    try:
        folder = Path.cwd()
    except OSError:  # it has been removed
        return lambda: None

    def restore() -> None:
        with suppress(OSError):
            os.chdir(folder)

    return restore


def _environment() -> Restore:
    variables = dict(os.environ)

    def restore() -> None:
        if dict(os.environ) != variables:
            for name in set(os.environ) - set(variables):
                del os.environ[name]
            os.environ.update(variables)

    return restore


def _signals() -> Restore:
    if threading.current_thread() is not threading.main_thread():
        return lambda: None  # no other thread can set a handler
    numbers = [getattr(signal, name) for name in _HANDLED.split() if hasattr(signal, name)]
    handlers = {number: signal.getsignal(number) for number in numbers}

    def restore() -> None:
        if hasattr(signal, "setitimer"):
            signal.alarm(0)
        for number, handler in handlers.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)

    return restore


def _numpy() -> Restore:
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return lambda: None
    errors, call, shown = numpy.geterr(), numpy.geterrcall(), numpy.get_printoptions()
    numbers = numpy.random.get_state()

    def restore() -> None:
        numpy.seterr(**errors)
        numpy.seterrcall(call)
        numpy.set_printoptions(**shown)
        numpy.random.set_state(numbers)

    return restore


def _torch() -> Restore | None:
    """Keep the state of torch; None where it is not loaded."""
    torch = sys.modules.get("torch")
    if not hasattr(torch, "get_default_dtype"):  # not loaded, or not to its end
        return None
    assert torch is not None
    dtype, device, threads = torch.get_default_dtype(), torch.get_default_device(), torch.get_num_threads()
    gradients, numbers, shown = torch.is_grad_enabled(), torch.get_rng_state(), _shown(torch)
    strict = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()

    def restore() -> None:
        _set_torch(torch, dtype, device, gradients, strict)
        torch.set_rng_state(numbers)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        _show(torch, shown)

    return restore


def _torch_defaults() -> None:
    """Set what a process starts with, where torch is loaded."""
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "get_default_dtype"):
        _set_torch(torch, torch.float32, torch.device("cpu"), True, (False, False))


def _set_torch(torch: Any, dtype: Any, device: Any, gradients: bool, strict: tuple[bool, bool]) -> None:
    if torch.get_default_dtype() != dtype:
        torch.set_default_dtype(dtype)
    if torch.get_default_device() != device:
        torch.set_default_device(None if device == torch.device("cpu") else device)
    if torch.is_grad_enabled() != gradients:
        torch.set_grad_enabled(gradients)
    now = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    if now != strict:
        torch.use_deterministic_algorithms(strict[0], warn_only=strict[1])


def _shown(torch: Any) -> dict[str, Any]:
    return dict(vars(torch._tensor_str.PRINT_OPTS))


def _show(torch: Any, options: dict[str, Any]) -> None:
    if _shown(torch) != options:
        torch.set_printoptions(**options)
