"""A device that is not there: tensors on it compute on the processor, and an operation that mixes devices fails.

What a graphics card would refuse shows on a machine without one. The device calls itself ``mps``, on which torch lets
Adam's fused step run; torch itself is told ``meta``, for which it needs no driver.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map_only, tree_unflatten

CARD = torch.device("mps")

_TOLD = torch.device("meta")
_MAY_MIX = {torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default}
_INDEX = torch.ops.aten.index.Tensor  # on the card by indices of the processor, not the other way round


class OnCard(torch.Tensor):
    """A tensor that says it is on the card and holds its values on the processor."""

    values: torch.Tensor
    device = CARD

    @staticmethod
    def __new__(cls, values: torch.Tensor) -> OnCard:
        made = torch.Tensor._make_wrapper_subclass(
            cls,
            values.shape,
            strides=values.stride(),
            storage_offset=values.storage_offset(),
            dtype=values.dtype,
            device=_TOLD,
            requires_grad=values.requires_grad,
        )
        made.values = values
        return made

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError(f"{func} on a card outside `Card`")


class Card:
    """Inside the block the card is there. ``operations`` counts those that ran on it."""

    def __init__(self) -> None:
        self.operations = 0
        self._entered = ExitStack()

    def __enter__(self) -> Card:
        # Inference mode does not know tensors of a class of their own.
        self._entered.enter_context(mock.patch.object(torch, "inference_mode", torch.no_grad))
        self._entered.enter_context(_Names())
        self._entered.enter_context(_Operations(self))
        return self

    def __exit__(self, *raised: object) -> None:
        self._entered.close()


class _Names(TorchFunctionMode):
    """Tells torch another name of the card wherever it is named."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        args, kwargs = tree_map_only((str, torch.device), _told, (args, kwargs or {}))
        return func(*args, **kwargs)


class _Operations(TorchDispatchMode):
    """Runs on the processor what is asked of the card."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.card = card

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given, form = tree_flatten((args, kwargs or {}))
        there = [one for one in given if isinstance(one, OnCard)]
        here = [one for one in given if isinstance(one, torch.Tensor) and not isinstance(one, OnCard) and one.dim()]
        if there and here and func not in _MAY_MIX and not (func == _INDEX and given[0] is there[0]):
            raise RuntimeError(f"{func}: tensors on two devices")
        self.card.operations += bool(there)
        named = [one for one in given if isinstance(one, torch.device)]
        made_there = named[0] == _TOLD if named else bool(there)
        if (there or made_there) and any(isinstance(one, torch.Generator) for one in given):
            raise RuntimeError(f"{func}: a generator of the processor draws on the card")
        args, kwargs = tree_unflatten([_local(one) for one in given], form)
        made = func(*args, **kwargs)
        return tree_map_only(torch.Tensor, OnCard, made) if made_there else made


def _told(name: str | torch.device) -> str | torch.device:
    return _TOLD if str(name) == str(CARD) else name


def _local(given: Any) -> Any:
    if isinstance(given, OnCard):
        return given.values
    return torch.device("cpu") if isinstance(given, torch.device) else given
