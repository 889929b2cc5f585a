"""Compressed bodies, undone piece by piece, so that a bomb is noticed long before it has unfolded."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from ingest.fetch.errors import FetchError

ACCEPTED = "gzip, deflate, br"
_PIECE = 1 << 16  # bytes unfolded at once
_SMALL = 1 << 12  # bytes
_NESTED = 3  # more encodings than this in one body are a joke at somebody's expense


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a body by its Content-Encoding, in pieces of about 64 KB at most; raise `FetchError` where it is broken."""
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    if len(names) > _NESTED:
        raise FetchError("is compressed too many times over")
    for name in reversed(names):
        if name in {"gzip", "x-gzip"}:
            pieces = _gunzipped(pieces)
        elif name == "deflate":
            pieces = _inflated(pieces)
        elif name == "br":
            pieces = _unbrotlied(pieces)
        elif name != "identity":
            raise FetchError("is compressed in a way that was not asked for")
    yield from pieces


def _gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    inner = zlib.decompressobj(16 + zlib.MAX_WBITS)
    begun = False
    for piece in _small(pieces):
        rest = piece
        while rest:
            if inner.eof:  # another member, or padding: some servers fill up with zeros
                if not rest.startswith(b"\x1f"):
                    return
                inner = zlib.decompressobj(16 + zlib.MAX_WBITS)
            begun = True
            yield _unfolded(inner, rest)
            rest = inner.unused_data if inner.eof else inner.unconsumed_tail
    yield from _ending(inner, begun=begun)


def _small(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces cut small: what follows a member is copied with each, and there may be one for every twenty bytes."""
    for piece in pieces:
        for start in range(0, len(piece), _SMALL):
            yield piece[start : start + _SMALL]


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Undo "deflate": by the standard zlib's format, by some servers the bare one."""
    inner = None
    for piece in pieces:
        rest = piece
        if inner is None and rest:
            wrapped = rest[0] & 0x0F == zlib.DEFLATED and (
                len(rest) < 2 or (rest[0] << 8 | rest[1]) % 31 == 0
            )
            inner = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        while rest and inner and not inner.eof:
            yield _unfolded(inner, rest)
            rest = inner.unconsumed_tail
    if inner:
        yield from _ending(inner, begun=True)


def _unfolded(inner: zlib._Decompress, data: bytes) -> bytes:
    try:
        return inner.decompress(data, _PIECE)
    except zlib.error:
        raise FetchError("its compressed body is broken", passing=True) from None


def _ending(inner: zlib._Decompress, *, begun: bool) -> Iterator[bytes]:
    """Yield what a decompressor still holds; where it has not come to its end, the body was cut off."""
    while not inner.eof and (piece := _unfolded(inner, inner.unconsumed_tail)):
        yield piece
    if begun and not inner.eof:
        raise FetchError("its compressed body breaks off", passing=True)


def _unbrotlied(pieces: Iterable[bytes]) -> Iterator[bytes]:
    import brotli

    inner = brotli.Decompressor()
    begun = False
    try:
        for piece in pieces:
            begun = begun or bool(piece)
            yield inner.process(piece, output_buffer_limit=_PIECE)
            while not inner.can_accept_more_data():
                yield inner.process(b"", output_buffer_limit=_PIECE)
        # It may have taken all and still hold much.
        while not inner.is_finished() and (held := inner.process(b"", output_buffer_limit=_PIECE)):
            yield held
    except brotli.error:
        raise FetchError("its compressed body is broken", passing=True) from None
    if begun and not inner.is_finished():
        raise FetchError("its compressed body breaks off", passing=True)
