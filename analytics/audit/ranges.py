"""A part of a file, as a download that was broken off asks for it (RFC 9110, 14)."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import IO

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

PIECE_BYTES = 1 << 16
_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def first_byte(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return [first, end) of what is asked for; all of it without a range that can be met; None: outside of the file.

    One range is met, several are answered by the whole file, as the standard allows. A range of another version (If-Range)
    is answered by the whole of this one.
    """
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()) or request.headers.get("If-Range", etag) != etag:
        return 0, size
    first, last = asked.groups()
    if not first:
        return (max(size - int(last), 0), size) if int(last) else None
    end = min(int(last) + 1, size) if last else size
    return (int(first), end) if int(first) < end else None


def part_of(content: IO[bytes], size: int, etag: str, span: tuple[int, int] | None) -> HttpResponseBase:
    """Return the part as a response: 200 for all of it, 206 for less, 416 for what is outside."""
    if span is None:
        content.close()
        outside = StreamingHttpResponse(iter(()), status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        outside["Content-Range"] = f"bytes */{size}"
        return outside
    first, end = span
    whole = (first, end) == (0, size)
    response = StreamingHttpResponse(
        _pieces(content, first, end), status=HTTPStatus.OK if whole else HTTPStatus.PARTIAL_CONTENT
    )
    response["Content-Length"] = str(end - first)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    if not whole:
        response["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return response


def _pieces(content: IO[bytes], first: int, end: int) -> Iterator[bytes]:
    with content:
        content.seek(first)
        while first < end and (piece := content.read(min(PIECE_BYTES, end - first))):
            first += len(piece)
            yield piece
