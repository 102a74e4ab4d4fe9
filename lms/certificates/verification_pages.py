"""The answers of the verification page, prepared once a process and language: a stranger's question costs one filling.

All pieces are prepared together, so that no answer is slower because its like was never asked for before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from secrets import token_bytes
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from lms.certificates.credential_key import credential_key
from lms.certificates.domain.credential import did_of, public_multibase
from lms.certificates.domain.token import CONTEXT
from lms.certificates.forms import ProofForm, VerifyForm
from lms.certificates.models import CertificateVersion
from lms.certificates.prepared import Prepared, Slot, prepared
from lms.certificates.verification import Finding, Question

PAGE, FOUND = "certificates/verify.html", "certificates/_found.html"
STATES = {"valid": "done", "expired": "pending", "revoked": "danger"}
_PLACES = {letter: place for place, letter in enumerate(CSRF_ALLOWED_CHARS)}
FACTS = ("number", "post_name", "region_name", "issuer", "valid_from")


@dataclass(frozen=True, slots=True)
class Pieces:
    """found: by state, whether there is a last day, and whether there are hours. kinds: of versions, in words."""

    hour: Prepared
    change: Prepared
    found: Mapping[tuple[str, bool, bool], Prepared]
    kinds: Mapping[str, str]


def drawn(finding: Finding) -> SafeString:
    """Return what a stranger is shown of a certificate."""
    pieces, facts = _pieces(get_language() or ""), finding.facts
    values = {name: facts[name] for name in FACTS} | {
        "name": finding.name,
        "reason": finding.revocation_reason,
        "revoked_on": finding.revoked_on,
        "valid_to": facts["valid_to"] or "",
        "hours": _joined(pieces.hour, ({"hours": item.hours, "name": item.name} for item in finding.hours)),
        "history": _joined(
            pieces.change,
            (
                {"day": item.issued_on, "version": str(item.version), "kind": pieces.kinds.get(item.kind, item.kind)}
                for item in finding.history
            ),
        ),
    }
    return _safe(pieces.found[finding.state, facts["valid_to"] is not None, bool(facts["hours"])].fill(values))


def page(request: HttpRequest, *, asked: Question | None = None, found: bool = False, drawn: str = "") -> str:
    """Return the page for anybody: the blank one, or the answer to a question."""
    if not _is_a_stranger(request):
        return _whole(request, asked, found, drawn)
    way = "blank" if asked is None else "found" if found else "nothing"
    shell = _shell(request, way, settings.CREDENTIAL_KEY, get_language() or "")
    values = {"csrf": _token(request), "drawn": drawn}
    return shell.fill(values | ({"number": asked.number, "name": asked.name} if asked else {}))


def context_of(**more: object) -> dict[str, Any]:
    """Return what the template needs whatever was asked."""
    return {"form": VerifyForm(), "proof_form": ProofForm(), "key": _key_for_pages(), **more}


def _whole(request: HttpRequest, asked: Question | None, found: bool, drawn: str, **more: object) -> str:
    context = context_of(**more)
    if asked is not None:
        form = VerifyForm({"number": asked.number, "name": asked.name})
        context |= {"form": form, "answered": True, "found": found, "drawn": drawn}
    return render_to_string(PAGE, context, request)


def _token(request: HttpRequest) -> str:
    """Return a token for the forms: another one on each page, made of the visitor's own secret as Django makes it.

    Django draws each of its letters by itself from the system's randomness and sends the cookie again; on a page that asks
    the database one question that is a tenth of all. A visitor without a cookie is given one by Django.
    """
    secret = request.META.get("CSRF_COOKIE")
    return masked(secret) if isinstance(secret, str) and len(secret) == CSRF_SECRET_LENGTH else get_token(request)


def masked(secret: str) -> str:
    """Return a mask of random letters, and the secret moved by it: what CsrfViewMiddleware takes apart again."""
    count = len(CSRF_ALLOWED_CHARS)
    even = 256 - 256 % count  # of bytes: every letter is as likely as another
    mask: list[int] = []
    while len(mask) < len(secret):
        mask += [byte % count for byte in token_bytes(len(secret) + 8) if byte < even]
    moved = [(_PLACES[letter] + step) % count for letter, step in zip(secret, mask, strict=False)]
    return "".join([CSRF_ALLOWED_CHARS[place] for place in (*mask[: len(secret)], *moved)])


def _is_a_stranger(request: HttpRequest) -> bool:
    """Nobody of ours, nothing to be told, no address of its own: the page differs by the question alone."""
    if settings.DEBUG or settings.SESSION_COOKIE_NAME in request.COOKIES or request.META.get("QUERY_STRING"):
        return False
    return "messages" not in request.COOKIES or not len(get_messages(request))


_shells: dict[tuple[str, ...], Prepared] = {}


def _shell(request: HttpRequest, way: str, *also: str) -> Prepared:
    key = (way, *also)
    if key not in _shells:
        _shells.clear() if len(_shells) > 32 else None  # noqa: PLR2004 — other keys: only tests have many
        for each in ("blank", "found", "nothing"):
            asked = None if each == "blank" else Question(Slot("number"), Slot("name"))
            page = _whole(request, asked, each == "found", _safe(Slot("drawn")), csrf_token=Slot("csrf"))
            _shells[each, *also] = prepared(page)
    return _shells[key]


@lru_cache(maxsize=8)
def _pieces(language: str) -> Pieces:
    """language: the active one, which the templates read by themselves."""
    facts = {name: Slot(name) for name in FACTS}

    def found(state: str, ends: bool, hours: bool) -> Prepared:
        finding = {
            "state": state,
            "colour": STATES[state],
            "name": Slot("name"),
            "facts": {**facts, "valid_to": Slot("valid_to") if ends else None},
            "revoked_on": Slot("revoked_on") if state == "revoked" else None,
            "revocation_reason": Slot("reason"),
        }
        rows = {"hours": Slot("hours") if hours else "", "history": Slot("history")}
        return prepared(render_to_string(FOUND, {"finding": finding, **rows}))

    return Pieces(
        hour=prepared(render_to_string(f"{FOUND}#hour", {"item": {"hours": Slot("hours"), "name": Slot("name")}})),
        change=prepared(
            render_to_string(
                f"{FOUND}#change", {"item": {"day": Slot("day"), "version": Slot("version"), "kind": Slot("kind")}}
            )
        ),
        found={shape: found(*shape) for shape in product(STATES, (True, False), (True, False))},
        kinds={value: str(label) for value, label in CertificateVersion.Kind.choices},
    )


def _joined(piece: Prepared, rows: Any) -> SafeString:
    return _safe("".join(piece.fill(row) for row in rows))


def _safe(text: str) -> SafeString:
    """Mark as safe what templates and Prepared.fill have escaped."""
    return mark_safe(text)  # noqa: S308 — drawn by templates, every value escaped


def _key_for_pages() -> dict[str, str] | None:
    """Return what a page needs to verify a QR code by itself."""
    key = credential_key()
    if key is None:
        return None
    public = key.public_key()
    return {
        "raw": public.public_bytes_raw().hex(),
        "did": did_of(public),
        "context": CONTEXT.decode(),
        "multibase": public_multibase(public),
    }
