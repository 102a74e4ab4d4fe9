"""Processor time of making streams, encryption and packaging included, beside the bare ffmpeg command of the same ladder."""

import math
import resource
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.measure import interleaved
from infra.bench.rows import Bench, Row

SECONDS = 60
SHORT_SECONDS = 8
ROUNDS = 5
LADDER = ((640, 360, 800_000), (960, 540, 1_500_000), (1280, 720, 2_800_000))
SEGMENT_SECONDS = 4
FRAMES_A_SECOND = 25
# As an encoder of the trade would cut it: our own ladder's top rung, with a key picture every four seconds.
FITTING_BITS = 2_000_000
ROUGH_BITS = 8_000_000


def measure(bench: Bench) -> list[Finding]:
    seconds = SHORT_SECONDS if bench.short else SECONDS
    folder = bench.folder / "transcode"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sources = {
        "rough": rough_film(folder / "rough.mp4", seconds),
        "fitting": fitting_film(folder / "fitting.mp4", seconds),
    }
    env = bench.house.env(bench.house.fresh_database("transcode"), LMS_DATA_DIR=str(folder / "data"))
    given: list[dict[str, Any]] = []

    def ours(name: str) -> float:
        given.append(bench.house.run_inside("transcode_once", env, source=str(sources[name])))
        return float(given[-1]["cpu_seconds"])

    taken = interleaved(
        {
            "rough, ffmpeg": lambda: bare_cpu_seconds(sources["rough"], folder / "bare"),
            "rough, ours": lambda: ours("rough"),
            "fitting, ffmpeg": lambda: bare_cpu_seconds(sources["fitting"], folder / "bare"),
            "fitting, ours": lambda: ours("fitting"),
        },
        rounds=bench.rounds(ROUNDS),
        warm_up=0,
        say=bench.say,
    )
    wrong = tuple(text for one in given for text in complaints(one, seconds))[:5]
    shutil.rmtree(folder, ignore_errors=True)
    bare = "one pass of ffmpeg: split, scale, x264 with the same preset, quality and ceilings, HLS; nothing else"
    about = f"{seconds} s of 1280 × 720 at {FRAMES_A_SECOND} frames a second with sound; user and system time of all processes"
    return [
        Finding(
            path="transcode to 360/540/720 ÷ bare ffmpeg",
            unit="CPU s",
            ours=Samples(
                "probing, encoding, poster, encrypting and storing by player.videos", taken["rough, ours"].values
            ),
            limit=Samples(bare, taken["rough, ffmpeg"].values),
            bars=(Bar("ours/limit", at_most=1.05, aim=1.02),),
            wrong=wrong,
            notes=(about,),
        ),
        Finding(
            path="source that fits the top rung ÷ encoding it all",
            unit="CPU s",
            ours=Samples("the same; the top rung may be copied", taken["fitting, ours"].values),
            limit=Samples(f"{bare}, the top rung encoded like the others", taken["fitting, ffmpeg"].values),
            bars=(Bar("ours/limit", at_most=round(1 / 1.8, 3)),),
            wrong=wrong,
            notes=(about, f"1.8 × faster is a ratio of {1 / 1.8:.3f}"),
        ),
    ]


def rough_film(path: Path, seconds: int) -> Path:
    """Make a source as a camera gives it: many bits, key pictures wherever."""
    bits = str(ROUGH_BITS)
    _film(path, seconds, "-b:v", bits, "-maxrate", bits, "-bufsize", str(2 * ROUGH_BITS), "-g", "250")
    return path


def fitting_film(path: Path, seconds: int) -> Path:
    """Make a source that is already what the top rung would be."""
    bits, apart = str(FITTING_BITS), str(SEGMENT_SECONDS * FRAMES_A_SECOND)
    rate = ("-b:v", bits, "-maxrate", bits, "-bufsize", str(2 * FITTING_BITS))
    _film(path, seconds, *rate, "-g", apart, "-keyint_min", apart, "-sc_threshold", "0", "-profile:v", "high")
    return path


def _film(path: Path, seconds: int, *options: str) -> None:
    """Draw something that moves everywhere and has grain, as a building site has."""
    picture = f"testsrc2=size=1280x720:rate={FRAMES_A_SECOND}:duration={seconds},noise=alls=6:allf=t"
    inputs = (
        "-f",
        "lavfi",
        "-i",
        picture,
        "-f",
        "lavfi",
        "-i",
        f"sine=frequency=330:sample_rate=48000:duration={seconds}",
    )
    codecs = (
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-pix_fmt",
        "yuv420p",
        *options,
        "-c:a",
        "aac",
        "-b:a",
        "96k",
        "-ac",
        "2",
    )
    _ffmpeg(*inputs, *codecs, "-movflags", "+faststart", str(path))


def bare_cpu_seconds(source: Path, folder: Path) -> float:
    """Run the plain command and return its processor time. Raises RuntimeError when it made something else than we do."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _ffmpeg("-i", str(source), *_bare_options(folder))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = [len(list((folder / str(height)).glob("*.ts"))) for _, height, _ in LADDER]
    if len(set(made)) != 1 or not made[0]:
        raise RuntimeError(f"the bare command made {made} segments")
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def _bare_options(folder: Path) -> Sequence[str]:
    names = [f"v{number}" for number in range(len(LADDER))]
    scales = [
        f"[{name}]scale={width}:{height}[s{name}]" for name, (width, height, _) in zip(names, LADDER, strict=True)
    ]
    graph = ";".join([f"[0:v]split={len(names)}" + "".join(f"[{name}]" for name in names), *scales])
    ceilings = [
        part
        for number, (_, _, bits) in enumerate(LADDER)
        for part in (f"-maxrate:v:{number}", str(bits), f"-bufsize:v:{number}", str(2 * bits))
    ]
    for _, height, _ in LADDER:
        (folder / str(height)).mkdir()
    outputs = "|".join(
        rf"[select=\'v:{number},a\':f=hls:hls_time={SEGMENT_SECONDS}:hls_playlist_type=vod"
        f":hls_segment_filename={folder}/{height}/%05d.ts]{folder}/{height}.m3u8"
        for number, (_, height, _) in enumerate(LADDER)
    )
    return (
        *("-filter_complex", graph, *(part for name in names for part in ("-map", f"[s{name}]")), "-map", "0:a"),
        *(
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            "23",
            "-profile:v",
            "high",
            "-pix_fmt",
            "yuv420p",
            "-threads",
            "1",
        ),
        *("-g", str(SEGMENT_SECONDS * FRAMES_A_SECOND), "-sc_threshold", "0", *ceilings),
        *("-c:a", "aac", "-b:a", "96k", "-ac", "2", "-ar", "48000", "-f", "tee", outputs),
    )


def _ffmpeg(*arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True)


def complaints(given: dict[str, Any], seconds: int) -> list[str]:
    """Say what is not as it should be with one video."""
    expected = math.ceil(seconds / SEGMENT_SECONDS)
    wrong = [] if given["state"] == "ready" else [f"the video is {given['state']}: {given['failure']}"]
    for _, height, _ in LADDER:
        found = given["segments"].get(str(height))
        if found != expected:
            wrong.append(f"{found} segments of {height} instead of {expected}")
    return wrong if given["readable"] else [*wrong, "a stored segment does not open with its key"]


ROW = Row("transcode", "transcode of 60 s of 720p ÷ the bare ffmpeg command; a source that fits is copied", measure)
