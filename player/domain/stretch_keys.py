"""Keys of a video, all from one master key: a key for each stretch, and an IV for each segment.

A stretch is six segments, whatever their length: 24 s where segments have 4 s, as all have whose pictures are encoded;
12 to 36 s, and mostly near 24, where pictures are copied and cut at their own key frames (ADR 0012). The last stretch
has what is left. When a stretch begins in media time, `player.videos.queries.stretch_starts_ms` tells.

A learner is given the key of a stretch only when he has come near it, so each stretch needs a key of its own;
renditions share keys, because hls.js fetches each key address once, and are told apart by their IVs.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

MASTER_KEY_BYTES = 32
KEY_BYTES = 16
_CODE_BYTES = 8
SEGMENT_MS = 4_000
SEGMENTS_PER_STRETCH = 6


def stretch_of(segment: int) -> int:
    """Return the number of the stretch, and so of the key, to which a segment belongs."""
    return segment // SEGMENTS_PER_STRETCH


def stretch_count(segments: int) -> int:
    """Return how many stretches, and so keys, a video of that many segments has."""
    return -(-segments // SEGMENTS_PER_STRETCH)


def stretch_key(master_key: bytes, stretch: int) -> bytes:
    """Return the 16-byte AES key of the segments `6 * stretch` to `6 * stretch + 5` of every rendition (RFC 5869, no
    salt).
    """
    return _derive(master_key, b"zhuxue stretch" + stretch.to_bytes(8, "big"))


def segment_iv(master_key: bytes, *, code: str, segment: int) -> bytes:
    """Return the 16-byte IV of one segment of the rendition of that code, up to 8 ASCII letters or digits.

    It is no secret: the playlist shows it. A code of digits is derived as the number that it is: so the first videos
    were published, whose renditions had a height and no code. Letters come first in theirs, so that no two meet.
    """
    return _derive(master_key, b"zhuxue iv" + _code_bytes(code) + segment.to_bytes(8, "big"))


def _code_bytes(code: str) -> bytes:
    if not (code.isascii() and code.isalnum() and len(code) <= _CODE_BYTES):
        raise ValueError("a code has 1 to 8 ASCII letters or digits")
    return int(code).to_bytes(_CODE_BYTES, "big") if code.isdigit() else code.encode().ljust(_CODE_BYTES, b"\0")


def encrypt_segment(master_key: bytes, *, code: str, segment: int, plain: bytes) -> bytes:
    """Return a whole segment as HLS players expect it: AES-128-CBC with PKCS7 padding (RFC 8216 section 4.3.2.4)."""
    key = stretch_key(master_key, stretch_of(segment))
    encryptor = Cipher(
        algorithms.AES128(key), modes.CBC(segment_iv(master_key, code=code, segment=segment))
    ).encryptor()
    padder = PKCS7(128).padder()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def decrypt_segment(master_key: bytes, *, code: str, segment: int, sealed: bytes) -> bytes:
    """Return what `encrypt_segment` was given. Raises ValueError for bytes that it did not make."""
    key = stretch_key(master_key, stretch_of(segment))
    decryptor = Cipher(
        algorithms.AES128(key), modes.CBC(segment_iv(master_key, code=code, segment=segment))
    ).decryptor()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(decryptor.update(sealed) + decryptor.finalize()) + unpadder.finalize()


def _derive(master_key: bytes, info: bytes) -> bytes:
    if len(master_key) != MASTER_KEY_BYTES:
        raise ValueError("a master key has 32 bytes")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master_key)
