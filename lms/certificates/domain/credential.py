"""The certificate as a W3C Verifiable Credential 2.0 and Open Badges 3.0, proved by Data Integrity `eddsa-jcs-2022`.

Sources: VC Data Model 2.0; Open Badges 3.0 section 8; vc-di-eddsa section 3.3 (JCS, RFC 8785); Bitstring Status List 1.0.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
LIST_BITS = 131_072  # the least length that hides who is meant (Bitstring Status List 6.1)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # multicodec of an Ed25519 public key


def base58(data: bytes) -> str:
    """Return base58btc, leading zero bytes as leading ones."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def canonical(value: object) -> bytes:
    """Return the JSON Canonicalization Scheme (RFC 8785) of texts, whole numbers, booleans, null, lists and objects.

    Keys sort by UTF-16 code units. Other numbers are not written here: their canonical form is another matter.
    """
    return _canonical(value).encode()


def _canonical(value: object) -> str:
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_canonical(name)}:{_canonical(item)}" for name, item in items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_canonical(item) for item in value) + "]"
    if value is None or isinstance(value, str | bool | int):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"no canonical form here for {type(value).__name__}")


def public_multibase(key: Ed25519PublicKey) -> str:
    """Return the key as multibase, as it stands in a did:key and a Multikey."""
    return "z" + base58(_ED25519 + key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def did_of(key: Ed25519PublicKey) -> str:
    """Return the issuer's name that is the key itself (did:key method)."""
    return f"did:key:{public_multibase(key)}"


def prove(document: Mapping[str, Any], key: Ed25519PrivateKey, *, created: str) -> dict[str, Any]:
    """Return the document with its proof. created: UTC, ISO 8601 with Z."""
    public = key.public_key()
    options: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": created,
        "verificationMethod": f"{did_of(public)}#{public_multibase(public)}",
        "proofPurpose": "assertionMethod",
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(_hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": "z" + base58(signature)}}


def _hash_data(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical(dict(options))).digest() + hashlib.sha256(canonical(dict(document))).digest()


def encoded_list(revoked: Iterable[int]) -> str:
    """Return the bitstring of a status list as multibase: bit n set = the n-th credential is revoked. n < LIST_BITS."""
    bits = bytearray(LIST_BITS // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()
