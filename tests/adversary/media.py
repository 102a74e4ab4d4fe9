"""Section 7 of the protocol page as a client speaks it: playlists, keys, ciphertext; and a shelf of what was decrypted."""

import hashlib
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.adversary.oracle import Interval, union
from tests.adversary.wire import Person, Ticket

WAIT = {403, 425, 429, 500, 502, 503, 504}  # "wait and ask again", not the end
_KEY = re.compile(r'#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)",IV=0x([0-9A-Fa-f]{32})')
_TS_SYNC = 0x47  # first byte of every MPEG transport stream
_TS_PACKET = 188

# All learners of one film decrypt to the same bytes: they are kept once, or hundreds of them would fill the memory.
_same: dict[bytes, bytes] = {}


@dataclass(frozen=True, slots=True)
class Segment:
    number: int
    start_ms: int
    end_ms: int
    url: str
    key_url: str
    iv: bytes


def read_playlist(text: str, address: str) -> list[Segment]:
    """Return the segments of a media playlist (RFC 8216)."""
    segments: list[Segment] = []
    key_url, iv, length_ms, start_ms = "", b"", 0, 0
    for line in text.splitlines():
        if found := _KEY.match(line):
            key_url, iv = urljoin(address, found[1]), bytes.fromhex(found[2])
        elif line.startswith("#EXTINF:"):
            length_ms = round(float(line.removeprefix("#EXTINF:").split(",")[0]) * 1000)
        elif line and not line.startswith("#"):
            end_ms = start_ms + length_ms
            segments.append(Segment(len(segments), start_ms, end_ms, urljoin(address, line), key_url, iv))
            start_ms = end_ms
    return segments


def decrypt(key: bytes, iv: bytes, sealed: bytes) -> bytes | None:
    """Return the segment in the clear, None when this is not its key."""
    if len(key) != 16 or not sealed or len(sealed) % 16:
        return None
    decryptor = Cipher(algorithms.AES128(key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(128).unpadder()
    try:
        plain = unpadder.update(decryptor.update(sealed) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        return None
    return plain if is_stream(plain) else None


def is_stream(plain: bytes) -> bool:
    """Tell whether it begins as a transport stream does: two packets in a row."""
    return len(plain) > _TS_PACKET and plain[0] == plain[_TS_PACKET] == _TS_SYNC


@dataclass(slots=True)
class Shelf:
    """What one player has fetched: playlist, keys by address, segments in the clear, and which media that was.

    arrives: called just before a segment is put on the shelf, so that a picture that waited for it is not thought to have run.
    """

    person: Person
    ticket: Ticket
    rendition: str = ""
    segments: list[Segment] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    plain: dict[int, bytes] = field(default_factory=dict)
    fetched: list[Interval] = field(default_factory=list)
    fetched_bytes: int = 0
    arrives: Callable[[], None] = lambda: None

    async def list(self, *, lightest: bool = False) -> None:
        """Fetch the playlists, and choose the first rendition, or that of the fewest bits. Raises httpx.HTTPError."""
        master = await self.person.get(self.ticket.master_url, what="master")
        master.raise_for_status()
        lines = [line for line in master.text.splitlines() if line]
        streams = [
            (int(re.findall(r"[:,]BANDWIDTH=(\d+)", line)[0]), after)
            for line, after in itertools.pairwise(lines)
            if line.startswith("#EXT-X-STREAM-INF")
        ]
        name = min(streams)[1] if lightest else streams[0][1]
        address = urljoin(self.ticket.master_url, name)
        self.rendition = name.rsplit("/")[-1].removesuffix(".m3u8")
        playlist = await self.person.get(address, what="playlist")
        playlist.raise_for_status()
        self.segments = read_playlist(playlist.text, address)

    def segment_at(self, position_ms: float) -> Segment | None:
        """Return the segment in which it lies, None beyond the end."""
        return next((segment for segment in self.segments if position_ms < segment.end_ms), None)

    def reaches_ms(self, position_ms: float) -> float:
        """Return how far the picture can run from there with what is on the shelf."""
        for start, end in self.fetched:
            if start <= position_ms <= end:
                return end
        return position_ms

    async def key(self, address: str) -> bytes | None:
        """Return a key, from the shelf or from the house; None: wait and ask again."""
        if address not in self.keys:
            answer = await self.person.get(address, what="key")
            if answer.status_code != 200:
                return None
            self.keys[address] = answer.content
        return self.keys[address]

    async def fetch(self, segment: Segment) -> bool:
        """Fetch and decrypt a segment; False: wait and ask again."""
        try:
            key = await self.key(segment.key_url)
            if key is None:
                return False
            sealed = await self.person.get(segment.url, what="segment")
        except httpx.HTTPError:
            self.person.tally["no answer"] += 1
            return False
        plain = decrypt(key, segment.iv, sealed.content) if sealed.status_code == 200 else None
        if plain is None:
            self.person.tally["segment unreadable"] += 1
            return False
        self.arrives()
        self.fetched_bytes += len(sealed.content)
        self.plain[segment.number] = _same.setdefault(hashlib.sha256(plain).digest(), plain)
        self.fetched = union([*self.fetched, (segment.start_ms, segment.end_ms)])
        return True
