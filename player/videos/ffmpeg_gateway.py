"""Runs ffmpeg: one pass from a source to all sizes in segments, slides, poster and thumbnails.

The only file that imports ffmpeg.
"""

import logging
import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import ffmpeg
import imageio_ffmpeg

from player.domain.cuts import are_cut_alike
from player.domain.ladder import (
    AUDIO_BITS_PER_SECOND,
    SLIDES_AUDIO_BITS_PER_SECOND,
    SPRITE_COLUMNS,
    SPRITE_ROWS,
    Rung,
    Sprite,
    slides,
)
from player.domain.source import Container, Refusal
from player.domain.stretch_keys import SEGMENT_MS
from player.videos.child_process import Allowance, Ended, run_confined

logger = logging.getLogger(__name__)

_SEGMENT_SECONDS = SEGMENT_MS // 1000
_FILE_BYTES = 256 * 1024**2  # one segment of the best size has 3 MB
_POSTER, _THUMBNAIL, _SHEET = "poster.jpg", "thumbnail-%04d.jpg", "sheet-%02d.jpg"
_SLIDE_SECONDS = 1
_MOST_PICTURES_OF_A_SEGMENT = 300
_EARLY_US = 4_000  # less than half of the shortest time between pictures, more than clocks round
# Without a delay allowed, each frame of sound is wrapped alone, in twice its size.
_TEE_OPTIONS = "segment_list_type=csv:avoid_negative_ts=disabled:max_delay=700000"
# Nor are its times moved, each segment's apart; and what it begins with need not be repeated within it.
_TS_OPTIONS = "avoid_negative_ts=disabled:pat_period=10:sdt_period=10"
_MOST_THUMBNAILS = 4 * SPRITE_COLUMNS * SPRITE_ROWS  # one sheet holds all, unless a file is longer than it says


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
    """One source, already judged, and what to make of it. folder: empty, ours, on a disk with room.

    cuts: None = all pictures are encoded and cut every 4 s; otherwise those of the highest rung are copied, and all are
    cut at these times (µs). copies_sound: so is its sound, into all but the slides.
    """

    source: Path
    container: Container
    video_index: int
    audio_index: int | None
    rungs: tuple[Rung, ...]
    sprite: Sprite
    frames_per_second: Fraction
    duration_ms: int
    most_duration_ms: int
    most_pixels: int
    folder: Path
    cuts: tuple[int, ...] | None = None
    copies_sound: bool = False

    @property
    def ways(self) -> tuple[Rung, ...]:
        """All that is made: the sizes, smallest first, and then the slides."""
        return (*self.rungs, slides(self.rungs[0]))


@dataclass(frozen=True, slots=True)
class EncodedRung:
    """One way to watch, readable, in the job's folder: segments and their lengths in order, and its codecs by RFC 6381."""

    rung: Rung
    segments: tuple[Path, ...]
    segment_ms: tuple[int, ...]
    codecs: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """All that came of a job. thumbnails: how many are on the sheets; produced_ms: how far the source really went, sound
    included.
    """

    rungs: tuple[EncodedRung, ...]
    poster: Path
    thumbnails: int
    sheets: tuple[Path, ...]
    produced_ms: int


class EncodingFailed(Exception):
    """The pass gave nothing usable; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def encode(
    job: Job, encoder: Encoder, *, on_position: Callable[[int], None], on_tick: Callable[[], None] | None = None
) -> Encoded:
    """Make all that the job asks for in one pass.

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

    for rung in job.ways:
        (job.folder / rung.code).mkdir()
    arguments = command(job, encoder)
    ended = run_confined(arguments, _allowance(job, encoder), folder=job.folder, on_line=on_line, on_tick=on_tick)
    logger.info("ffmpeg: exit %s in %.1f s: %s", ended.exit_code, ended.seconds, shlex.join(arguments))
    if ended.exit_code != 0:
        logger.warning("ffmpeg said: %s", ended.errors[-2000:])
        raise EncodingFailed(_reason(ended))
    poster = job.folder / _POSTER
    if not poster.is_file():
        raise EncodingFailed(Refusal.BROKEN)
    *sizes, slides_made = (_result(job, rung) for rung in job.ways)
    if not are_cut_alike([way.segment_ms for way in (*sizes, slides_made)]):
        logger.warning("cut apart: %s", [len(way.segments) for way in (*sizes, slides_made)])
        raise EncodingFailed(Refusal.BROKEN)  # they could not share keys
    # A slide has no length of its own: the last would seem to end where it begins.
    made = (*sizes, replace(slides_made, segment_ms=sizes[0].segment_ms))
    thumbnails = len(list(job.folder.glob("thumbnail-*.jpg")))
    return Encoded(made, poster, thumbnails, _sheets(job, encoder, on_tick) if thumbnails else (), produced_ms)


