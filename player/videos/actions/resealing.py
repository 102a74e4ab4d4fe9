"""The installation's media key is changed: every master key is sealed under the new one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr

from analytics.learning_log import actions as log
from player.videos import key_safe
from player.videos.models import Video

BATCH = 200


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a run did. unopened: the ids of videos whose key no known media key opens; they are left as they are."""

    count: int
    unopened: tuple[int, ...]


def reseal_master_keys(
    *, clock: Callable[[], datetime], batch: int = BATCH, on_batch: Callable[[int], None] | None = None
) -> Resealed:
    """Seal every master key under the present LMS_MEDIA_KEY, a batch a transaction, each with a record in the log.

    Keys that are so already are passed over: a run that was broken off is simply begun again, and a second one finds
    nothing to do. The keys of stretches stay the same, so whoever is watching notices nothing.
    on_batch: hears how many it has been so far.
    """
    count, unopened, after = 0, list[int](), 0
    while True:
        with transaction.atomic():
            videos = list(_elsewhere_sealed().filter(pk__gt=after).select_for_update(of=("self",))[:batch])
            if not videos:
                return Resealed(count, tuple(unopened))
            done = [video for video in videos if _reseal(video)]
            Video.objects.bulk_update(done, ["master_key_encrypted"])
            if done:
                log.append(
                    kind="player.media_keys_resealed",
                    actor_id=None,
                    happened_at=clock(),
                    subject=key_safe.current_key_id(),
                    payload={"count": len(done), "key_id": key_safe.current_key_id()},
                )
        after = videos[-1].pk
        count += len(done)
        unopened += [video.pk for video in videos if video not in done]
        if on_batch is not None:
            on_batch(count)


def _elsewhere_sealed() -> QuerySet[Video]:
    head = Substr("master_key_encrypted", 1, key_safe.HEAD_BYTES, output_field=BinaryField())
    sealed = Video.objects.filter(master_key_encrypted__isnull=False).annotate(head=head)
    return sealed.exclude(head=key_safe.current_head()).order_by("pk")


def _reseal(video: Video) -> bool:
    try:
        master_key = key_safe.unseal(bytes(video.master_key_encrypted or b""), video_uuid=video.uuid)
    except key_safe.KeyDoesNotOpen:
        return False
    video.master_key_encrypted = key_safe.seal(master_key, video_uuid=video.uuid)
    return True
