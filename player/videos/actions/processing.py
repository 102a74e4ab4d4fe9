"""One run: probe, encode, encrypt, publish; or a reason why not."""

import errno
import logging
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from player.domain.cuts import cuts_of, is_worth_a_look
from player.domain.ladder import (
    AUDIO_BITS_PER_SECOND,
    Rung,
    frame_rate,
    rungs,
    sprite,
)
from player.domain.playlist import peak_bandwidth
from player.domain.source import Limits, Refusal, SourceFacts, is_cut_short, refusal_of_source
from player.domain.stretch_keys import encrypt_segment
from player.videos import key_safe, media_store, policy, scratch
from player.videos.actions.states import (
    STALLED_AFTER,
    Claim,
    ClaimLost,
    Published,
    PublishedSprite,
    claim_video,
    fail_video,
    publish_video,
    release_claim,
    report_progress,
)
from player.videos.ffmpeg_gateway import Encoded, EncodedRung, EncodingFailed, Job, encode
from player.videos.models import State, Video
from player.videos.probe_gateway import pictures_of, probe

logger = logging.getLogger(__name__)

_DATABASE_AWAY = (OperationalError, InterfaceError)
_FULL = {errno.ENOSPC, errno.EDQUOT}
_ENCODED_PERCENT = 95  # the rest is encryption and storing
_ROW_EVERY_SECONDS = 1.0

Clock = Callable[[], datetime]


class Refused(Exception):
    """This run ends with a reason that the uploader is told."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class _Progress:
    """Writes a run's progress into its row, at most once a second, and tells whoever waits for it.

    A database that is away for less than a minute (restarted, failed over) costs nothing: an hour's work goes on.
    """

    def __init__(self, claim: Claim, clock: Clock, on_progress: Callable[[int], None] | None) -> None:
        self._claim, self._clock, self._on_progress = claim, clock, on_progress
        self._state, self._percent = State.PROBING, 0
        self._tried, self._written = 0.0, time.monotonic()

    def enter(self, state: State) -> None:
        """Show the next state at once. Raises ClaimLost."""
        self._state, self._tried = state, 0.0
        self.tick()

    def reach(self, percent: int) -> None:
        """Tell a higher percent; a lower one is passed over. Raises ClaimLost."""
        if percent > self._percent:
            self._percent = percent
            if self._on_progress is not None:
                self._on_progress(percent)
        self.tick()

    def finish(self) -> None:
        """Say that all is done, now that it is published: the row is no longer ours, and a sign of life would find
        it so.
        """
        if self._on_progress is not None:
            self._on_progress(100)

    def tick(self) -> None:
        """Show a sign of life. Raises ClaimLost, and the database's error when it has been away too long."""
        now = time.monotonic()
        if now - self._tried < _ROW_EVERY_SECONDS:
            return
        self._tried = now
        try:
            report_progress(self._claim, state=self._state, percent=self._percent, at=self._clock())
        except _DATABASE_AWAY:
            connection.close()  # a broken one is never mended, only replaced
            if now - self._written > STALLED_AFTER.total_seconds():
                raise
        else:
            self._written = now


def process_video(
    video_id: int,
    *,
    on_progress: Callable[[int], None] | None = None,
    take_over: bool = False,
    clock: Clock = timezone.now,
) -> bool:
    """Make streams of a waiting video; return whether this call was the one that took it.

    A file that cannot become a video ends in the state failed with its reason, and is no error. Whatever happens, the
    scratch folder is removed. Run twice, the second finds nothing to do. on_progress hears percents, rising to 100.
    take_over: see claim_video.

    Raises what nobody expected, after the video has been failed as `internal`; and the database's error when it is
    away, after which the sweep finds the video.
    """
    claim = claim_video(video_id=video_id, at=clock(), take_over=take_over)
    if claim is None:
        return False
    try:
        with scratch.scratch_folder() as folder:
            _run(claim, folder, _Progress(claim, clock, on_progress), clock)
    except ClaimLost:
        _give_way(claim)
    except _DATABASE_AWAY:
        raise
    except Exception as error:
        refusal = _refusal(error)
        logger.info("video %s: run %s failed as %s", video_id, claim.attempt, refusal)
        with suppress(ClaimLost):
            fail_video(claim, refusal=refusal, at=clock())
        if not isinstance(error, Refused | EncodingFailed):
            raise
    except BaseException:  # told to stop (Ctrl-C, a worker's shutdown): the video is not to blame
        release_claim(claim, at=clock())
        raise
    return True


def _give_way(claim: Claim) -> None:
    """Leave the video to whoever overtook this run, and take away what it wrote, unless that is what learners now
    watch.
    """
    logger.warning("video %s: run %s was overtaken", claim.video_id, claim.attempt)
    if not Video.objects.filter(folder=claim.draft_folder).exists():
        media_store.remove(claim.draft_folder)


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refused | EncodingFailed):
        return error.refusal
    return Refusal.NO_SPACE if isinstance(error, OSError) and error.errno in _FULL else Refusal.INTERNAL


def process_now(video_id: int, on_progress: Callable[[int], None] | None = None, *, take_over: bool = False) -> Video:
    """Make streams of a video here and now, without Celery, and return its row: ready, or failed with a reason."""
    process_video(video_id, on_progress=on_progress, take_over=take_over)
    return Video.objects.get(pk=video_id)


