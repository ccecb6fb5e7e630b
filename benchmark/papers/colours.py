"""The colour of each method in all figures of all papers: the same method, the same colour.

Colours are those of `benchmark.drawing.figure.palette`, which readers with any colour vision can distinguish. Lines of
one figure differ in their markers too.
"""

from __future__ import annotations

from benchmark.drawing.figure import INK, MUTED

BLUE, ORANGE, GREEN, RED, PURPLE, BROWN, PINK, GREY, YELLOW, SKY = (
    "#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9",
)  # fmt: skip

COLOURS = {
    "published": BLUE,
    "corrected": ORANGE,
    "CRL-BSAD, published": BLUE,
    "CRL-BSAD, corrected": ORANGE,
    "GAN-UQ": ORANGE,
    "VAE": BLUE,
    "GAN": GREEN,
    "transformer": PURPLE,
    "rules": INK,
    "signatures": MUTED,
    "rules or VAE": SKY,
    "rules or neighbours": BROWN,
    "XGBoost": BROWN,
    "Random Forest": YELLOW,
    "STIDE": PINK,
    "nearest neighbours": RED,
    "knn": RED,
    "trailing-norm": GREEN,
    "isolation forest": SKY,
    "PCA": YELLOW,
    "norm": PURPLE,
    "chance": GREY,
    "random score": GREY,
    "trained": BLUE,
    "untrained": ORANGE,
}
"""Colour by label. ``published`` and ``corrected`` are the presets of a paper's own method."""
