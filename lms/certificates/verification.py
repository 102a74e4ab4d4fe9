"""What anybody may ask without signing in: is this certificate real, and does it hold today?

Whoever asks must know the number and the name on it. An unknown number and a wrong name get one answer, after the same work,
so that neither the words nor the time tell which numbers exist.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from lms.certificates.domain.facts import CertificateFacts, HoursFact
from lms.certificates.models import HoursProof

LONGEST_NUMBER, LONGEST_NAME = 40, 60
_QUESTION = "SELECT record FROM certificates_publicrecord WHERE number = %s"


@dataclass(frozen=True, slots=True)
class Question:
    """What a stranger asks: number and name, without blanks around them."""

    number: str
    name: str


def question_in(told: Mapping[str, object]) -> Question | None:
    """Return the question in a form or a JSON object; None where a part is missing, too long or no text."""
    number, name = told.get("number"), told.get("name")
    if not isinstance(number, str) or not isinstance(name, str) or "\0" in number + name:
        return None
    number, name = number.strip(), name.strip()
    return Question(number, name) if 0 < len(number) <= LONGEST_NUMBER and 0 < len(name) <= LONGEST_NAME else None


@dataclass(frozen=True, slots=True)
class Change:
    """One version in the history of a certificate. kind: of CertificateVersion.Kind; issued_on: ISO text."""

    version: int
    kind: str
    issued_on: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is shown of a certificate. state: valid, expired or revoked; name: masked; facts: as they are stored, days as ISO
    texts (domain.facts); revoked_on: ISO text, "" for none; history: the newest first.
    """

    state: str
    name: str
    facts: Mapping[str, Any]
    revoked_on: str
    revocation_reason: str
    history: tuple[Change, ...]

    @property
    def hours(self) -> tuple[HoursFact, ...]:
        return tuple(HoursFact(*row) for row in self.facts["hours"])


# Read and drawn where nothing is found, so that what is not there costs the time of what is.
_NOBODY = json.dumps(
    {
        "revoked_on": "2000-01-01",
        "reason": "-" * 12,
        "facts": CertificateFacts(
            "-" * 16, "-" * 3, "-" * 18, "0" * 64, "-" * 10, "-" * 5, "000000", "-" * 3, date(2000, 1, 1),
            date(2000, 1, 1), date(2000, 1, 1), tuple(HoursFact("-" * 10, "-" * 4, "00") for _ in range(4)), "-" * 12, "",
            "-" * 8,
        ).as_json(),
        "history": [[2, "renewal", "2000-01-01"], [1, "first", "2000-01-01"]],
    }
)  # fmt: skip


def find(asked: Question, *, today: date) -> tuple[Finding, bool]:
    """Return the certificate of this number, revoked ones too, and whether this is the name on it. One query.

    False: there is none, or under another name; the finding is then nobody's, and must be drawn but not shown.
    """
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, [asked.number])
        row = cursor.fetchone()
    record = json.loads(row[0] if row else _NOBODY)
    right = hmac.compare_digest(_plain(record["facts"]["holder_name"]), _plain(asked.name))
    return _finding(record, today), right and row is not None


def find_proof(code: str) -> dict[str, object] | None:
    """Return what a proof of hours with this check code says, the name masked; None for none. One query."""
    row = HoursProof.objects.filter(code=code.strip().upper().replace("-", "").replace(" ", "")).first()
    return {**row.facts, "holder_name": masked_name(str(row.facts["holder_name"]))} if row else None


def _finding(record: Mapping[str, Any], today: date) -> Finding:
    facts = record["facts"]
    expired = facts["valid_to"] is not None and facts["valid_to"] < today.isoformat()
    return Finding(
        state="revoked" if record["revoked_on"] else "expired" if expired else "valid",
        name=masked_name(facts["holder_name"]),
        facts=facts,
        revoked_on=record["revoked_on"] or "",
        revocation_reason=record["reason"],
        history=tuple(Change(*row) for row in record["history"]),
    )


def masked_name(name: str) -> str:
    """Return a name with its middle hidden: 王小明 → 王*明, 王明 → 王*. What stands in brackets after it stays."""
    bare, bracket, note = name.partition("（")
    hidden = bare[:1] + "*" * max(len(bare) - 2, 1) + (bare[-1] if len(bare) > 2 else "")  # noqa: PLR2004
    return hidden + bracket + note


def _plain(name: str) -> bytes:
    return hashlib.sha256("".join(name.split()).encode()).digest()
