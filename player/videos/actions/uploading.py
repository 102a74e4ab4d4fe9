"""A file comes in, or is tried once more."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.core.files import File
from django.db import transaction

from analytics.learning_log import actions as log
from player.domain.source import SNIFF_BYTES, Refusal, refusal_of_file
from player.videos import policy
from player.videos.models import State, Video, private_storage, source_name

if TYPE_CHECKING:
    from lms.accounts.models import User  # a type hint is not a dependency: persons live a floor above


class MayNotUpload(Exception):
    """The person is no editor of videos."""


class UploadRefused(Exception):
    """The file cannot become a video, by its length or first bytes; nothing was stored. `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class NothingToRetry(Exception):
    """The video has not failed, or its file is gone because no retry could help."""


def upload_video(*, title: str, file: "File[bytes]", by: "User | None", at: datetime) -> Video:
    """Take a file in: it is kept privately and waits, in the state uploaded, for `tasks.transcode` or `process_now`.

    A file on disk (a large upload) is moved, not copied. by=None is the system.
    Raises MayNotUpload, UploadRefused; then nothing is left behind.
    """
    if by is not None and not by.has_perm("player.add_video"):
        raise MayNotUpload
    file.seek(0)
    head = file.read(SNIFF_BYTES)
    refusal = refusal_of_file(length=file.size, head=head, limits=policy.limits())
    if refusal is not None:
        raise UploadRefused(refusal)
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    uuid = uuid4()
    storage = private_storage()
    name = storage.save(source_name(Video(uuid=uuid), ""), file)
    try:
        return _record_upload(
            uuid=uuid, title=title, source=name, length=file.size, sha256=digest.hexdigest(), by=by, at=at
        )
    except BaseException:
        storage.delete(name)
        raise


def import_video(path: Path, *, title: str, by: "User | None", at: datetime) -> Video:
    """Take a file of this machine in, by copy. Raises as `upload_video`, and OSError for a file that cannot be read."""
    with path.open("rb") as file:
        return upload_video(title=title, file=File(file, name=path.name), by=by, at=at)


@transaction.atomic
def retry_video(*, video_id: int, by: "User | None", at: datetime) -> Video:
    """Put a failed video whose file was kept into the queue again. Raises MayNotUpload, NothingToRetry."""
    if by is not None and not by.has_perm("player.add_video"):
        raise MayNotUpload
    changed = (
        Video.objects.filter(pk=video_id, state=State.FAILED)
        .exclude(source="")
        .update(state=State.UPLOADED, failure_code="", interruptions=0, progress_percent=0, progress_at=at)
    )
    if not changed:
        raise NothingToRetry(video_id)
    video = Video.objects.get(pk=video_id)
    log.append(
        kind="player.video_retried",
        actor_id=None if by is None else by.pk,
        happened_at=at,
        subject=str(video.uuid),
        payload={"video_uuid": str(video.uuid)},
    )
    return video


@transaction.atomic
def _record_upload(
    *, uuid: UUID, title: str, source: str, length: int, sha256: str, by: "User | None", at: datetime
) -> Video:
    video = Video.objects.create(
        uuid=uuid,
        title=title,
        source=source,
        source_bytes=length,
        source_sha256=sha256,
        uploaded_by=by,
        uploaded_at=at,
        progress_at=at,
    )
    log.put_labels(kind="video", texts={str(uuid): title})
    log.append(
        kind="player.video_uploaded",
        actor_id=None if by is None else by.pk,
        happened_at=at,
        subject=str(uuid),
        payload={"video_uuid": str(uuid), "source_bytes": length, "source_sha256": sha256},
    )
    return video
