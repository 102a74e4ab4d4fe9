"""What stands on a certificate: copied as text when a version is issued, and never read live afterwards."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date


class FactsUnreadable(ValueError):
    """A stored or received value is not what stands on a certificate: the name of the first field that is wrong."""


@dataclass(frozen=True, slots=True)
class HoursFact:
    """Hours of one category. hours: exact, as text ("12", "31.9")."""

    code: str
    name: str
    hours: str


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One version of a certificate as it is printed.

    id_masked: only the last characters stand in clear. id_hash: hex of a hash keyed by the exchange (not the number's blind
    index of any database). valid_to is the last day (inclusive), None = without end. hours: of the cycle that led to this
    version, () for a first one. rule_set: code and version. photo_ref: key of the picture in private storage, "" = none.
    replaces: number of the old paper certificate that this one was given for, or "".
    """

    number: str
    holder_name: str
    id_masked: str
    id_hash: str
    post_code: str
    post_name: str
    region_code: str
    region_name: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    hours: tuple[HoursFact, ...]
    rule_set: str
    photo_ref: str
    issuer: str
    replaces: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the value as it is stored and sent: texts, a list of texts for hours, null for no end."""
        plain: dict[str, object] = asdict(self)
        for name in ("issued_on", "valid_from"):
            plain[name] = getattr(self, name).isoformat()
        plain["valid_to"] = self.valid_to.isoformat() if self.valid_to else None
        plain["hours"] = [[item.code, item.name, item.hours] for item in self.hours]
        return plain

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the stored form with sorted keys: equal for equal facts in two installations."""
        text = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


_TEXTS = tuple(
    item.name for item in fields(CertificateFacts) if item.name not in {"issued_on", "valid_from", "valid_to", "hours"}
)


def facts_from_json(plain: Mapping[str, object]) -> CertificateFacts:
    """Return the facts of a stored or received value. Raises FactsUnreadable."""
    unknown = set(plain) - {item.name for item in fields(CertificateFacts)}
    if unknown:
        raise FactsUnreadable(min(unknown))
    texts = {name: _text(plain, name) for name in _TEXTS}
    return CertificateFacts(
        **texts,
        issued_on=_day(plain, "issued_on"),
        valid_from=_day(plain, "valid_from"),
        valid_to=None if plain.get("valid_to") is None else _day(plain, "valid_to"),
        hours=_hours(plain.get("hours")),
    )


def _text(plain: Mapping[str, object], name: str) -> str:
    value = plain.get(name, "" if name == "replaces" else None)
    if not isinstance(value, str):
        raise FactsUnreadable(name)
    return value


def _day(plain: Mapping[str, object], name: str) -> date:
    try:
        return date.fromisoformat(_text(plain, name))
    except ValueError:
        raise FactsUnreadable(name) from None


def _hours(value: object) -> tuple[HoursFact, ...]:
    if not isinstance(value, list):
        raise FactsUnreadable("hours")
    found = []
    for row in value:
        if not (isinstance(row, list) and len(row) == len(fields(HoursFact)) and all(isinstance(x, str) for x in row)):
            raise FactsUnreadable("hours")
        found.append(HoursFact(*row))
    return tuple(found)
