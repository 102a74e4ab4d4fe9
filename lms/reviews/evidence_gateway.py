"""Opens what people upload: the only file of this room that lets Pillow and the PDF reader near it."""

import hashlib
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from lms.reviews.domain.evidence import (
    HEAD_BYTES,
    LEAST_SIDE,
    MOST_BYTES,
    MOST_PAGES,
    MOST_PIXELS,
    BadFile,
    FileFacts,
    likeness,
    signed,
    type_of,
)

PDF = "application/pdf"
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


def read_file(content: bytes) -> FileFacts:
    """Return what a file is. Nothing in it is run or followed. Raises BadFile."""
    content_type = type_of(content[:HEAD_BYTES])
    if len(content) > MOST_BYTES:
        raise BadFile("too_large")
    pages, look = (_pages(content), None) if content_type == PDF else (1, _likeness(content, _FORMATS[content_type]))
    return FileFacts(content_type, len(content), hashlib.sha256(content).digest(), pages, look)


def _likeness(content: bytes, kind: str) -> int | None:
    try:
        with Image.open(BytesIO(content), formats=[kind]) as picture:
            width, height = picture.size  # from the head: nothing has been unpacked yet
            if width * height > MOST_PIXELS:
                raise BadFile("too_many_pixels")
            if min(width, height) < LEAST_SIDE:
                raise BadFile("too_small")
            picture.draft("L", (256, 256))
            small = ImageOps.exif_transpose(picture).convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise BadFile("broken") from None
    values = small.tobytes()
    found = likeness(tuple(tuple(values[row * 9 : row * 9 + 9]) for row in range(8)))
    return None if found is None else signed(found)


def _pages(content: bytes) -> int:
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted:
            raise BadFile("locked")
        pages = int(reader.root["/Pages"]["/Count"])
    except BadFile:
        raise
    except (PdfError, KeyError, TypeError, ValueError, IndexError, AttributeError, OSError, RecursionError):
        raise BadFile("broken") from None
    if pages < 1:
        raise BadFile("broken")
    if pages > MOST_PAGES:
        raise BadFile("too_many_pages")
    return pages
