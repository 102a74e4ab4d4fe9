"""Paper: drawn and signed once for each version, kept, and handed out as it is."""

import hashlib
import secrets
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from reportlab.lib.utils import ImageReader

from analytics.learning_log.actions import append
from lms.accounts.queries import document_known_by
from lms.certificates.credential_key import credential_key
from lms.certificates.domain import token
from lms.certificates.domain.facts import CertificateFacts, facts_from_json
from lms.certificates.models import CertificateFile, CertificateVersion, HoursProof
from lms.certificates.pdf import certificate, proof, signing
from lms.credit.domain.accrual import exact
from lms.credit.queries import LicenceDecision
from lms.credit.sentences import post_name, state_word

if TYPE_CHECKING:
    from lms.accounts.models import User

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another
CODE_LENGTH = 8  # 40 bits: with the limit on asking, nobody guesses one


def token_of(facts: CertificateFacts, version: int) -> str:
    """Return the signed text of a QR code, "" where this installation has no key."""
    key = credential_key()
    if key is None:
        return ""
    until = facts.valid_to.isoformat() if facts.valid_to else ""
    return token.issue(
        token.Claim(facts.number, facts.holder_name, facts.post_name, facts.valid_from.isoformat(), until, version), key
    )


def verify_link(fragment: str) -> str:
    """Return the address that a QR code says. The facts stand after `#`: a browser shows them to no server."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('verify:verify')}#{fragment}"


def paper_of(*, version_id: int, at: datetime) -> CertificateFile:
    """Return the signed paper of a version, made now if it was not before. Two who ask at once get the same one.

    Raises GlyphsMissing (a name that the font cannot write), NoSigningKey.
    """
    made = CertificateFile.objects.filter(version_id=version_id).first()
    if made is not None:
        return made
    row = CertificateVersion.objects.get(pk=version_id)
    facts = facts_from_json(row.facts)
    sheet = certificate.draw(
        facts, version=row.version, link=verify_link(token_of(facts, row.version)), photo=_photo(facts.photo_ref)
    )
    signed = signing.sign(sheet)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('certificate paper'), %s)", [version_id])
        made = CertificateFile.objects.filter(version_id=version_id).first()
        if made is not None:
            return made
        name = _store(f"certificates/{row.certificate.uuid}-{row.version}.pdf", signed)
        made = CertificateFile.objects.create(
            version=row, name=name, sha256=hashlib.sha256(signed).hexdigest(), size_bytes=len(signed), made_at=at
        )
        append(
            kind="certificates.paper_signed",
            actor_id=None,
            happened_at=at,
            subject=facts.number,
            payload={"number": facts.number, "version": row.version, "file_sha256": made.sha256},
        )
    return made


def versions_without_paper(limit: int = 200) -> tuple[int, ...]:
    """Return the ids of versions that a platform keeps and whose paper nobody has made yet, the oldest first."""
    rows = CertificateVersion.objects.filter(file__isnull=True, certificate__side="platform").order_by("pk")
    return tuple(rows.values_list("pk", flat=True)[:limit])


@transaction.atomic
def prove_hours(*, standing: LicenceDecision, at: datetime, by: "User") -> HoursProof:
    """Make a signed proof of a person's hours in the running cycle as they stand now, and return it.

    Raises PermissionError for somebody else's, LookupError when no rules say what the hours are, GlyphsMissing, NoSigningKey.
    """
    if standing.licence.holder_id != by.pk:
        raise PermissionError
    decision, rules = standing.current, standing.rules
    if decision is None or rules is None:
        raise LookupError
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    document = document_known_by(by.pk, settings.EXCHANGE_ID_KEY.encode())
    facts = proof.ProofFacts(
        code=code,
        holder_name=document.legal_name if document else by.name,
        id_masked=document.number_masked if document else "未登记",
        post_name=post_name(standing.licence.post_code),
        licence_number=standing.licence.number,
        since=decision.window.start if decision.window else None,
        until=decision.window.last_day if decision.window else None,
        hours=tuple(
            (one.name, exact(one.earned), exact(one.required) if one.required else "") for one in decision.categories
        ),
        total=exact(decision.towards if decision.window else decision.total),
        required=exact(decision.required),
        state=state_word(decision)[0],
        rule_set=f"{rules.code} {rules.version}",
        made_on=timezone.localdate(at),
    )
    signed = signing.sign(proof.draw(facts, link=verify_link(code)))
    name = _store(f"hours-proofs/{code}.pdf", signed)
    made = HoursProof.objects.create(
        code=code,
        holder=by,
        licence_id=standing.licence.id,
        facts=facts.as_json(),
        name=name,
        sha256=hashlib.sha256(signed).hexdigest(),
        made_at=at,
    )
    append(
        kind="certificates.hours_proved",
        actor_id=by.pk,
        learner_id=by.pk,
        happened_at=at,
        subject=code,
        payload={"total_hours": facts.total, "required_hours": facts.required, "file_sha256": made.sha256},
    )
    return made


def stored(name: str) -> bytes:
    """Return the bytes of a stored paper."""
    with storages["private"].open(name) as file:
        return bytes(file.read())


def _store(name: str, data: bytes) -> str:
    return str(storages["private"].save(name, ContentFile(data)))


def _photo(name: str) -> ImageReader | None:
    return ImageReader(BytesIO(stored(name))) if name and storages["private"].exists(name) else None
