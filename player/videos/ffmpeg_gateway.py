"""Runs ffmpeg: one pass from a source to all sizes in 4-s segments, and a poster. The only file that imports ffmpeg."""

import logging
import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg
import imageio_ffmpeg

from player.domain.ladder import AUDIO_BITS_PER_SECOND, Rung
from player.domain.source import Container, Refusal
from player.domain.stretch_keys import SEGMENT_MS
from player.videos.child_process import Allowance, Ended, run_confined

logger = logging.getLogger(__name__)

_SEGMENT_SECONDS = SEGMENT_MS // 1000
_FILE_BYTES = 256 * 1024**2  # one segment of the best size has 3 MB
_POSTER = "poster.jpg"


@dataclass(frozen=True, slots=True)
class Encoder:
    """How hard to try. threads: for each size, 0 = as many as processors; one is cheapest, as the sizes run side by
    side.

    seconds_per_second: wall clock allowed for each second of video, on top of two minutes.
    """

    preset: str = "veryfast"
    crf: int = 23
    threads: int = 1
    nice: int = 5
    memory_bytes: int = 3 * 1024**3
    seconds_per_second: int = 12


@dataclass(frozen=True, slots=True)
class Job:
    """One source, already judged, and what to make of it. folder: empty, ours, on a disk with room."""

    source: Path
    container: Container
    video_index: int
    audio_index: int | None
    rungs: tuple[Rung, ...]
    frames_per_second: Fraction
    duration_ms: int
    most_duration_ms: int
    most_pixels: int
    folder: Path


@dataclass(frozen=True, slots=True)
class EncodedRung:
    """One size, readable, in the job's folder: segments and their lengths in order, and its codecs by RFC 6381."""

    rung: Rung
    segments: tuple[Path, ...]
    segment_ms: tuple[int, ...]
    codecs: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """All that one pass gave. produced_ms: how far the source really went, sound included."""

    rungs: tuple[EncodedRung, ...]
    poster: Path
    produced_ms: int


