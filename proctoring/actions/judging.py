"""In the worker: look at the frames that wait, tell the page what to do, and judge when all is seen or the time is over."""

import statistics
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from proctoring import frames_gateway, protocol_out, sight
from proctoring.actions.checks import Judged, Outcome, forget_try, record_try
from proctoring.actions.enrolling import Look, keep_looks
from proctoring.actions.expiring import look_for_twins
from proctoring.domain.facts import FrameFacts
from proctoring.domain.liveness import Verdict
from proctoring.face_store import nearness
from proctoring.frames_gateway import Claimed, Done, Frame, Seen
from proctoring.models import FaceSession, FaceTry

# Of every so many frames one is kept until the verdict, to be compared and, where the policy says so, kept longer.
PICTURE_EVERY = 4
LEAST_SECONDS_MS = 3_000
# All frames of a try are gone through to see what was done: not for each of them.
COUNTED_EVERY_MS = 200
REMEMBERED = 64
EARLIER = 200
MOST_WAITS = 50
# What a film looks like of which the house dropped frames, and how many it must have dropped to be believed.
OUR_LOAD, MANY_DROPPED = frozenset({"timing", "too_few_frames", "actions_missing", "cut"}), 8
LINGER_SECONDS, LEAST_AWAKE_SECONDS, ASK_SECONDS = 0.5, 1.0, 0.1
# A worker takes what waits no oftener than this: the more it finds, the less each frame costs. Nobody waits longer for it: what
# is said of a frame travels with the next, an eighth of a second later.
TURN_SECONDS = 0.04


@dataclass(slots=True)
class Under:
    """A try that this process works at. steps: so many actions are asked for; enough_ms: by our clock, it is over no earlier.

    facts: of the frames that it has seen itself, by number; faces: what it saw in those that are kept, by their digest.
    noted: so many of the facts that are kept for all are among them. done: so many actions were seen in the frames until
    counted_ms.
    """

    learner_id: int
    purpose: str
    challenge: dict[str, Any]
    begun_ms: int
    ends_ms: int
    steps: int
    enough_ms: int
    facts: dict[int, FrameFacts] = field(default_factory=dict)
    faces: "dict[bytes, sight.Looked]" = field(default_factory=dict)
    noted: int = 0
    done: int = 0
    counted_ms: int = 0


_under: "OrderedDict[str, Under]" = OrderedDict()


def look_at_all(*, at: datetime) -> bool:
    """Look at the tries that wait, the longest waiting first, until none comes for a while or other tasks want this worker.

    True: some may still wait, and somebody must be woken for them. at: now.
    """
    sight.open_eyes()  # while nothing is claimed
    # In a house without workers the socket itself would wait.
    linger, least = (0.0, 0.0) if settings.CELERY_TASK_ALWAYS_EAGER else (LINGER_SECONDS, TURN_SECONDS)
    began = asked = time.monotonic()
    busy = began - linger  # who finds nothing does not wait for more of it
    done: list[Done] = []
    while True:
        now = time.monotonic()
        claimed = frames_gateway.take(done)
        done = look_at(claimed, at=at + timedelta(seconds=now - began))
        if claimed:
            busy = now
        elif now - busy >= linger and not frames_gateway.fall_asleep():
            return False
        if now - began > LEAST_AWAKE_SECONDS and now - asked > ASK_SECONDS:
            asked = now
            if frames_gateway.others_wait():
                frames_gateway.take(done, most=0)
                return True  # without falling asleep: a socket would wake another, and so each time
        time.sleep(max(0.0, now + least - time.monotonic()))


def look_at_waiting(*, nonce: str, at: datetime) -> bool:
    """Look at the frames of a try that wait, until none is left. False while another worker does: one a try at a time."""
    while claimed := frames_gateway.claim(nonce):
        if not claimed.frames:
            return True
        frames_gateway.take(look_at([claimed], at=at), most=0)
    return False


