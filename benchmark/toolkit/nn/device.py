"""The device of a network.

By default torch lets cuDNN round the inputs of convolutions to ten bits (TF32). So the results of a network with
convolutions may differ between a card and the processor in more than the last digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    import torch

PATTERN = r"^(cpu|cuda(:[0-9]+)?)$"

Device = Annotated[str, Field(pattern=PATTERN)]
"""``cpu``, ``cuda`` for a graphics card, or ``cuda:1`` for the second one.

Every random number is drawn on the processor and then moved, so that a seed gives the same draws on both. Sums on a
card may differ in their last digits from those on the processor, and from one run to the next.
"""


def torch_device(name: str) -> torch.device:
    """Return the device of a name.

    Raises
    ------
    ParameterError
        If this machine has no such device.
    """
    import torch

    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ParameterError(f"device={name}: torch finds {torch.cuda.device_count()} graphics cards; use device=cpu")
    return device


def best_device() -> str:
    """Return the fastest device of this machine: ``cuda`` where torch finds a card, else ``cpu``."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