class EncodingFailed(Exception):
    """The pass gave nothing usable; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def encode(
    job: Job, encoder: Encoder, *, on_position: Callable[[int], None], on_tick: Callable[[], None] | None = None
) -> Encoded:
    """Encode all sizes and the poster in one pass.

    on_position: hears, about twice a second, up to which millisecond of the source it has come.
    Raises EncodingFailed; what `on_position` and `on_tick` raise ends ffmpeg and is passed on.
    """
    produced_ms = 0

    def on_line(line: str) -> None:
        nonlocal produced_ms
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.isdigit():
            produced_ms = int(value) // 1000
            on_position(produced_ms)

    for rung in job.rungs:
        (job.folder / str(rung.height)).mkdir()
    arguments = command(job, encoder)
    ended = run_confined(arguments, _allowance(job, encoder), folder=job.folder, on_line=on_line, on_tick=on_tick)
    logger.info("ffmpeg: exit %s in %.1f s: %s", ended.exit_code, ended.seconds, shlex.join(arguments))
    if ended.exit_code != 0:
        logger.warning("ffmpeg said: %s", ended.errors[-2000:])
        raise EncodingFailed(_reason(ended))
    poster = job.folder / _POSTER
    if not poster.is_file():
        raise EncodingFailed(Refusal.BROKEN)
    return Encoded(tuple(_result(job, rung) for rung in job.rungs), poster, produced_ms)


def command(job: Job, encoder: Encoder) -> list[str]:
    """Return the command line. All that it writes is relative to the job's folder.

    `format_whitelist` is what stops a playlist under another name; `protocol_whitelist file` alone does not (measured).
    `max_pixels` stops a stream that grows after its first picture. Sound is encoded once and put into every size by
    `tee`.
    """
    source = ffmpeg.input(
        str(job.source),
        f=job.container.value,
        format_whitelist=job.container.value,
        protocol_whitelist="file",
        threads=encoder.threads,
        max_pixels=job.most_pixels,
        t=_seconds(job.most_duration_ms),
    )
    pictures, for_poster = _scaled(source[str(job.video_index)], job)
    sound = []
    if job.audio_index is not None:
        sound = [source[str(job.audio_index)].filter("aresample", **{"async": 1})]
    streams = ffmpeg.output(*pictures, *sound, _tee(job), format="tee", **_codec_options(job, encoder))
    poster = ffmpeg.output(for_poster, _POSTER, format="image2", vcodec="mjpeg", update=1, **{"frames:v": 1, "q:v": 4})
    both = ffmpeg.merge_outputs(streams, poster).global_args(
        *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error"),
        *("-progress", "pipe:1", "-stats_period", "0.5"),
        *("-filter_complex_threads", str(encoder.threads)),
    )
    return [str(part) for part in ffmpeg.compile(both, cmd=imageio_ffmpeg.get_ffmpeg_exe(), overwrite_output=True)]


def _scaled(picture: ffmpeg.nodes.FilterableStream, job: Job) -> tuple[list[object], object]:
    """Return one stream for each rung, in order, and one that shows the picture at a tenth of the video.

    Scaled downwards from rung to rung: the large source is read once. Interlaced pictures (old camcorders) are woven
    first.
    """
    rate = f"{job.frames_per_second.numerator}/{job.frames_per_second.denominator}"
    stream = picture.filter("yadif", deint="interlaced").filter("fps", fps=rate)
    found: list[object] = []
    for_poster: object = None
    for number, rung in enumerate(reversed(job.rungs)):
        scaled = stream.filter("scale", rung.width, rung.height).filter("setsar", 1).filter("format", "yuv420p")
        copies = scaled.split()
        found.insert(0, copies["rung"])
        stream = copies["next"]
        if number == 0:
            at = _seconds(job.duration_ms // 10)
            for_poster = copies["poster"].filter("select", f"gte(t,{at})").filter("format", "yuvj420p")
    return found, for_poster


def _codec_options(job: Job, encoder: Encoder) -> dict[str, object]:
    """Return what is encoded how: a key picture every 4 s exactly and nowhere else, so that all sizes are cut alike."""
    options: dict[str, object] = {
        "vcodec": "libx264",
        "preset": encoder.preset,
        "crf": encoder.crf,
        "profile:v": "high",
        "threads": encoder.threads,
        "force_key_frames": f"expr:gte(t,n_forced*{_SEGMENT_SECONDS})",
        "g": 2 * _SEGMENT_SECONDS * -(-job.frames_per_second.numerator // job.frames_per_second.denominator),
        "sc_threshold": 0,
        "map_metadata": -1,  # where and by whom a video was filmed is nobody's business
        "map_chapters": -1,
    }
    for number, rung in enumerate(job.rungs):
        options[f"maxrate:v:{number}"] = rung.bits_per_second
        options[f"bufsize:v:{number}"] = 2 * rung.bits_per_second
    if job.audio_index is not None:
        options |= {"acodec": "aac", "b:a": AUDIO_BITS_PER_SECOND, "ac": 2, "ar": 48_000}
    return options


def _tee(job: Job) -> str:
    """Return the outputs in tee's own language, in which a comma inside brackets needs quotation marks that are
    escaped.
    """
    sound = ",a" if job.audio_index is not None else ""
    return "|".join(
        rf"[select=\'v:{number}{sound}\':onfail=abort:f=hls:hls_time={_SEGMENT_SECONDS}:hls_playlist_type=vod:hls_flags=independent_segments"
        f":hls_segment_filename={rung.height}/%05d.ts]{rung.height}.m3u8"
        for number, rung in enumerate(job.rungs)
    )


def _allowance(job: Job, encoder: Encoder) -> Allowance:
    wall_seconds = 120 + encoder.seconds_per_second * -(-job.duration_ms // 1000)
    return Allowance(
        wall_seconds=wall_seconds,
        cpu_seconds=wall_seconds * (os.cpu_count() or 1),
        memory_bytes=encoder.memory_bytes,
        file_bytes=_FILE_BYTES,
        readable=(str(job.source), imageio_ffmpeg.get_ffmpeg_exe()),
        writable=(str(job.folder),),
        nice=encoder.nice,
    )


def _reason(ended: Ended) -> Refusal:
    if "No space left on device" in ended.errors:
        return Refusal.NO_SPACE
    if ended.timed_out or ended.exit_code < 0 or "Cannot allocate memory" in ended.errors:
        return Refusal.TOO_COSTLY
    return Refusal.BROKEN


def _result(job: Job, rung: Rung) -> EncodedRung:
    """Read what the muxer wrote about its own segments: their exact lengths stand nowhere else."""
    lines = (job.folder / f"{rung.height}.m3u8").read_text(encoding="utf-8").splitlines()
    lengths = tuple(round(Fraction(line[8:].rstrip(",")) * 1000) for line in lines if line.startswith("#EXTINF:"))
    segments = tuple(job.folder / str(rung.height) / f"{number:05d}.ts" for number in range(len(lengths)))
    if not segments or any(length < 1 for length in lengths):
        raise EncodingFailed(Refusal.BROKEN)
    return EncodedRung(rung, segments, lengths, _codecs(segments[0], sound=job.audio_index is not None))


def _codecs(segment: Path, *, sound: bool) -> str:
    """Return the codecs of a stream: profile, constraints and level are the three bytes after the mark of its SPS
    (type 7).
    """
    with segment.open("rb") as file:
        head = file.read(65536)
    at = head.find(b"\x00\x00\x01\x67")
    if at < 0:
        raise EncodingFailed(Refusal.BROKEN)
    return f"avc1.{head[at + 4 : at + 7].hex().upper()}" + (",mp4a.40.2" if sound else "")


def _seconds(duration_ms: int) -> str:
    return f"{duration_ms // 1000}.{duration_ms % 1000:03d}"
