"""Trial of a compiled step in a process of its own: `python -m engine.models.gpt.decode.native.trial LIBRARY`.

A library for another processor, as a compiler makes that a virtual machine misleads, ends its process at the first
instruction that is unknown here. So it decodes tokens of a network of zeros, in each format, before it is used.
"""

from __future__ import annotations

import ctypes
import sys

from engine.models.gpt.decode.native import structures

WIDTH = 32
"""Of everything: the residual stream, the head, the feed-forward layer, the vocabulary."""
CAPACITY, FORMATS, THREADS = 16, 4, 2
ZEROS, ALIGNMENT = 1 << 16, 64
"""Bytes: more than the largest matrix has."""


def main(path: str) -> int:
    """Return 0 if all logits are zero in every format."""
    library = structures.declared(ctypes.CDLL(path))
    return int(any(any(_logits(library, format)) for format in range(FORMATS)))


def _logits(library: ctypes.CDLL, format: int) -> list[float]:
    room = ctypes.create_string_buffer(ZEROS + ALIGNMENT)
    zeros = -(-ctypes.addressof(room) // ALIGNMENT) * ALIGNMENT
    matrix = structures.Matrix(zeros, zeros if format == FORMATS - 2 else None, None, WIDTH, WIDTH)
    layer = structures.Layer(*[matrix] * 7, zeros, None, zeros, None, zeros, zeros)
    network = structures.Network(
        layer_count=1,
        width=WIDTH,
        heads=1,
        kv_heads=1,
        head_width=WIDTH,
        inner_width=WIDTH,
        capacity=CAPACITY,
        format=format,
        epsilon=1e-6,
        embedding=zeros,
        cosines=zeros,
        sines=zeros,
        norm=zeros,
        output=matrix,
        layers=ctypes.pointer(layer),
    )
    numbers = ctypes.c_float * (CAPACITY * WIDTH)
    keys, values, logits = numbers(), numbers(), numbers()
    cache = structures.Cache(ctypes.addressof(keys), ctypes.addressof(values), 1)
    decoder = library.decoder_new(ctypes.byref(network), THREADS)
    for position in range(2):
        library.decoder_step(
            decoder, ctypes.byref(cache), (ctypes.c_int * 1)(), position, THREADS, ctypes.addressof(logits)
        )
    library.decoder_delete(decoder)
    return list(logits)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
