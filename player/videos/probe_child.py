"""Run as a script, confined: open one file with the reader that its first bytes name, and print JSON about it.

    python -I probe_child.py look FILE CONTAINER MAX_PIXELS MAX_STREAMS
    python -I probe_child.py pictures FILE CONTAINER VIDEO_INDEX MAX_KEY_FRAMES

`look` decodes the first picture. `pictures` decodes none: it reads all packets and prints, line by line, lists of
[when a key frame is shown in µs, bytes from it to the next], and last what else there is to say of the pictures.
Prints {"error": …} for a file that cannot be opened. It imports nothing of ours, so that it can be confined to itself
and PyAV.
"""

import json
import sys
from array import array
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import av
from av.stream import Disposition

# A first picture may come late in a broadcast that was joined in its middle.
_MOST_PACKETS = 2000
_MOST_PICTURES = 24 * 3600 * 60
_KEYS_A_LINE = 100
_SPS, _IDR = 7, 5
_CONFIGURATION_BYTES = 6


def _opened(path: str, container: str) -> Any:
    return av.open(path, format=container, options={"format_whitelist": container, "protocol_whitelist": "file"})


def _report(path: str, container: str, max_pixels: int, max_streams: int) -> dict[str, Any]:
    with _opened(path, container) as source:
        facts: dict[str, Any] = {"streams": len(source.streams), "video_index": None, "audio_index": None}
        if len(source.streams) > max_streams:
            return facts  # too many to look at
        pictures = [
            s
            for s in source.streams.video
            if not s.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
        ]
        sounds = [s for s in source.streams.audio if _codec_of(s) is not None]
        if sounds:
            facts |= {"audio_index": sounds[0].index, "plain_aac": _is_plain_aac(sounds[0].codec_context)}
        if not pictures:
            return facts
        known = [s for s in pictures if _codec_of(s) is not None]
        video = (known or pictures)[0]
        facts |= {"video_index": video.index, "codec_known": bool(known), "duration_ms": _duration_ms(source, video)}
        if not known:
            return facts
        facts |= {"width": video.codec_context.width, "height": video.codec_context.height, "rate": _rate(video)}
        if video.codec_context.width * video.codec_context.height <= max_pixels:
            facts |= _first_picture(source, video, max_pixels)
        if facts["duration_ms"] == 0:
            facts["duration_ms"] = _last_ms(source, video)
        return facts


def _codec_of(stream: Any) -> str | None:
    """Return the decoder's name, or None if this build of ffmpeg has none for it."""
    context = stream.codec_context
    return None if context is None else str(context.codec.name)


def _is_plain_aac(sound: Any) -> bool:
    return (
        sound.codec.name == "aac"
        and sound.profile == "LC"
        and sound.layout.nb_channels in {1, 2}
        and sound.sample_rate in {44_100, 48_000}
        and bool(sound.extradata)
    )


def _rate(video: Any) -> list[int] | None:
    rate = video.average_rate or video.guessed_rate
    return [rate.numerator, rate.denominator] if rate else None


def _duration_ms(source: Any, video: Any) -> int:
    """Return the longer of what the file and its picture promise; 0 if neither says anything."""
    of_file = source.duration * 1000 // av.time_base if source.duration else 0
    of_video = int(video.duration * video.time_base * 1000) if video.duration else 0
    return max(0, of_file, of_video)


def _first_picture(source: Any, video: Any, max_pixels: int) -> dict[str, Any]:
    """Decode one picture: only then are its turning and the shape of its pixels known, and that it can be decoded at
    all.
    """
    video.codec_context.options = {"max_pixels": str(max_pixels)}
    video.codec_context.thread_count = 1
    for number, packet in enumerate(source.demux(video)):
        if number > _MOST_PACKETS:
            break
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue  # a broadcast begins with pictures whose beginning we missed
        if frames:
            return _as_shown(frames[0], video.sample_aspect_ratio) | {"plain_h264": _is_plain(frames[0], video)}
    return {"decodable": False}


