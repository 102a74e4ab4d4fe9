"""A signed list of papers that go out together."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from lms.certificates.pdf import listing, signing
from lms.certificates.pdf.listing import ListedPaper

__all__ = ["ListedPaper", "signed_list"]


def signed_list(*, company: str, papers: Sequence[ListedPaper], at: datetime) -> bytes:
    """Return the list as a signed PDF: whoever has it can tell whether a paper of it was exchanged.

    Raises GlyphsMissing, NoSigningKey.
    """
    return signing.sign(listing.draw(company, papers, made_on=timezone.localdate(at)))
