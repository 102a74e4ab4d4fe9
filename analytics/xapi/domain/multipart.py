"""multipart/mixed as xAPI uses it (RFC 2046 §5.1): statements in the first part, an attachment in each other one."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from hashlib import new as new_hash

from analytics.xapi.domain.shapes import Refused

HASH = "X-Experience-API-Hash"
LONGEST_BOUNDARY = 200
MOST_PARTS = 200
_BY_DIGITS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment. sha2: in lower case, as the statements name it."""

    sha2: str
    content_type: str
    content: bytes


def boundary_of(content_type: str) -> str:
    """Return the boundary that a Content-Type header names. Raises Refused when it names none."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary("")
    if not boundary or len(boundary) > LONGEST_BOUNDARY:
        raise Refused("Content-Type: multipart/mixed without a boundary")
    return str(boundary)


def taken_apart(body: bytes, boundary: str) -> tuple[bytes, tuple[Attached, ...]]:
    """Return the JSON of the first part and the attachments of the others. Raises Refused.

    Every attachment must be binary, name its hash, and have it.
    """
    delimiter = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(delimiter)
    if len(pieces) < 2 or len(pieces) > MOST_PARTS + 2:  # noqa: PLR2004 — what stands before the first, and the first
        raise Refused(f"body: no part begins with the boundary, or there are more than {MOST_PARTS}")
    if not pieces[-1].startswith(b"--"):
        raise Refused("body: the last boundary is not closed")
    headers, statements = _part(pieces[1])
    if headers.get_content_type() != "application/json" or "Content-Type" not in headers:
        raise Refused("first part: must be application/json")
    return statements, tuple(_attached(piece) for piece in pieces[2:-1])


def put_together(json: bytes, attached: Iterable[Attached], boundary: str) -> bytes:
    """Return a body of these parts."""
    dashes = b"--" + boundary.encode()
    parts = [dashes + b"\r\nContent-Type: application/json\r\n\r\n" + json]
    for each in attached:
        head = f"Content-Type: {each.content_type}\r\nContent-Transfer-Encoding: binary\r\n{HASH}: {each.sha2}\r\n\r\n"
        parts.append(dashes + b"\r\n" + head.encode() + each.content)
    return b"\r\n".join([*parts, dashes + b"--\r\n"])


def _part(piece: bytes) -> tuple[Message, bytes]:
    line, found, rest = piece.partition(b"\r\n")
    if not found or line.strip():
        raise Refused("body: something follows a boundary on its line")
    if rest.startswith(b"\r\n"):
        return Message(), rest[2:]
    head, found, content = rest.partition(b"\r\n\r\n")
    if not found:
        raise Refused("body: a part has no content")
    return BytesHeaderParser().parsebytes(head + b"\r\n\r\n"), content


def _attached(piece: bytes) -> Attached:
    headers, content = _part(piece)
    if headers.get("Content-Transfer-Encoding", "").strip().lower() != "binary":
        raise Refused("an attachment's part: Content-Transfer-Encoding must be binary")
    named = headers.get(HASH, "").strip().lower()
    algorithm = _BY_DIGITS.get(len(named))
    if algorithm is None or new_hash(algorithm, content).hexdigest() != named:
        raise Refused(f"an attachment's part: {HASH} is not the hash of what it holds")
    return Attached(named, headers.get("Content-Type", "application/octet-stream").strip(), content)