def _run(claim: Claim, folder: Path, progress: _Progress, clock: Clock) -> None:
    limits = policy.limits()
    source = _source_path(claim.video_id, folder)
    facts = probe(source, limits, folder=folder, on_tick=progress.tick)
    refusal = facts if isinstance(facts, Refusal) else refusal_of_source(facts, limits)
    if refusal is not None or isinstance(facts, Refusal) or facts.size is None:
        raise Refused(refusal or Refusal.BROKEN)
    progress.enter(State.TRANSCODING)
    job = _job(source, facts, limits, folder, progress)
    if scratch.free_bytes() < _bytes_needed(job):
        raise Refused(Refusal.NO_SPACE)
    encoded = _encode(job, progress)
    if is_cut_short(promised_ms=job.duration_ms, produced_ms=encoded.produced_ms):
        raise Refused(Refusal.BROKEN)
    master_key = key_safe.new_master_key()
    published = _store(encoded, master_key, claim.draft_folder, progress)
    publish_video(
        claim,
        size=facts.size,
        duration_ms=min(sum(size.segment_ms) for size in published),
        master_key=master_key,
        renditions=published,
        sprite=_published_sprite(job, encoded),
        at=clock(),
    )
    progress.finish()


def _source_path(video_id: int, folder: Path) -> Path:
    """Return the uploaded file as a path; from a storage that has none (object storage) it is copied into the
    scratch folder.
    """
    source = Video.objects.get(pk=video_id).source
    try:
        return Path(source.path)
    except NotImplementedError:
        copy = folder / "source"
        with source.open("rb") as remote, copy.open("wb") as local:
            shutil.copyfileobj(remote, local, 1024 * 1024)
        return copy


def _job(source: Path, facts: SourceFacts, limits: Limits, folder: Path, progress: _Progress) -> Job:
    if facts.size is None or facts.video_index is None:
        raise Refused(Refusal.NO_PICTURE)
    sizes = rungs(facts.size)
    cuts = _cuts(source, facts, sizes[-1], folder, progress)
    work = folder / "streams"
    work.mkdir()
    return Job(
        source=source,
        container=facts.container,
        video_index=facts.video_index,
        audio_index=facts.audio_index,
        rungs=sizes,
        sprite=sprite(sizes[0], facts.duration_ms),
        frames_per_second=frame_rate(facts.frames_per_second),
        duration_ms=facts.duration_ms,
        most_duration_ms=limits.duration_ms,
        most_pixels=limits.pixels,
        folder=work,
        cuts=cuts,
        copies_sound=cuts is not None and facts.plain_aac,
    )


def _cuts(source: Path, facts: SourceFacts, top: Rung, folder: Path, progress: _Progress) -> tuple[int, ...] | None:
    """Return where to cut pictures that need not be encoded, or None."""
    if not is_worth_a_look(facts, top):
        return None
    pictures = pictures_of(source, facts, folder=folder, on_tick=progress.tick)
    return None if pictures is None else cuts_of(pictures, top)


def _encode(job: Job, progress: _Progress) -> Encoded:
    """Make the streams; where pictures would not be copied, or not be cut like the others, all are encoded after all."""
    try:
        return encode(
            job,
            policy.encoder(),
            on_position=lambda ms: progress.reach(min(_ENCODED_PERCENT, ms * _ENCODED_PERCENT // job.duration_ms)),
            on_tick=progress.tick,
        )
    except EncodingFailed as failed:
        if job.cuts is None or failed.refusal is not Refusal.BROKEN:
            raise
        logger.warning("the pictures could not be copied; all are encoded")
        shutil.rmtree(job.folder)
        job.folder.mkdir()
        return _encode(replace(job, cuts=None, copies_sound=False), progress)


def _published_sprite(job: Job, encoded: Encoded) -> PublishedSprite | None:
    if not encoded.thumbnails:
        return None
    return PublishedSprite(job.sprite.interval_ms, encoded.thumbnails, job.sprite.width, job.sprite.height)


def _bytes_needed(job: Job) -> int:
    """Return the most that the pass can write: every size at its ceiling. Each segment is removed once its
    ciphertext is stored.
    """
    bits_per_second = sum(rung.bits_per_second + AUDIO_BITS_PER_SECOND for rung in job.ways)
    return bits_per_second * job.duration_ms // 8000


def _store(encoded: Encoded, master_key: bytes, folder: str, progress: _Progress) -> tuple[Published, ...]:
    total = sum(len(size.segments) for size in encoded.rungs)
    stored, published = 0, []
    for size in encoded.rungs:
        lengths = []
        for number in range(len(size.segments)):
            lengths.append(_store_segment(size, number, master_key, folder))
            stored += 1
            progress.reach(_ENCODED_PERCENT + (99 - _ENCODED_PERCENT) * stored // total)
        published.append(
            Published(
                code=size.rung.code,
                width=size.rung.width,
                height=size.rung.height,
                bandwidth=peak_bandwidth(list(zip(lengths, size.segment_ms, strict=True))),
                codecs=size.codecs,
                segment_ms=size.segment_ms,
            )
        )
    media_store.write(folder, media_store.POSTER, encoded.poster.read_bytes())
    for number, sheet in enumerate(encoded.sheets, start=1):
        media_store.write(folder, media_store.sheet_name(number), sheet.read_bytes())
    return tuple(published)


def _store_segment(size: EncodedRung, number: int, master_key: bytes, folder: str) -> int:
    """Store one segment as ciphertext, remove the readable one, and return how many bytes were stored."""
    plain = size.segments[number]
    code = size.rung.code
    sealed = encrypt_segment(master_key, code=code, segment=number, plain=plain.read_bytes())
    media_store.write(folder, media_store.segment_name(code, number), sealed)
    plain.unlink()
    return len(sealed)
