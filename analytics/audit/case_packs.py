"""A case as a file to hand over: a PDF report, signed where the house has a key, its words with their salts, and the evidence."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from tempfile import TemporaryFile
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from analytics.audit.actions import NoSuchRecord, file_evidence
from analytics.audit.case_log_kinds import CASE_EXPORTED
from analytics.audit.case_queries import CaseView, find_case
from analytics.audit.case_report import report
from analytics.audit.entry import must_be_allowed
from analytics.audit.house import house, signed
from analytics.audit.models import CaseEntry, CaseFile, ExplanationRequest
from analytics.audit.sight import Sight, sight_of
from analytics.learning_log import actions as log
from analytics.learning_log import queries as log_queries


@dataclass(frozen=True, slots=True)
class Taken:
    """The file and the number of its case."""

    number: str
    content: bytes


@transaction.atomic(durable=True)
def take_case(*, by: AbstractUser, case_uuid: UUID, at: datetime) -> Taken | None:
    """Return the case as a zip and record who took it; None when there is no such case. Raises PermissionDenied.

    Personal data are covered in it as they are on the pages of whoever takes it.
    """
    must_be_allowed(by)
    sight = sight_of(by.pk, at)
    case = find_case(case_uuid, sight, at)
    if case is None:
        return None
    sheet = report(case, font=house().font(), at=at)
    paper, is_signed = signed(sheet)
    log.append(
        kind=CASE_EXPORTED,
        actor_id=by.pk,
        happened_at=at,
        subject=str(case.uuid),
        payload={"number": case.number, "sha256": sha256(paper).hexdigest(), "signed": is_signed},
    )
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as file:
        file.writestr("report.pdf", paper)
        file.writestr("words.json", json.dumps(_words(case, sight), ensure_ascii=False, indent=1))
        if (learner := _learner_of(case)) is not None and (evidence := _evidence(by, learner, at)):
            file.writestr("evidence.zip", evidence)
    return Taken(case.number, into.getvalue())


def _words(case: CaseView, sight: Sight) -> list[dict[str, str]]:
    """Return each text with its salt, so that a reader can recompute the commitment in its record; covered texts without."""
    row = CaseFile.objects.get(uuid=case.uuid)
    texts = [
        (entry.kind, entry.text, bytes(entry.salt)) for entry in CaseEntry.objects.filter(case_id=row.pk).order_by("pk")
    ]
    for asked in ExplanationRequest.objects.filter(case_id=row.pk).order_by("pk"):
        texts.append(("question", asked.question, bytes(asked.salt)))
        if asked.answered_at is not None:
            texts.append(("answer", asked.answer, bytes(asked.answer_salt)))
    shown = [(kind, text, sight.text(text, case.persons), salt) for kind, text, salt in texts]
    return [
        {"kind": kind, "text": told, "salt": salt.hex() if told == text else ""} for kind, text, told, salt in shown
    ]


def _learner_of(case: CaseView) -> int | None:
    if case.subject_kind == CaseFile.Subject.HOUR:
        found = log_queries.find_record(int(case.subject_ref))
        return found.record.learner_id if found else None
    return case.learner_id


def _evidence(by: AbstractUser, learner_id: int, at: datetime) -> bytes:
    """Return the learner's evidence, on record under his id as if it had been taken alone; nothing where none is sealed."""
    with TemporaryFile() as pack:
        try:
            file_evidence(by=by, learner_id=learner_id, into=pack, at=at)
        except (log_queries.NothingSealed, NoSuchRecord):
            return b""
        pack.seek(0)
        return pack.read()
