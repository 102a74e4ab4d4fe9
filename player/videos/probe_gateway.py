"""Looks into an uploaded file by PyAV, in a confined child process: a reader that crashes or hangs costs one
refusal.
"""

import json
import logging
import sys
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from player.domain.cuts import Group, Pictures
from player.domain.ladder import Size
from player.domain.source import SNIFF_BYTES, Container, Limits, Refusal, SourceFacts, container_of, refusal_of_file
from player.videos.child_process import Allowance, run_confined

logger = logging.getLogger(__name__)

_SCRIPT = Path(__file__).with_name("probe_child.py")
_WALL_SECONDS = 60
_CPU_SECONDS = 60
_MEMORY_BYTES = 1536 * 1024**2
_MOST_KEY_FRAMES = 20_000
# The child's own lines are fewer; one that has been taken over could go on for ever.
_MOST_LINES = 1_000


def probe(
    path: Path, limits: Limits, *, folder: Path, on_tick: Callable[[], None] | None = None
) -> SourceFacts | Refusal:
    """Return what is in the file, or why it was not opened or could not be read. folder: an empty one to run in."""
    with path.open("rb") as file:
        head = file.read(SNIFF_BYTES)
    refusal = refusal_of_file(length=path.stat().st_size, head=head, limits=limits)
    container = container_of(head)
    if refusal is not None or container is None:
        return refusal or Refusal.NOT_VIDEO
    lines = _ask("look", path, container, limits.pixels, limits.streams, folder=folder, on_tick=on_tick)
    report = _parsed(lines[-1:])
    if report is None:
        return Refusal.BROKEN
    size = (
        Size(report["width"], report["height"]) if report.get("width", 0) > 0 and report.get("height", 0) > 0 else None
    )
    rate = report.get("rate")
    return SourceFacts(
        container=container,
        streams=report["streams"],
        video_index=report["video_index"],
        audio_index=report["audio_index"],
        size=size,
        frames_per_second=Fraction(*rate) if rate else None,
        duration_ms=report.get("duration_ms", 0),
        codec_known=report.get("codec_known", True),
        decodable=report.get("decodable", True),
        plain_h264=report.get("plain_h264", False),
        plain_aac=report.get("plain_aac", False),
    )


def pictures_of(
    path: Path, facts: SourceFacts, *, folder: Path, on_tick: Callable[[], None] | None = None
) -> Pictures | None:
    """Return what the packets say of the pictures, or None if that cannot be learnt with reasonable work.

    Reads the whole file, and decodes nothing of it.
    """
    if facts.video_index is None:
        return None
    lines = _ask("pictures", path, facts.container, facts.video_index, _MOST_KEY_FRAMES, folder=folder, on_tick=on_tick)
    report = _parsed(lines[-1:])
    if report is None:
        return None
    groups = [Group(at_us, length) for line in lines[:-1] for at_us, length in json.loads(line)]
    if len(groups) != report["groups"]:
        return None
    return Pictures(
        groups=tuple(groups),
        count=report["count"],
        end_us=report["end_us"],
        least_gap_us=report["least_gap_us"],
        greatest_gap_us=report["greatest_gap_us"],
        steady=report["steady"],
    )


def _ask(
    work: str,
    path: Path,
    container: Container,
    *numbers: int,
    folder: Path,
    on_tick: Callable[[], None] | None,
) -> list[str]:
    """Return the child's lines; none if it did not come to its end."""
    lines: deque[str] = deque(maxlen=_MOST_LINES)
    ended = run_confined(
        [sys.executable, "-I", str(_SCRIPT), work, str(path), container.value, *map(str, numbers)],
        Allowance(
            wall_seconds=_WALL_SECONDS,
            cpu_seconds=_CPU_SECONDS,
            memory_bytes=_MEMORY_BYTES,
            file_bytes=0,
            readable=(str(path), sys.prefix, sys.base_prefix, str(_SCRIPT)),
        ),
        folder=folder,
        on_line=lines.append,
        on_tick=on_tick,
    )
    logger.info("probe (%s) of %s bytes: exit %s in %.2f s", work, path.stat().st_size, ended.exit_code, ended.seconds)
    if ended.exit_code != 0:
        logger.warning("probe (%s) ended with %s: %s", work, ended.exit_code, ended.errors[-500:])
        return []
    return list(lines)


def _parsed(last: list[str]) -> dict[str, Any] | None:
    """Return the child's last line as JSON, or None if it said nothing that can be read, or could not read the file."""
    try:
        report = json.loads(last[0])
    except (IndexError, ValueError):
        return None
    if isinstance(report, dict) and "error" in report:
        logger.info("probe could not read the file: %s", report["error"])
        return None
    return report if isinstance(report, dict) else None
