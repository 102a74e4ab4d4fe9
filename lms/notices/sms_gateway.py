"""The only file that sends SMS: to an operator's HTTP gateway, or in the demo to nobody.

The operator's gateway gets `POST {"to", "text", "key"}` with a bearer token and answers `{"receipt": "…"}`. It must know the
key: the same key twice is one SMS.
"""

import json
import urllib.error
import urllib.request
from typing import Protocol

from django.conf import settings

TIMEOUT_SECONDS = 10


class Undelivered(Exception):
    """The gateway did not take the message; trying again may help. The text says why, without address or message."""


class SmsGateway(Protocol):
    """Sends one SMS and returns the gateway's receipt. Raises Undelivered."""

    def send(self, *, phone: str, text: str, key: str) -> str: ...


class DemoGateway:
    """Takes every message and sends none: the outbox page shows what would have gone out."""

    def send(self, *, phone: str, text: str, key: str) -> str:
        del phone, text
        return f"demo-{key}"[:80]


class HttpGateway:
    """An operator's gateway."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def send(self, *, phone: str, text: str, key: str) -> str:
        request = urllib.request.Request(  # noqa: S310 — the address is the operator's setting
            self._url,
            data=json.dumps({"to": phone, "text": text, "key": key}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 — as above
                return str(json.loads(answer.read(65536)).get("receipt", ""))[:80]
        except urllib.error.HTTPError as error:
            raise Undelivered(f"HTTP {error.code}") from None
        except (OSError, ValueError, AttributeError) as error:
            raise Undelivered(type(error).__name__) from None


def gateway() -> SmsGateway | None:
    """Return the gateway of this installation; None = it has none."""
    if settings.SMS_GATEWAY_URL:
        return HttpGateway(settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN)
    return DemoGateway() if settings.DEMO else None
