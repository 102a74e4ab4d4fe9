"""A key for paper and one for credentials, for tests."""

import base64
from functools import cache

from infra.embedded import paper_key

CREDENTIAL_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


@cache
def pem() -> str:
    return paper_key.make()


@cache
def other_certificate() -> bytes:
    """The certificate of a key that signed nothing here."""
    _key, mark, certificate = paper_key.make().partition("-----BEGIN CERTIFICATE-----")
    return (mark + certificate).encode()
