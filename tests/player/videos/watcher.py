"""A player made of queries, the cipher and PyAV: sees of a video what a learner's browser would see."""

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import av
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from django.conf import settings

from player.videos import queries


@dataclass(frozen=True, slots=True)
class Seen:
    """What was decoded. first_is_key: every segment begins with a key picture."""

    frames: int
    width: int
    height: int
    sound_seconds: float
    first_is_key: bool
    listed_ms: int


def codes(video_id: int) -> list[str]:
    """Return what the list of sizes leads to, in its order."""
    return re.findall(r"^(\w+)\.m3u8$", queries.multivariant_playlist(video_id), re.MULTILINE)


def watch(video_id: int, code: str) -> Seen:
    """Fetch the playlist, the keys and the segments of one way to watch, decrypt and decode them all."""
    stream = b"".join(plain_segments(video_id, code))
    keys = [_first_is_key(segment) for segment in plain_segments(video_id, code)]
    with av.open(BytesIO(stream), mode="r", format="mpegts") as container:
        pictures = [frame for frame in container.decode(video=0)]
        width, height_seen = pictures[0].width, pictures[0].height
    sound = 0.0
    with av.open(BytesIO(stream), mode="r", format="mpegts") as container:
        if container.streams.audio:
            sound = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    lengths = re.findall(r"#EXTINF:(\d+)\.(\d{3}),", queries.media_playlist(video_id, code))
    listed = sum(int(whole) * 1000 + int(rest) for whole, rest in lengths)
    return Seen(len(pictures), width, height_seen, sound, all(keys), listed)


def plain_segments(video_id: int, code: str) -> list[bytes]:
    found, key, iv = [], b"", b""
    for line in queries.media_playlist(video_id, code).splitlines():
        if match := re.fullmatch(r'#EXT-X-KEY:METHOD=AES-128,URI="key/(\d+)",IV=0x([0-9A-F]{32})', line):
            key, iv = queries.stretch_key(video_id, int(match[1])), bytes.fromhex(match[2])
        elif line.startswith("/media/"):
            decryptor = Cipher(algorithms.AES128(key), modes.CBC(iv)).decryptor()
            unpadder = PKCS7(128).unpadder()
            sealed = served(line)
            padded = decryptor.update(sealed) + decryptor.finalize()
            found.append(unpadder.update(padded) + unpadder.finalize())
    return found


def served(url: str) -> bytes:
    """Return what the web server would send for an address below /media/."""
    return (Path(settings.MEDIA_ROOT) / url.removeprefix("/media/")).read_bytes()


def _first_is_key(segment: bytes) -> bool:
    with av.open(BytesIO(segment), mode="r", format="mpegts") as container:
        return next(packet for packet in container.demux(video=0)).is_keyframe
