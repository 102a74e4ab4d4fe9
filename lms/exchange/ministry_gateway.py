"""The only file that speaks to another installation: one signed POST, one signed answer."""

import urllib.error
import urllib.request
from dataclasses import dataclass

from lms.exchange.domain.envelope import LARGEST_BYTES, SIGNATURE_HEADER

TIMEOUT_SECONDS = 20
PATH = "/exchange/v1/messages/"


class Unreachable(Exception):
    """No answer came, or none that can be one; sending again may help. The text says why, without contents."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer and its signature, unchecked."""

    data: bytes
    signature: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A peer that moved is given another address by an operator; a signed message follows nobody."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def post(url: str, data: bytes, signature: str) -> Answer:
    """Send a message to a peer's address and return its answer. Raises Unreachable."""
    request = urllib.request.Request(  # noqa: S310 — the address is an operator's setting
        url.rstrip("/") + PATH, data=data, headers={"Content-Type": "application/json", SIGNATURE_HEADER: signature}
    )
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            found = Answer(answer.read(LARGEST_BYTES + 1), answer.headers.get(SIGNATURE_HEADER, ""))
    except urllib.error.HTTPError as error:
        raise Unreachable(f"HTTP {error.code}") from None
    except (OSError, ValueError) as error:
        raise Unreachable(type(error).__name__) from None
    if len(found.data) > LARGEST_BYTES:
        raise Unreachable("answer too long")
    return found
