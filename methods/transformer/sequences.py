"""Next-symbol modelling of sequences: each symbol is predicted from those before it."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmark.interfaces.raw import Ragged
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.products import Linear
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import History
from benchmark.toolkit.nn.train import train as minimise
from benchmark.toolkit.seeding import torch_generator
from benchmark.toolkit.tokens import Vocabulary, Windows, windows
from benchmark.toolkit.windows import evenly_spaced
from methods.transformer.blocks import Block, Table

CONTEXT, STRETCH = 8, 24
"""Symbols at the start of a window that only give context, but for the first window, and symbols that are scored."""

WIDTH = CONTEXT + STRETCH
"""Symbols of a window."""

MOST = 32
"""Windows of a sequence that are scored, at most: evenly spread, so that 776 symbols are scored without a gap."""

HELD_OUT = 1_000
"""Validation windows for early stopping, at most."""

_BLOCK = 64


class Network(nn.Module):
    """Symbol and place, two blocks that see the past alone, and the logits of the next symbol.

    Parameters
    ----------
    symbols : int
        Size of the vocabulary; the last token, padding, also begins a sequence and is never predicted.
    width, heads : int
        Width of a token; heads of the attention.
    """

    barrier: Tensor

    def __init__(self, symbols: int, width: int, heads: int) -> None:
        super().__init__()
        self.symbols, self.places = Table(symbols, width, 1.0), Table(WIDTH, width, 0.1)
        self.first, self.second, self.last = Block(width, heads), Block(width, heads), nn.LayerNorm(width)
        self.next = Linear(width, symbols - 1)
        self.register_buffer("barrier", torch.full((WIDTH, WIDTH), -math.inf).triu(1), persistent=False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Surprise of each symbol after the first: (B, WIDTH + 1) to (B, WIDTH), 0 at padding."""
        seen, wanted = tokens[:, :-1], tokens[:, 1:]
        states = self.symbols.weight[seen] + self.places.weight
        states = self.second(self.first(states, barrier=self.barrier), barrier=self.barrier)
        logits = self.next(self.last(states)).log_softmax(dim=-1)
        present = wanted < logits.shape[-1]
        picked = logits.gather(2, torch.where(present, wanted, 0)[..., None])[..., 0]
        return -picked * present


class Model:
    """Vocabulary, network, training, and the surprise of each sequence.

    Parameters
    ----------
    sequences : Ragged
        Training sequences, from which the vocabulary is learnt.
    width, heads, seed
        Parameters of the detector.
    """

    def __init__(self, sequences: Ragged, *, width: int, heads: int, seed: int) -> None:
        self.seed = seed
        self.vocabulary = Vocabulary.fit(sequences)
        size = self.vocabulary.size
        self.network = build(lambda: Network(size, width, heads), torch_generator(seed, "parameters")).eval()

    def fit(
        self,
        train: Ragged,
        validation: Ragged,
        *,
        learning_rate: float,
        batch_size: int,
        steps: int,
        patience: int,
        train_windows: int,
    ) -> History:
        """Minimise the mean surprise of the symbols in windows of training sequences.

        Raises
        ------
        DivergedError
            If a loss is not finite.
        """
        rows, held_out = self.windows(train).tokens, self.windows(validation).tokens
        rows = rows[evenly_spaced(len(rows), train_windows)]
        return minimise(
            self.network,
            self.loss,
            (torch.from_numpy(rows),),
            (torch.from_numpy(held_out[evenly_spaced(len(held_out), HELD_OUT)]),),
            optimizer=torch.optim.Adam(self.network.parameters(), lr=learning_rate, fused=True),
            generator=torch_generator(self.seed, "batches"),
            epochs=max(1, steps // math.ceil(len(rows) / batch_size)),
            batch_size=batch_size,
            patience=patience,
        )

    def loss(self, tokens: Tensor) -> Tensor:
        """Mean surprise of the symbols of windows (B, WIDTH + 1)."""
        present = (tokens[:, 1:] != self.vocabulary.padding).sum().clamp_min(1)
        return self.network(tokens).sum() / present

    def windows(self, sequences: Ragged, limit: int = 0) -> Windows:
        """Windows of WIDTH + 1 tokens, the first of each sequence begun by padding."""
        tokens, padding = self.vocabulary.encode(sequences), self.vocabulary.padding
        begun = Ragged(
            np.insert(tokens.values, tokens.starts[:-1], padding), tokens.starts + np.arange(len(tokens) + 1)
        )
        return windows(begun, WIDTH + 1, padding, STRETCH, limit)

    def surprises(self, sequences: Ragged) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Mean surprise of each sequence (T,); mean surprise of each scored stretch (N,) and its sequence (N,).

        A stretch without any symbol, that of an empty sequence, has surprise 0.
        """
        found, surprise, scored = self.by_symbol(sequences)
        totals, counts = (surprise * scored).sum(axis=1), scored.sum(axis=1)
        of_sequence = [np.bincount(found.owners, part, minlength=len(sequences)) for part in (totals, counts)]
        return of_sequence[0] / of_sequence[1].clip(1), totals / counts.clip(1), found.owners

    def by_symbol(self, sequences: Ragged) -> tuple[Windows, NDArray[np.float64], NDArray[np.bool_]]:
        """Windows of the sequences; surprise of each symbol after the first, and whether it is scored, (N, WIDTH)."""
        found = self.windows(sequences, MOST)
        tokens = torch.from_numpy(found.tokens)
        with one_thread(), torch.inference_mode():
            parts = [self.network(block) for block in tokens.split(_BLOCK)]
        surprise = torch.cat([*parts, torch.zeros((0, WIDTH))]).double().numpy()
        scored = (found.tokens[:, 1:] != self.vocabulary.padding) & (
            (np.arange(WIDTH) >= CONTEXT) | (found.offsets[:, None] == 0)
        )
        return found, surprise, scored