def _sheets(job: Job, encoder: Encoder, on_tick: Callable[[], None] | None) -> tuple[Path, ...]:
    """Lay the thumbnails out on sheets.

    Apart, because a sheet is full at the end: of a pass that has not begun with one of its files, ffmpeg tells no
    progress.
    """
    source = ffmpeg.input(_THUMBNAIL, f="image2", format_whitelist="image2,jpeg_pipe", protocol_whitelist="file")
    sheet = source.filter("tile", f"{SPRITE_COLUMNS}x{SPRITE_ROWS}")
    output = ffmpeg.output(sheet, _SHEET, format="image2", vcodec="mjpeg", fps_mode="passthrough", **{"q:v": 6})
    output = output.global_args("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error")
    arguments = [str(part) for part in ffmpeg.compile(output, cmd=imageio_ffmpeg.get_ffmpeg_exe())]
    ended = run_confined(arguments, _allowance(job, encoder), folder=job.folder, on_tick=on_tick)
    if ended.exit_code != 0:
        logger.warning("ffmpeg said of the sheets: %s", ended.errors[-2000:])
        raise EncodingFailed(_reason(ended))
    return tuple(sorted(job.folder.glob("sheet-*.jpg")))


def command(job: Job, encoder: Encoder) -> list[str]:
    """Return the command line. All that it writes is relative to the job's folder.

    `format_whitelist` is what stops a playlist under another name; `protocol_whitelist file` alone does not (measured).
    `max_pixels` stops a stream that grows after its first picture. Sound is encoded once for all sizes, and once more
    for the slides; `tee` puts it into each.
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
    pictures = _pictures(source[str(job.video_index)], job)
    streams = ffmpeg.output(
        *pictures.ways, *_sounds(source, job), _tee(job), format="tee", **_codec_options(job, encoder)
    )
    still = {"format": "image2", "vcodec": "mjpeg", "map_metadata": -1}
    poster = ffmpeg.output(pictures.poster, _POSTER, update=1, **still, **{"frames:v": 1, "q:v": 4})
    thumbnails = ffmpeg.output(
        pictures.thumbnails, _THUMBNAIL, fps_mode="passthrough", **still, **{"frames:v": _MOST_THUMBNAILS, "q:v": 2}
    )
    all_three = ffmpeg.merge_outputs(streams, poster, thumbnails).global_args(
        *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error"),
        *("-progress", "pipe:1", "-stats_period", "0.5"),
        *("-filter_complex_threads", str(encoder.threads)),
    )
    return [str(part) for part in ffmpeg.compile(all_three, cmd=imageio_ffmpeg.get_ffmpeg_exe(), overwrite_output=True)]


@dataclass(frozen=True, slots=True)
class _Pictures:
    """Streams of pictures: one for each way to watch, in order; one that begins at a tenth of the video; thumbnails."""

    ways: list[object]
    poster: object
    thumbnails: object


def _pictures(picture: ffmpeg.nodes.FilterableStream, job: Job) -> _Pictures:
    """Return what is drawn of the source.

    Scaled downwards from rung to rung: the large source is read once. Interlaced pictures (old camcorders) are woven
    first. What is to be copied comes from the source as it is, at its own times, and so do the others then.
    """
    ways: list[object] = []
    if job.cuts is None:
        rate = f"{job.frames_per_second.numerator}/{job.frames_per_second.denominator}"
        stream = picture.filter("yadif", deint="interlaced").filter("fps", fps=rate, start_time=0)
        to_encode, slide = job.rungs, f"gte(t,selected_n*{_SLIDE_SECONDS})"
    else:
        stream, to_encode = picture, job.rungs[:-1]
        # Its first picture of each segment must be there, whenever that comes.
        slide = f"isnan(prev_selected_t)+key+gte(t-prev_selected_t,{_SLIDE_SECONDS})"
    copies = stream.split()
    stream, poster = copies["next"], copies["poster"]
    for rung in reversed(to_encode):
        copies = _of_size(stream, rung.width, rung.height).split()
        ways.insert(0, copies["rung"])
        stream = copies["next"]
    if job.cuts is not None:
        ways.append(picture)
    top, small = job.rungs[-1], job.rungs[0]
    copies = stream.split()
    ways.append(_of_size(copies["slides"].filter("select", slide), small.width, small.height))
    thumbnails = copies["thumbnails"].filter("select", f"gte(t,selected_n*{_seconds(job.sprite.interval_ms)})")
    # One picture and no more: all that follow would be converted for nothing, a twentieth of the whole work.
    poster = poster.filter("select", f"gte(t,{_seconds(job.duration_ms // 10)})*not(selected_n)")
    return _Pictures(
        ways=ways,
        poster=_of_size(poster, top.width, top.height, "yuvj420p"),
        thumbnails=_of_size(thumbnails, job.sprite.width, job.sprite.height, "yuvj420p"),
    )


def _of_size(
    stream: ffmpeg.nodes.FilterableStream, width: int, height: int, pixels: str = "yuv420p"
) -> ffmpeg.nodes.FilterableStream:
    """Return the stream in another size. By area: as sharp as bicubic on slides (SSIM within 0.001), and it costs
    less.
    """
    return stream.filter("scale", width, height, flags="area").filter("setsar", 1).filter("format", pixels)


def _sounds(source: ffmpeg.nodes.FilterableStream, job: Job) -> list[object]:
    """Return the sound for the sizes, and that for the slides; nothing for a silent film."""
    if job.audio_index is None:
        return []
    sound = source[str(job.audio_index)]
    steady = sound.filter("aresample", **{"async": 1})
    if job.copies_sound:
        return [sound, steady]
    copies = steady.asplit()
    return [copies["sizes"], copies["slides"]]


def _codec_options(job: Job, encoder: Encoder) -> dict[str, object]:
    """Return what is encoded how: a key picture at each cut and nowhere else, so that all are cut alike."""
    options: dict[str, object] = {
        "map_metadata": -1,  # where and by whom a video was filmed is nobody's business
        "map_chapters": -1,
    }
    for number, rung in enumerate(job.ways):
        if job.cuts is not None and rung is job.rungs[-1]:
            # Without the notes that encoders and cameras leave between the pictures.
            options |= {f"c:v:{number}": "copy", f"bsf:v:{number}": "filter_units=remove_types=6"}
        else:
            options |= _x264_options(number, rung, job, encoder)
    if job.audio_index is not None:
        options |= _aac_options(1, SLIDES_AUDIO_BITS_PER_SECOND, channels=1)
        options |= {"c:a:0": "copy"} if job.copies_sound else _aac_options(0, AUDIO_BITS_PER_SECOND, channels=2)
    return options


def _aac_options(number: int, bits_per_second: int, *, channels: int) -> dict[str, object]:
    options = {"c": "aac", "b": bits_per_second, "ac": channels, "ar": 48_000}
    return {f"{name}:a:{number}": value for name, value in options.items()}


def _x264_options(number: int, rung: Rung, job: Job, encoder: Encoder) -> dict[str, object]:
    keys = f"expr:gte(t,n_forced*{_SEGMENT_SECONDS})" if job.cuts is None else _times(job.cuts)
    options: dict[str, object] = {
        "c": "libx264",
        "preset": encoder.preset,
        "crf": encoder.crf,
        "profile": "high",
        "threads": encoder.threads,
        "force_key_frames": keys,
        "g": _MOST_PICTURES_OF_A_SEGMENT,
        "sc_threshold": 0,
        "fps_mode": "passthrough",
        "enc_time_base": "filter",
        "maxrate": rung.bits_per_second,
        "bufsize": 2 * rung.bits_per_second,
    }
    if rung.is_slides:
        # One picture a second by its clock, else its bits would be shared out among the many that do not come. With
        # the usual look ahead, the others would wait for the first slide until a quarter of a minute was encoded.
        options |= {
            "bufsize": 4 * rung.bits_per_second,
            "x264-params": f"force-cfr=0:fps=1/{_SLIDE_SECONDS}:bframes=0:rc-lookahead=2:sync-lookahead=0",
        }
    return {f"{name}:v:{number}": value for name, value in options.items()}


def _tee(job: Job) -> str:
    """Return the outputs in tee's own language, in which a comma inside brackets needs quotation marks that are
    escaped.
    """
    cut = f"segment_time={_SEGMENT_SECONDS}" if job.cuts is None else rf"segment_times=\'{_times(job.cuts)}\'"
    return "|".join(
        rf"[select=\'{_selection(number, rung, job)}\':onfail=abort:f=segment:segment_format=mpegts:{cut}"
        rf":segment_format_options=\'{_TS_OPTIONS}\':{_TEE_OPTIONS}:segment_list={rung.code}.csv]{rung.code}/%05d.ts"
        for number, rung in enumerate(job.ways)
    )


def _selection(number: int, rung: Rung, job: Job) -> str:
    sound = "" if job.audio_index is None else f",a:{1 if rung.is_slides else 0}"
    return f"v:{number}{sound}"


def _times(cuts: tuple[int, ...]) -> str:
    """Return the cuts as seconds, each a little early: clocks of whole milliseconds must not make a picture late."""
    early = [at - _EARLY_US for at in cuts]
    return ",".join(f"{at // 1_000_000}.{at % 1_000_000:06d}" for at in early)


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
    """Read what the muxer wrote about its own segments: their exact times stand nowhere else."""
    lines = (job.folder / f"{rung.code}.csv").read_text(encoding="utf-8").splitlines()
    times = [[round(Fraction(field) * 1000) for field in line.split(",")[1:3]] for line in lines]
    edges = [*(begin for begin, _ in times), *(end for _, end in times[-1:])]
    lengths = tuple(end - begin for begin, end in pairwise(edges))
    segments = tuple(job.folder / rung.code / f"{number:05d}.ts" for number in range(len(lengths)))
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
