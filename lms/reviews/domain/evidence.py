"""What an evidence file may be, judged by its bytes: the name and the type that a browser claims say nothing."""

from dataclasses import dataclass
from itertools import pairwise

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_SIDE = 200  # pixels: below it nothing can be read
MOST_PAGES = 30
MOST_FILES = 8  # of one claim
HEAD_BYTES = 16
ALIKE_BITS = 6  # of 64: pictures that differ by no more look the same
PLAIN_BITS = 6  # a picture with so few edges is like every other
PLAIN_SPREAD = 48  # grey levels: scanned sheets of text have less, and all look the same from so far away

_SIGNS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))


class BadFile(ValueError):
    """A file that is not taken. code: empty, too_large, unknown_type, broken, locked, too_many_pages, too_many_pixels,
    too_small, too_many_files, same_file."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was found in a file. pages: of a PDF, else 1. likeness: 64 bits of how a picture looks, None for none."""

    content_type: str
    size_bytes: int
    sha256: bytes
    pages: int
    likeness: int | None


def type_of(head: bytes) -> str:
    """Return the content type that the first bytes show. Raises BadFile (empty, unknown_type).

    >>> type_of(b"%PDF-1.7 and more")
    'application/pdf'
    """
    if not head:
        raise BadFile("empty")
    for sign, content_type in _SIGNS:
        if head.startswith(sign):
            return content_type
    raise BadFile("unknown_type")


def likeness(rows: tuple[tuple[int, ...], ...]) -> int | None:
    """Return 64 bits of a picture of 8 rows of 9 grey values: is each brighter than its left neighbour?

    None for a picture that has hardly an edge, or hardly a shade: it would be like every other.
    """
    greys = [value for row in rows for value in row]
    if max(greys) - min(greys) < PLAIN_SPREAD:
        return None
    bits = [right > left for row in rows for left, right in pairwise(row)]
    if not PLAIN_BITS <= sum(bits) <= len(bits) - PLAIN_BITS:
        return None
    return int("".join("1" if bit else "0" for bit in bits), 2)


def distance(one: int, other: int) -> int:
    """Return in how many of 64 bits two likenesses differ.

    >>> distance(0b1010, 0b0110)
    2
    """
    return (one ^ other).bit_count()


def signed(bits: int) -> int:
    """Return 64 bits as the signed number that a database column holds.

    >>> signed(2**64 - 1), signed(5)
    (-1, 5)
    """
    return bits - 2**64 if bits >= 2**63 else bits
