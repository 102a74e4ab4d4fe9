"""Signed statements (Data 2.6): a JWS beside the statement whose payload is the statement, signed with RS256, RS384 or RS512."""

from base64 import b64decode, urlsafe_b64decode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_der_x509_certificate

from analytics.xapi.domain import strict_json
from analytics.xapi.domain.shapes import Refused
from analytics.xapi.domain.strict_json import JsonObject
from analytics.xapi.domain.telling import same

USAGE = "http://adlnet.gov/expapi/attachments/signature"
CONTENT_TYPE = "application/octet-stream"
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "RS256": hashes.SHA256,
    "RS384": hashes.SHA384,
    "RS512": hashes.SHA512,
}
_PARTS = 3


def check_signature(statement: JsonObject, content: bytes, content_type: str) -> None:
    """Refuse a signature that is malformed, that signs another statement, or that its own certificate (x5c) disproves.

    Whose certificate it is remains for the reader to judge, as xAPI has it. Raises Refused.
    """
    if content_type.split(";", maxsplit=1)[0].strip().lower() != CONTENT_TYPE:
        raise Refused(f"signature: contentType must be {CONTENT_TYPE}")
    parts = content.split(b".")
    if len(parts) != _PARTS:
        raise Refused("signature: is no compact JWS")
    header, payload = _json(parts[0]), _json(parts[1])
    algorithm = _HASHES.get(str(header.get("alg")))
    if algorithm is None:
        raise Refused("signature: alg must be RS256, RS384 or RS512")
    if "x5c" in header:
        _verify(header["x5c"], content.rsplit(b".", 1)[0], _decoded(parts[2]), algorithm())
    try:
        agrees = same(payload, statement)
    except (KeyError, TypeError, AttributeError):
        agrees = False
    if not agrees or str(payload.get("id", statement.get("id"))).lower() != str(statement.get("id")).lower():
        raise Refused("signature: signs another statement")


def _verify(chain: object, signed: bytes, signature: bytes, algorithm: hashes.HashAlgorithm) -> None:
    try:
        if not isinstance(chain, list) or not chain:
            raise ValueError
        key = load_der_x509_certificate(b64decode(chain[0], validate=True)).public_key()
        if not isinstance(key, RSAPublicKey):
            raise ValueError
        key.verify(signature, signed, PKCS1v15(), algorithm)
    except InvalidSignature:
        raise Refused("signature: was not made with the key of its certificate") from None
    except (ValueError, TypeError):
        raise Refused("signature: x5c holds no certificate with an RSA key") from None


def _json(part: bytes) -> JsonObject:
    try:
        found = strict_json.loads(_decoded(part))
    except strict_json.NotJson:
        raise Refused("signature: its header or payload is no JSON") from None
    if not isinstance(found, dict):
        raise Refused("signature: its header or payload is no JSON object")
    return found


def _decoded(part: bytes) -> bytes:
    try:
        return urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except NotBase64:
        raise Refused("signature: is not base64url") from None