def look_at(claimed: Sequence[Claimed], *, at: datetime) -> list[Done]:
    """Look at the frames of tries that are this worker's; return what is still to be handed over.

    Where a try can be judged, or has failed, all is handed over first: those beside it have no part in it.
    """
    done: list[Done] = []
    complete: list[str] = []
    failed: list[Exception] = []
    for one in claimed:
        try:
            enough, seen = _look_at(one)
        except Exception as why:  # noqa: BLE001 — raised below
            failed.append(why)
            enough, seen = False, Done(one, again=False)
        done.append(seen)
        complete += [one.nonce] * enough
    if complete or failed:
        frames_gateway.take(done, most=0)
        done = []
    for nonce in complete:
        judge_try(nonce=nonce, at=at)
    if failed:
        raise failed[0]
    return done


def _look_at(claimed: Claimed) -> tuple[bool, Done]:
    """Return whether every action of a try was seen, and what was seen of it."""
    under = _of(claimed.nonce)
    if under is None:  # judged already: what was still on its way is of no use
        frames_gateway.forget(claimed.nonce)
        return False, Done(claimed, again=False)
    if claimed.noted > under.noted:  # another process has seen some of its frames
        _take_over(claimed.nonce, under)
    complete, seen = _look(under, claimed.frames)
    under.noted += len(seen.facts)
    return complete, Done(claimed, under.learner_id, seen, again=not complete)


def _take_over(nonce: str, under: Under) -> None:
    for packed in frames_gateway.facts_since(nonce, under.noted):
        facts = FrameFacts.unpacked(packed)
        under.facts.setdefault(facts.seq, facts)
        under.noted += 1


def _look(under: Under, frames: Sequence[Frame]) -> tuple[bool, Seen]:
    """Look at these frames; return whether every action was seen, what to keep of them, and what to tell of the newest."""
    colours = "lights" in under.challenge
    seen: list[FrameFacts] = []
    kept: list[bytes] = []
    for frame in frames:
        looked = sight.look(
            frame.jpeg, seq=frame.seq, sent_ms=frame.sent_ms, received_ms=frame.received_ms, colours=colours
        )
        if looked is None:
            continue
        seen.append(looked[0])
        under.facts[frame.seq] = looked[0]
        if frame.seq % PICTURE_EVERY == 1:
            kept.append(frame.jpeg)
            under.faces[looked[0].digest] = looked
    if not seen:
        return False, Seen()
    newest = seen[-1]
    ordered = [under.facts[seq] for seq in sorted(under.facts)]
    if newest.received_ms - under.counted_ms >= COUNTED_EVERY_MS:
        under.done, under.counted_ms = sight.done(under.challenge, ordered, under.begun_ms), newest.received_ms
    done = under.done
    advice = sight.advice(under.challenge, ordered, done)
    said = protocol_out.guide(newest.seq, advice, done)
    complete = newest.received_ms >= under.enough_ms and done >= under.steps
    return complete, Seen([facts.packed() for facts in seen], kept, [said])


def finish_try(*, nonce: str, at: datetime) -> None:
    """Judge a try whose page has sent its last frame, after the frames that still wait."""
    for _ in range(MOST_WAITS):
        if look_at_waiting(nonce=nonce, at=at):
            break
        time.sleep(0.1)
    judge_try(nonce=nonce, at=at)