def _is_plain(frame: Any, video: Any) -> bool:
    shape = video.sample_aspect_ratio
    return bool(
        video.codec_context.name == "h264"
        and frame.format.name == "yuv420p"
        and not frame.interlaced_frame
        and frame.rotation == 0
        and (not shape or shape == 1)
        and (frame.width, frame.height) == (video.codec_context.width, video.codec_context.height)
    )


def _as_shown(frame: Any, pixel_shape: Any) -> dict[str, Any]:
    width, height = frame.width, frame.height
    if pixel_shape and pixel_shape > 0:
        width = round(width * pixel_shape)
    if frame.rotation % 180:
        width, height = height, width
    return {"width": width, "height": height, "decodable": True}


def _last_ms(source: Any, video: Any) -> int:
    """Return where the last picture ends, by reading through: browsers record webm without a length."""
    first = last = None
    source.seek(0)
    for packet in source.demux(video):
        if packet.pts is None:
            continue
        first = packet.pts if first is None else min(first, packet.pts)
        last = packet.pts + (packet.duration or 0) if last is None else max(last, packet.pts + (packet.duration or 0))
    return 0 if first is None or last is None else int((last - first) * video.time_base * 1000)


def _pictures(path: str, container: str, video_index: int, max_keys: int) -> dict[str, Any]:
    """Print the key frames and return the rest; stop with an error at more key frames or pictures than we care for."""
    with _opened(path, container) as source:
        video = source.streams[video_index]
        begin_us, scale = source.start_time or 0, video.time_base * av.time_base
        shown, groups, parameters = array("q"), list[list[int]](), set[bytes]()
        steady, end_us = True, 0
        length_size = _length_size(video.codec_context.extradata)
        for packet in source.demux(video):
            if packet.size == 0:
                continue
            if packet.pts is None or len(shown) >= _MOST_PICTURES or len(groups) > max_keys:
                raise ValueError("pictures without times, or too many")
            at_us = int(packet.pts * scale) - begin_us
            shown.append(at_us)
            end_us = max(end_us, at_us + int((packet.duration or 0) * scale))
            if packet.is_discard or packet.is_corrupt:
                steady = False
            if packet.is_keyframe:
                kinds = dict(_units(bytes(packet), length_size))
                parameters.add(kinds.get(_SPS, b""))
                if _IDR in kinds:
                    groups.append([at_us, 0])
            if not groups:
                raise ValueError("it begins with pictures that need earlier ones")
            groups[-1][1] += packet.size
    for begin in range(0, len(groups), _KEYS_A_LINE):
        print(json.dumps(groups[begin : begin + _KEYS_A_LINE]))  # noqa: T201 — this is how it answers
    gaps = [later - earlier for earlier, later in pairwise(sorted(shown))] or [0]
    return {
        "groups": len(groups),
        "count": len(shown),
        "end_us": end_us,
        "least_gap_us": min(gaps),
        "greatest_gap_us": max(gaps),
        "steady": steady and len(parameters) <= 1,
    }


def _length_size(extradata: bytes | None) -> int:
    """Return how many bytes the lengths before the units have (ISO/IEC 14496-15, 5.3.3.1). Raises ValueError."""
    if not extradata or len(extradata) <= _CONFIGURATION_BYTES or extradata[0] != 1:
        raise ValueError("not H.264 as mp4 and Matroska hold it")
    return (extradata[4] & 3) + 1


def _units(picture: bytes, length_size: int) -> Iterator[tuple[int, bytes]]:
    """Yield the type of each unit of a picture (ITU-T H.264, table 7-1), and those that hold parameters whole."""
    at = 0
    while at + length_size < len(picture):
        length = int.from_bytes(picture[at : at + length_size], "big")
        at += length_size
        kind = picture[at] & 0x1F
        yield kind, picture[at : at + length] if kind == _SPS else b""
        at += length


if __name__ == "__main__":
    av.logging.set_level(av.logging.FATAL)
    try:
        work = _report if sys.argv[1] == "look" else _pictures
        report = work(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    except (av.FFmpegError, ValueError, OSError, MemoryError) as error:
        report = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(report))  # noqa: T201 — this is how it answers
