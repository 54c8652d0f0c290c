"""The structures of step.cpp and matrix.hpp, with the same fields in the same order, and the functions."""

from __future__ import annotations

import ctypes

Pointer = ctypes.c_void_p
Int = ctypes.c_int


class Matrix(ctypes.Structure):
    _fields_ = (
        ("weights", Pointer),
        ("scales", Pointer),
        ("bias", Pointer),
        ("rows", Int),
        ("columns", Int),
    )


class Layer(ctypes.Structure):
    _fields_ = (
        ("queries", Matrix),
        ("keys", Matrix),
        ("values", Matrix),
        ("attention_out", Matrix),
        ("gate", Matrix),
        ("feed_forward_in", Matrix),
        ("feed_forward_out", Matrix),
        ("attention_norm", Pointer),
        ("attention_norm_bias", Pointer),
        ("feed_forward_norm", Pointer),
        ("feed_forward_norm_bias", Pointer),
        ("query_norm", Pointer),
        ("key_norm", Pointer),
    )


class Network(ctypes.Structure):
    _fields_ = (
        ("layer_count", Int),
        ("width", Int),
        ("heads", Int),
        ("kv_heads", Int),
        ("head_width", Int),
        ("inner_width", Int),
        ("capacity", Int),
        ("format", Int),
        ("epsilon", ctypes.c_float),
        ("embedding", Pointer),
        ("positions", Pointer),
        ("cosines", Pointer),
        ("sines", Pointer),
        ("norm", Pointer),
        ("norm_bias", Pointer),
        ("output", Matrix),
        ("layers", ctypes.POINTER(Layer)),
    )


class Cache(ctypes.Structure):
    _fields_ = (("keys", Pointer), ("values", Pointer), ("texts", Int))


def declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """Declare the functions at the end of step.cpp."""
    library.decoder_new.restype = Pointer
    library.decoder_new.argtypes = (Pointer, Int)
    library.decoder_step.restype = None
    library.decoder_step.argtypes = (Pointer, Pointer, ctypes.POINTER(Int), Int, Int, Pointer)
    library.decoder_delete.restype = None
    library.decoder_delete.argtypes = (Pointer,)
    return library