def judge_try(*, nonce: str, at: datetime) -> Outcome | None:
    """Judge a try by all that was seen of it; once, whoever asks. None where it was judged, or is nobody's."""
    under = _of(nonce)
    if under is None:
        return None
    ends_at = FaceTry.objects.values_list("ends_at", flat=True).filter(nonce=nonce).first()
    if ends_at is None:  # erased meanwhile
        return None
    ends_ms = int(ends_at.timestamp() * 1000)  # our own queue may have moved it since the try began
    packed, pictures = frames_gateway.noted(nonce)
    # By number: what was kept again, because an answer of Redis was lost, is no frame shown twice.
    seen = {one.seq: one for one in map(FrameFacts.unpacked, packed)}
    facts = [seen[seq] for seq in sorted(seen)]
    verdict = sight.judged(under.challenge, facts, begun_ms=under.begun_ms, ends_ms=ends_ms, earlier=_earlier(nonce))
    faces = sight.faces_to_compare(pictures[:: max(1, len(pictures) // 8)], under.faces)
    judged = _compared(under, verdict, faces, pictures, len(facts))
    outcome = None
    if judged.reasons and OUR_LOAD.issuperset(judged.reasons) and frames_gateway.dropped(nonce) >= MANY_DROPPED:
        outcome = forget_try(nonce=nonce, at=at)
    outcome = outcome or record_try(nonce=nonce, judged=judged, at=at)
    _under.pop(nonce, None)
    frames_gateway.forget(nonce)
    if outcome is None:
        return None
    if outcome.passed and under.purpose == FaceSession.Purpose.ENROLMENT:
        _enrol(nonce, under.learner_id, faces, at)
    frames_gateway.say(nonce, protocol_out.verdict(outcome))
    return outcome


def _compared(
    under: Under, verdict: Verdict, faces: list[sight.Face], pictures: tuple[bytes, ...], frames: int
) -> Judged:
    """Add what the comparison with the enrolled face says. A demo-grade model fails nobody: its score is shown, no more."""
    model = sight.embedder()
    reasons, scores = list(verdict.reasons), dict(verdict.scores)
    if under.purpose == FaceSession.Purpose.ENROLMENT:
        if not faces and not reasons:
            reasons.append("blurred")
    else:
        near = nearness(under.learner_id, model.name, [face.embedding for face in faces])
        if near:
            scores["likeness"] = alike = statistics.median(near)
            if alike < model.threshold and not model.demo_grade:
                reasons.append("other_person")
    return Judged(
        passed=not reasons,
        reasons=tuple(reasons),
        scores=scores,
        frames=frames,
        model=(model.name, model.version),
        fingerprint=verdict.fingerprint if verdict.passed else None,
        pictures=pictures,
    )


def _enrol(nonce: str, learner_id: int, faces: list[sight.Face], at: datetime) -> None:
    lighting = FaceTry.objects.values_list("check_asked__lighting", flat=True).get(nonce=nonce)
    looks = [Look(face.embedding, face.jpeg, face.quality) for face in faces[:3]]
    if keep_looks(learner_id=learner_id, lighting=lighting, looks=looks, at=at):
        look_for_twins(learner_id=learner_id, at=at)


def _earlier(nonce: str) -> tuple[bytes, ...]:
    """Return the traces of this learner's passed sequences, and of the latest of all others: a recording may be passed on."""
    mine = FaceTry.objects.filter(nonce=nonce).values("check_asked__session__learner_id")
    kept = FaceTry.objects.filter(fingerprint__isnull=False).exclude(nonce=nonce).order_by("-pk")
    own = kept.filter(check_asked__session__learner_id__in=mine)[:EARLIER]
    traces = (row for rows in (own, kept[:EARLIER]) for row in rows.values_list("fingerprint", flat=True))
    return tuple({bytes(trace) for trace in traces if trace})


def _of(nonce: str) -> Under | None:
    if nonce in _under:
        return _under[nonce]
    row = FaceTry.objects.select_related("check_asked__session").filter(nonce=nonce, judged_at__isnull=True).first()
    if row is None:
        return None
    session, begun_ms = row.check_asked.session, int(row.begun_at.timestamp() * 1000)
    _under[nonce] = Under(
        learner_id=session.learner_id,
        purpose=session.purpose,
        challenge=row.challenge,
        begun_ms=begun_ms,
        ends_ms=int(row.ends_at.timestamp() * 1000),
        steps=len(sight.steps(row.challenge)),
        enough_ms=begun_ms + max(LEAST_SECONDS_MS, sight.lights_ms(row.challenge)),
    )
    for other in list(_under)[:-REMEMBERED]:
        del _under[other]
    # A page that went away leaves a try that nobody ends: what was seen of it is not kept for long.
    over_ms = int(time.time() * 1000) - frames_gateway.KEPT_SECONDS * 1000
    for other in [key for key, under in _under.items() if under.ends_ms < over_ms and key != nonce]:
        del _under[other]
    return _under[nonce]
