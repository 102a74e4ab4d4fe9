"""Looks into an uploaded file by PyAV, in a confined child process: a reader that crashes or hangs costs one
refusal.
"""

import json
import logging
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from player.domain.ladder import Size
from player.domain.source import SNIFF_BYTES, Limits, Refusal, SourceFacts, container_of, refusal_of_file
from player.videos.child_process import Allowance, run_confined

logger = logging.getLogger(__name__)

_SCRIPT = Path(__file__).with_name("probe_child.py")
_WALL_SECONDS = 60
_CPU_SECONDS = 60
_MEMORY_BYTES = 1536 * 1024**2


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
    arguments = [str(path), container.value, str(limits.pixels), str(limits.streams)]
    lines: list[str] = []
    ended = run_confined(
        [sys.executable, "-I", str(_SCRIPT), *arguments],
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
    logger.info("probe of %s bytes: exit %s in %.2f s", path.stat().st_size, ended.exit_code, ended.seconds)
    report = _parsed(lines)
    if ended.exit_code != 0 or report is None:
        logger.warning("probe ended with %s: %s", ended.exit_code, ended.errors[-500:])
        return Refusal.BROKEN
    if "error" in report:
        logger.info("probe could not read the file: %s", report["error"])
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
    )


def _parsed(lines: list[str]) -> dict[str, Any] | None:
    """Return the child's last line as JSON, or None if it said nothing that can be read."""
    try:
        report = json.loads(lines[-1])
    except (IndexError, ValueError):
        return None
    return report if isinstance(report, dict) else None
