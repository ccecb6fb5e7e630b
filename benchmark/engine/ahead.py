"""What the server of processes does once, so that the process of each detector need not: imports, and the registry."""

from __future__ import annotations

from contextlib import suppress

import pebble  # noqa: F401
import threadpoolctl  # noqa: F401

import benchmark.engine.inside
import benchmark.engine.starting  # noqa: F401
from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.registry import METHODS

with suppress(PluginError):  # two packages with one name: whoever asks for it gets the error
    METHODS.names()
