"""The device that a network computes on.

On a card more than the last digits may differ where there are convolutions (DDMT's autoencoder): unless told otherwise,
torch lets cuDNN round what goes into them to ten bits (TF32).
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

Every random number is drawn on the processor and then sent, so that a seed means the same draws on either. Sums on a
card may differ in their last digits, and from one run to the next.
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
    """Name of the best device of this machine: ``cuda`` where torch finds a card, else ``cpu``."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
