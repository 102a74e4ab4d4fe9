"""Run as a script, confined: open one file with the reader that its first bytes name, look at its first picture,
print JSON.

    python -I probe_child.py FILE CONTAINER MAX_PIXELS MAX_STREAMS

Prints {"error": …} for a file that cannot be opened. It imports nothing of ours, so that it can be confined to itself
and PyAV.
"""

import json
import sys
from typing import Any

import av
from av.stream import Disposition

# A first picture may come late in a broadcast that was joined in its middle.
_MOST_PACKETS = 2000


def _report(path: str, container: str, max_pixels: int, max_streams: int) -> dict[str, Any]:
    options = {"format_whitelist": container, "protocol_whitelist": "file"}
    with av.open(path, format=container, options=options) as source:
        facts: dict[str, Any] = {"streams": len(source.streams), "video_index": None, "audio_index": None}
        if len(source.streams) > max_streams:
            return facts  # too many to look at
        pictures = [
            s
            for s in source.streams.video
            if not s.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
        ]
        sounds = [s for s in source.streams.audio if _codec_of(s) is not None]
        facts["audio_index"] = sounds[0].index if sounds else None
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
            return _as_shown(frames[0], video.sample_aspect_ratio)
    return {"decodable": False}


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


if __name__ == "__main__":
    av.logging.set_level(av.logging.FATAL)
    try:
        report = _report(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    except (av.FFmpegError, ValueError, OSError, MemoryError) as error:
        report = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(report))  # noqa: T201 — this is how it answers
