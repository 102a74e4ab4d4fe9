"""Which facts of a certificate may be corrected, and how."""

from collections.abc import Mapping

from lms.certificates.domain.facts import CertificateFacts, FactsUnreadable, facts_from_json

CORRECTABLE = ("holder_name", "issued_on", "replaces")


class BadCorrection(ValueError):
    """Codes: nothing_changed, not_correctable, unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def corrected(facts: CertificateFacts, changes: Mapping[str, str]) -> CertificateFacts:
    """Return the facts with some of them changed; the number and the holder's document never are. Raises BadCorrection."""
    if set(changes) - set(CORRECTABLE):
        raise BadCorrection("not_correctable")
    try:
        found = facts_from_json({**facts.as_json(), **{name: text.strip() for name, text in changes.items()}})
    except FactsUnreadable:
        raise BadCorrection("unreadable") from None
    if found == facts:
        raise BadCorrection("nothing_changed")
    if not found.holder_name:
        raise BadCorrection("unreadable")
    return found
