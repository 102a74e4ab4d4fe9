"""What anybody may ask without signing in: is this certificate real, and does it hold today?

Whoever asks must know the number and the name on it. An unknown number and a wrong name get one answer, after the same work,
so that neither the words nor the time tell which numbers exist.
"""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from lms.accounts.limits import count_within
from lms.certificates.domain.facts import CertificateFacts, HoursFact, facts_from_json
from lms.certificates.models import CertificateVersion, HoursProof

WINDOW_SECONDS = 60
_KINDS = {value: str(label) for value, label in CertificateVersion.Kind.choices}
_QUESTION = """
SELECT c.revoked_at, c.revocation_reason,
       (SELECT jsonb_agg(jsonb_build_array(v.version, v.kind, v.issued_at, v.facts) ORDER BY v.version)
        FROM certificates_certificateversion v WHERE v.certificate_id = c.id)
FROM certificates_certificate c WHERE c.number = %s ORDER BY c.side LIMIT 1
"""


class AskedTooOften(Exception):
    """From this address too many questions came within a minute. seconds: until the next may be asked."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Change:
    """One version in the history of a certificate."""

    version: int
    kind: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Finding:
    """What is shown of a certificate. state: valid, expired or revoked; name: masked; history: the newest first."""

    state: str
    name: str
    facts: CertificateFacts
    revoked_on: date | None
    revocation_reason: str
    history: tuple[Change, ...]

    @property
    def colour(self) -> str:
        return {"valid": "done", "expired": "pending", "revoked": "danger"}[self.state]


_NOBODY = CertificateFacts(
    "-", "-", "-", "", "-", "-", "000000", "-", date(2000, 1, 1), date(2000, 1, 1), None,
    tuple(HoursFact("-", "-", "0") for _ in range(4)), "-", "", "-",
)  # fmt: skip
NOTHING = Finding("revoked", "-", _NOBODY, date(2000, 1, 1), "-", (Change(1, "-", date(2000, 1, 1)),) * 2)


def mind_the_limit(address: str | None) -> None:
    """Count one question of an address, which is not kept in clear. Raises AskedTooOften (settings.VERIFICATIONS_A_MINUTE)."""
    minute, rest = divmod(int(time.time()), WINDOW_SECONDS)
    who = hashlib.sha256(f"{address}{settings.SECRET_KEY}".encode()).hexdigest()[:24]
    if count_within(f"verify:{who}:{minute}", seconds=2 * WINDOW_SECONDS) > settings.VERIFICATIONS_A_MINUTE:
        raise AskedTooOften(WINDOW_SECONDS - rest)


def find(*, number: str, name: str, today: date) -> Finding | None:
    """Return the certificate of this number if this is the name on it, revoked ones too; None otherwise. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, [number.strip()])
        row = cursor.fetchone()
    known = _finding(row, today) if row and row[2] else None
    right = hmac.compare_digest(_plain((known or NOTHING).facts.holder_name), _plain(name))
    return known if known is not None and right else None


def find_proof(code: str) -> dict[str, object] | None:
    """Return what a proof of hours with this check code says, the name masked; None for none. One query."""
    row = HoursProof.objects.filter(code=code.strip().upper().replace("-", "").replace(" ", "")).first()
    return {**row.facts, "holder_name": masked_name(str(row.facts["holder_name"]))} if row else None


def _finding(row: tuple[datetime | None, str, object], today: date) -> Finding:
    revoked_at, reason, rows = row
    versions: list[Any] = json.loads(rows) if isinstance(rows, str) else list(rows)  # type: ignore[call-overload]  # as the driver read it
    facts = facts_from_json(versions[-1][3])
    expired = facts.valid_to is not None and facts.valid_to < today
    return Finding(
        state="revoked" if revoked_at else "expired" if expired else "valid",
        name=masked_name(facts.holder_name),
        facts=facts,
        revoked_on=revoked_at.date() if revoked_at else None,
        revocation_reason=reason,
        history=tuple(
            Change(version, _KINDS.get(kind, kind), datetime.fromisoformat(at).date())
            for version, kind, at, _ in versions[::-1]
        ),
    )


def masked_name(name: str) -> str:
    """Return a name with its middle hidden: 王小明 → 王*明, 王明 → 王*. What stands in brackets after it stays."""
    bare, bracket, note = name.partition("（")
    hidden = bare[:1] + "*" * max(len(bare) - 2, 1) + (bare[-1] if len(bare) > 2 else "")  # noqa: PLR2004
    return hidden + bracket + note


def _plain(name: str) -> bytes:
    return hashlib.sha256("".join(name.split()).encode()).digest()
