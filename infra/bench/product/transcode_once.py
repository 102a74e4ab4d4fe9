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
    """Say whether the last segment of each size opens with its key, as a player would open it."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    from player.domain.stretch_keys import SEGMENTS_PER_STRETCH, segment_iv
    from player.models import Video
    from player.videos import media_store, queries

    video = Video.objects.get(pk=video_id)
    for one in video.renditions.all():
        last = len(one.segment_ms) - 1
        sealed = media_store.read(video.folder, media_store.segment_name(one.height, last))
        key = queries.stretch_key(video_id, last // SEGMENTS_PER_STRETCH)
        opened = Cipher(algorithms.AES(key), modes.CBC(segment_iv(one.height, last))).decryptor()
        if not opened.update(sealed[:16]).startswith(b"G"):  # the first byte of a transport stream
            return False
    return True


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
