"""What a platform asks of an issuer, and what the issuer says: the bodies of the messages between them.

An answer carries the whole certificate, never a difference: taking one in twice, or an old one after a new one, changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from lms.certificates.domain.facts import CertificateFacts, FactsUnreadable, HoursFact, facts_from_json

T = TypeVar("T")


class Deed(StrEnum):
    """What is asked for. The values stand in messages: never rename one."""

    FIRST = "first"
    RENEWAL = "renewal"
    EXCHANGE = "exchange"


class Refused(StrEnum):
    """Why the issuer does not do what it is asked. The values stand in messages."""

    UNREADABLE = "unreadable"
    UNKNOWN_NUMBER = "unknown_number"
    OTHER_HOLDER = "other_holder"
    REVOKED = "revoked"
    POST_WITHOUT_NUMBER = "post_without_number"
    HOURS_SHORT = "hours_short"
    NO_RULES = "no_rules"
    DRAFT_RULES = "draft_rules"
    CYCLE_SETTLED = "cycle_settled"
    ISSUED_BEFORE = "issued_before"
    SERIES_EXHAUSTED = "series_exhausted"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. number: of the certificate to renew, "" otherwise. old_number: of the paper one that is exchanged.

    cycle: the one that was completed (0 for a first certificate). resolved: an authority has let a cycle on hold be
    renewed. rule_code, rule_version: by which the platform judged.
    """

    request_uuid: UUID
    deed: Deed
    number: str
    old_number: str
    holder_name: str
    id_masked: str
    id_hash: str
    post_code: str
    region_code: str
    issued_on: date | None
    cycle: int
    hours: tuple[HoursFact, ...]
    rule_code: str
    rule_version: str
    resolved: bool
    photo_ref: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "request_uuid": str(self.request_uuid),
            "deed": self.deed.value,
            **{name: getattr(self, name) for name in _TEXTS},
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "cycle": self.cycle,
            "hours": [[item.code, item.name, item.hours] for item in self.hours],
            "resolved": self.resolved,
        }


_TEXTS = (
    "number",
    "old_number",
    "holder_name",
    "id_masked",
    "id_hash",
    "post_code",
    "region_code",
    "rule_code",
    "rule_version",
    "photo_ref",
)


@dataclass(frozen=True, slots=True)
class VersionSent:
    """One version as the issuer gave it."""

    version: int
    kind: str
    facts: CertificateFacts
    cycle: int | None
    request_uuid: UUID | None
    reason: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A certificate as the issuer knows it, with all its versions, the newest last. revoked_at None = in force."""

    number: str
    post_code: str
    region_code: str
    revoked_at: datetime | None
    revocation_reason: str
    versions: tuple[VersionSent, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "post_code": self.post_code,
            "region_code": self.region_code,
            "revoked_at": self.revoked_at.isoformat() if self.revoked_at else None,
            "revocation_reason": self.revocation_reason,
            "versions": [
                {
                    "version": item.version,
                    "kind": item.kind,
                    "facts": item.facts.as_json(),
                    "facts_sha256": item.facts.digest,
                    "cycle": item.cycle,
                    "request_uuid": str(item.request_uuid) if item.request_uuid else None,
                    "reason": item.reason,
                    "issued_at": item.issued_at.isoformat(),
                }
                for item in self.versions
            ],
        }


class AskUnreadable(ValueError):
    """A body is not of its shape: the name of the first field that is wrong."""


def ask_from_json(body: Mapping[str, object]) -> Ask:
    """Return the request of a body. Raises AskUnreadable."""
    texts = {name: _typed(body, name, str) for name in _TEXTS}
    if not texts["id_hash"] or not texts["holder_name"]:
        raise AskUnreadable("holder")
    return Ask(
        request_uuid=_uuid(body, "request_uuid"),
        deed=_deed(body),
        issued_on=None if body.get("issued_on") is None else _day(body, "issued_on"),
        cycle=_typed(body, "cycle", int),
        hours=_hours(body),
        resolved=_typed(body, "resolved", bool),
        **texts,
    )


def snapshot_from_json(body: Mapping[str, object]) -> Snapshot:
    """Return the certificate of a body, each version's facts checked against its hash. Raises AskUnreadable."""
    versions = tuple(_version(item) for item in _typed(body, "versions", list))
    if [item.version for item in versions] != list(range(1, len(versions) + 1)) or not versions:
        raise AskUnreadable("versions")
    number = _typed(body, "number", str)
    if any(item.facts.number != number for item in versions):
        raise AskUnreadable("number")
    return Snapshot(
        number=number,
        post_code=_typed(body, "post_code", str),
        region_code=_typed(body, "region_code", str),
        revoked_at=None if body.get("revoked_at") is None else _moment(body, "revoked_at"),
        revocation_reason=_typed(body, "revocation_reason", str),
        versions=versions,
    )


def _version(body: object) -> VersionSent:
    if not isinstance(body, dict):
        raise AskUnreadable("versions")
    try:
        facts = facts_from_json(_typed(body, "facts", dict))
    except FactsUnreadable as error:
        raise AskUnreadable(f"facts.{error}") from None
    if facts.digest != body.get("facts_sha256"):
        raise AskUnreadable("facts_sha256")
    return VersionSent(
        version=_typed(body, "version", int),
        kind=_typed(body, "kind", str),
        facts=facts,
        cycle=None if body.get("cycle") is None else _typed(body, "cycle", int),
        request_uuid=None if body.get("request_uuid") is None else _uuid(body, "request_uuid"),
        reason=_typed(body, "reason", str),
        issued_at=_moment(body, "issued_at"),
    )


def _typed(body: Mapping[str, object], name: str, kind: type[T]) -> T:
    value = body.get(name)
    if type(value) is not kind:
        raise AskUnreadable(name)
    return value


def _deed(body: Mapping[str, object]) -> Deed:
    try:
        return Deed(_typed(body, "deed", str))
    except ValueError:
        raise AskUnreadable("deed") from None


def _uuid(body: Mapping[str, object], name: str) -> UUID:
    try:
        return UUID(_typed(body, name, str))
    except ValueError:
        raise AskUnreadable(name) from None


def _day(body: Mapping[str, object], name: str) -> date:
    try:
        return date.fromisoformat(_typed(body, name, str))
    except ValueError:
        raise AskUnreadable(name) from None


def _moment(body: Mapping[str, object], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_typed(body, name, str))
    except ValueError:
        raise AskUnreadable(name) from None
    if found.tzinfo is None:
        raise AskUnreadable(name)
    return found


def _hours(body: Mapping[str, object]) -> tuple[HoursFact, ...]:
    found = []
    for row in _typed(body, "hours", list):
        if not (isinstance(row, list) and len(row) == 3 and all(isinstance(item, str) for item in row)):  # noqa: PLR2004 — code, name, hours
            raise AskUnreadable("hours")
        found.append(HoursFact(*row))
    return tuple(found)
