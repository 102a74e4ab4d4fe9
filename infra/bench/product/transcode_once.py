"""Makes streams of one file as the worker does, and tells what processor time it took, encoder and all."""

import resource
from pathlib import Path


def main(*, source: str) -> dict[str, object]:
    """Given back: CPU seconds from the claim to the publishing, and what there is to watch now."""
    from django.utils import timezone

    from player.models import Rendition
    from player.videos import actions

    video = actions.import_video(Path(source), title="高支模的搭设与验收", by=None, at=timezone.now())
    before = _cpu_seconds()
    video = actions.process_now(video.pk)
    after = _cpu_seconds()
    renditions = Rendition.objects.filter(video=video).order_by("height")
    return {
        "cpu_seconds": after - before,
        "state": video.state,
        "failure": video.failure_code,
        "segments": {str(one.height): len(one.segment_ms) for one in renditions},
        "duration_ms": video.duration_ms,
        "readable": _readable(video.pk),
    }


def _cpu_seconds() -> float:
    """Return what we and our ended children have used, in user and system mode."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _readable(video_id: int) -> bool:
    """Say whether the last segment of each size opens with its key and is a transport stream."""
    from player.videos import queries

    last = len(queries.segment_starts_ms(video_id)) - 1
    return all(
        queries.plain_segment(video_id, code, last).startswith(b"G") for code in queries.rendition_codes(video_id)
    )


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
