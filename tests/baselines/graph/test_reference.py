"""The dense layers give what torch-geometric's layers give on the same graph and with the same parameters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import benchmark
import torch
from torch_geometric.nn import GATConv, SAGEConv

from baselines.graph.layers import AttentionLayer, MeanLayer
from benchmark.toolkit.nn.initialise import initialise

nodes, k, width, heads = 11, 3, 8, 2
generator = torch.Generator().manual_seed(0)
states = torch.randn(nodes, width, generator=generator)
links = torch.stack([torch.arange(nodes), *(torch.randperm(nodes, generator=generator) for _ in range(k))])
edges = torch.stack([links.flatten(), torch.arange(nodes).repeat(k + 1)])  # from a sender to a receiver


def dense(layer):
    messages = layer.messages(states)
    return layer.receive(states, messages, messages[links])


mean, sage = MeanLayer(width), SAGEConv(width, width)
initialise(mean, generator)
sage.lin_l.weight, sage.lin_l.bias = mean.neighbours.weight, mean.neighbours.bias
sage.lin_r.weight = mean.root.weight
torch.testing.assert_close(dense(mean), sage(states, edges))

attention = AttentionLayer(width, heads)
initialise(attention, generator)
gat = GATConv(width, width // heads, heads=heads, add_self_loops=False)
gat.lin.weight, gat.bias = attention.weight, attention.bias
gat.att_src.data, gat.att_dst.data = attention.source.data[None], attention.target.data[None]
torch.testing.assert_close(dense(attention), gat(states, edges))
print("equal")
"""


def test_both_layers_agree_with_torch_geometric(tmp_path: Path) -> None:
    # torch-geometric leaves generated modules in the temporary folder: here it gets one of its own.
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM], capture_output=True, text=True, check=False, env=environment
    )
    assert done.stdout == "equal\n", done.stderr
