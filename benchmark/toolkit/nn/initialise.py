"""Construction of networks whose parameters are drawn from an explicit generator."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)

_FIXED = (nn.LayerNorm, nn.GroupNorm, nn.modules.batchnorm._BatchNorm, nn.PReLU)
_DENSE = (nn.Linear, nn.modules.conv._ConvNd)
_RECURRENT = (nn.RNN, nn.GRU, nn.LSTM, nn.RNNCell, nn.GRUCell, nn.LSTMCell)


def build(make: Callable[[], Network], generator: torch.Generator) -> Network:
    """Make a network and draw its parameters from ``generator``; the global generator stays as it is.

    Parameters
    ----------
    make : callable
        Returns the network. Parameters that it draws on construction are drawn again.
    generator : torch.Generator
        Source of every parameter.
    """
    # Torch's constructors always draw from the global generator. Its state is restored afterwards.
    with torch.random.fork_rng(devices=[]):
        network = make()
    initialise(network, generator)
    return network


@torch.no_grad()
def initialise(network: nn.Module, generator: torch.Generator) -> None:
    r"""Draw the parameters of a network, module by module in the order of registration.

    Linear and convolution layers: weights and biases uniform on :math:`\pm 1/\sqrt{n}`, n the inputs of one output;
    recurrent layers: uniform on :math:`\pm 1/\sqrt{h}`, h the hidden width (torch's own defaults). Normalisation
    layers keep their constants. A module with a method ``initialise(generator)`` draws its direct parameters itself.
    Any other module with a method ``reset_parameters()`` (a layer of another library, for example) is reset by it,
    with the global generator seeded from ``generator``. The state of the global generator is restored afterwards.

    Raises
    ------
    TypeError
        If a module of another kind has direct parameters: they would depend on the global generator.
    """
    for module in network.modules():
        direct = list(module.parameters(recurse=False))
        if not direct or isinstance(module, _FIXED):
            continue
        draw = getattr(module, "initialise", None)
        if draw is not None:
            draw(generator)
        elif isinstance(module, _DENSE):
            bound = 1 / math.sqrt(module.weight[0].numel())
            _uniform(direct, bound, generator)
        elif isinstance(module, _RECURRENT):
            _uniform(direct, 1 / math.sqrt(module.hidden_size), generator)
        elif hasattr(module, "reset_parameters"):
            _reset(module, generator)
        else:
            raise TypeError(f"{type(module).__name__} has parameters and no method initialise(generator)")


def _reset(module: nn.Module, generator: torch.Generator) -> None:
    seed = int(torch.randint(2**62, (), generator=generator))
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        module.reset_parameters()  # type: ignore[operator]


def _uniform(parameters: list[nn.Parameter], bound: float, generator: torch.Generator) -> None:
    for parameter in parameters:
        parameter.uniform_(-bound, bound, generator=generator)
