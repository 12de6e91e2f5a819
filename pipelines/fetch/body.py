"""Bodies: read from the wire and decompressed, both within a limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final

import aiohttp
import brotli
import zstandard

from pipelines.fetch.failures import FetchError

_MAX_CODINGS: Final = 2
"""More than two codings on top of each other are made to hurt, not to save bytes."""
_ZSTD_WINDOW: Final = 8 * 1024 * 1024
"""RFC 9659: what a decoder of web content must support, and no more."""
_ZSTD_SLICE: Final = 256


async def read_wire(response: aiohttp.ClientResponse, limit: int, *, cut: bool = False) -> bytes:
    """The body as it came, without transfer coding.

    Args:
        cut: give the first `limit` bytes of a larger body instead of an error.

    Raises:
        FetchError: `too_large`.
        aiohttp.ClientError: the connection broke.
    """
    if not cut and (response.content_length or 0) > limit:
        raise FetchError("too_large", f"{response.url} announces {response.content_length} bytes, more than {limit}")
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            if cut:
                break
            raise FetchError("too_large", f"{response.url} sends more than {limit} bytes")
    return b"".join(chunks)[:limit]


def decompress(body: bytes, codings: str | None, limit: int, *, cut: bool = False) -> bytes:
    """A body without its content codings; a body that is not compressed although its header says so is taken as it is.

    Args:
        codings: the header `Content-Encoding`.
        cut: give the first `limit` bytes of a larger body instead of an error.

    Raises:
        FetchError: `too_large`, `decompression` for broken data and unknown codings.
    """
    names = [name.strip().lower() for name in (codings or "").split(",") if name.strip().lower() not in ("", "identity")]
    if len(names) > _MAX_CODINGS:
        raise FetchError("decompression", f"Content-Encoding {codings!r} names more than {_MAX_CODINGS} codings")
    for name in reversed(names):
        decoder = _DECODERS.get(name)
        if decoder is None:
            raise FetchError("decompression", f"Content-Encoding {codings!r} is not known; we ask for gzip, deflate, br and zstd")
        try:
            body = decoder(body, limit + 1)
        except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
            if looks_plain(body):
                continue
            raise FetchError("decompression", f"Content-Encoding {name}: {error}") from error
        if len(body) > limit:
            if not cut:
                raise FetchError("too_large", f"more than {limit} bytes after decompression ({name})")
            body = body[:limit]
    return body


def looks_plain(body: bytes) -> bool:
    """Whether a body that could not be decompressed is a page that never was compressed."""
    head = body[:64].lstrip()
    return head[:1] in (b"<", b"{", b"[") or head.startswith(b"\xef\xbb\xbf")


def _gzip(body: bytes, limit: int) -> bytes:
    """All members of a gzip body, up to `limit` bytes."""
    out = bytearray()
    while body and len(out) < limit:
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            out += decoder.decompress(body, limit - len(out))
        except zlib.error:
            if out:  # something else behind the last member, which browsers pass over too
                return bytes(out)
            raise
        if not decoder.eof and len(out) < limit:
            raise EOFError("the body is cut off")
        body = decoder.unused_data
    return bytes(out)


def _deflate(body: bytes, limit: int) -> bytes:
    """RFC 9110, section 8.4.1.2: zlib format, though some servers send the bare stream."""
    try:
        decoder = zlib.decompressobj()
        out = decoder.decompress(body, limit)
    except zlib.error:
        decoder = zlib.decompressobj(-zlib.MAX_WBITS)
        out = decoder.decompress(body, limit)
    if not decoder.eof and len(out) < limit:
        raise EOFError("the body is cut off")
    return out


def _brotli(body: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    out = bytearray(decoder.process(body, output_buffer_limit=limit))
    while len(out) < limit and not decoder.is_finished():
        more = decoder.process(b"", output_buffer_limit=limit - len(out))
        if not more:
            raise EOFError("the body is cut off")
        out += more
    return bytes(out[:limit])


def _zstd(body: bytes, limit: int) -> bytes:
    """All frames of a zstd body; fed in slices, because a block of 4 bytes may stand for 128 KiB."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    decoder = decompressor.decompressobj()
    out = bytearray()
    for start in range(0, len(body), _ZSTD_SLICE):
        rest = body[start : start + _ZSTD_SLICE]
        while rest:
            if decoder.eof:
                decoder = decompressor.decompressobj()
            out += decoder.decompress(rest)
            rest = decoder.unused_data
        if len(out) >= limit:
            return bytes(out[:limit])
    if not decoder.eof:
        raise EOFError("the body is cut off")
    return bytes(out)


_DECODERS: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
