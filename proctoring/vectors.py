"""Faces as Postgres takes them: pgvector's own bytes. To write 512 numbers out as text takes longer than the search for them."""

import struct
from collections.abc import Sequence

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.adapt import Dumper
from psycopg.pq import Format

Embedding = Sequence[float] | NDArray[np.float32]
DIMENSIONS = 512
"""Every embedder's vectors are padded with noughts to this length: neither cosine nor distance changes by it."""
_HEAD = struct.pack(">HH", DIMENSIONS, 0)


class TooManyDimensions(ValueError):
    """The embedder gives longer vectors than the index holds."""


class Vector:
    """A vector as a parameter: `%b::vector` in a statement of `bound_cursor`; Django's own cursors write it out."""

    __slots__ = ("data",)

    def __init__(self, embedding: Embedding) -> None:
        """Pad a vector to the length of the index. Raises TooManyDimensions."""
        if len(embedding) > DIMENSIONS:
            raise TooManyDimensions(len(embedding))
        numbers = np.asarray(embedding, dtype=">f4").tobytes()
        self.data = _HEAD + numbers + bytes(4 * DIMENSIONS - len(numbers))


class _Bytes(Dumper):
    """Its type is left to the statement: the number of pgvector's is another in each database."""

    format = Format.BINARY

    def dump(self, obj: Vector) -> bytes:
        return obj.data


class _Text(Dumper):
    """For cursors that write the statement out."""

    def dump(self, obj: Vector) -> bytes:
        numbers = np.frombuffer(obj.data, dtype=">f4", offset=len(_HEAD)).tolist()
        return b"[" + ",".join(map(repr, numbers)).encode() + b"]"


def register() -> None:
    """Teach psycopg; before the first connection is opened, which takes what is known then."""
    psycopg.adapters.register_dumper(Vector, _Text)
    psycopg.adapters.register_dumper(Vector, _Bytes)
