"""Mutated files: bytes of a whole one that are flipped, cut, doubled, moved, or replaced by odd tokens."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

TOKENS = (
    *(
        b"",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b"\r\n",
        b"\n\n",
        b'"',
        b'""',
        b"'",
        b",",
        b";",
        b"\t",
        b"|",
    ),
    *(
        b"nan",
        b"NaN",
        b"inf",
        b"-inf",
        b"1e999",
        b"-0",
        b"0x10",
        b"1_000",
        b"1,009",
        b"1.5e",
        b"9" * 40,
        b"null",
        b"None",
    ),
    *(b"true", b"-1", b"2", b"2026-02-30", b"2026-03-01T00:00:00Z", b"31/12/1969", b"12:61", b"#", b"sep=;", b"%"),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b"{}",
        b"[]",
        b":",
        b"../",
        b"/",
        b"\\",
        b"\xc3\x28",
        "µ".encode(),
        b"PK\x03\x04",
        b"\x1f\x8b",
    ),
)


def mutated(wholes: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Files of which each has up to six changes; the same for a seed in every process."""
    chance = random.Random(seed)
    for _ in range(count):
        content = chance.choice(wholes)
        for _ in range(chance.choice((1, 1, 2, 3, 6))):
            content = _changed(content, chance)
        yield content


def _changed(content: bytes, chance: random.Random) -> bytes:
    first, last = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    last = min(last, first + chance.choice((1, 4, 16, 10_000)))
    part = content[first:last]
    kind = chance.choice(("flip", "cut", "end", "double", "move", "token", "token", "line"))
    if kind == "flip" and part:
        return content[:first] + bytes([part[0] ^ 1 << chance.randrange(8)]) + content[first + 1 :]
    if kind == "cut":
        return content[:first] + content[last:]
    if kind == "end":
        return content[:first]
    if kind == "double":
        return content[:last] + part + content[last:]
    if kind == "move":
        rest = content[:first] + content[last:]
        place = chance.randrange(len(rest) + 1)
        return rest[:place] + part + rest[place:]
    if kind == "line":  # a cell, a line, or a field is swapped for a token
        lines = content.split(b"\n")
        number = chance.randrange(len(lines))
        cells = lines[number].split(b",")
        cells[chance.randrange(len(cells))] = chance.choice(TOKENS)
        lines[number] = b",".join(cells)
        return b"\n".join(lines)
    return content[:first] + chance.choice(TOKENS) + content[last:]
