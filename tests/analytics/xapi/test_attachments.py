"""Attachments in multipart/mixed, and statements that are signed."""

import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.analytics.xapi.conftest import MakeProgram, Program, a_statement

BOUNDARY = "-------314159265358979323846"
MIXED = f"multipart/mixed; boundary={BOUNDARY}"
TEXT = b"here is a simple attachment\r\n--not the boundary"


def attachment(content: bytes, **different: Any) -> dict[str, Any]:
    usual = {
        "usageType": "http://example.com/attachment-usage/test",
        "display": {"en-US": "A test attachment"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": sha256(content).hexdigest(),
    }
    return usual | different


def part(content: bytes, *lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode() + content


def body(*parts: bytes, before: bytes = b"", end: bytes = b"--\r\n") -> bytes:
    dashes = f"--{BOUNDARY}".encode()
    return before + b"".join(dashes + b"\r\n" + each + b"\r\n" for each in parts) + dashes + end


def first(statement: Any) -> bytes:
    return part(json.dumps(statement).encode(), "Content-Type: application/json")


def attached(content: bytes, sha2: str = "") -> bytes:
    named = sha2 or sha256(content).hexdigest()
    return part(
        content, "Content-Type: text/plain", "Content-Transfer-Encoding: binary", f"X-Experience-API-Hash: {named}"
    )


def send(lrs: Program, sent: bytes, content_type: str = MIXED) -> int:
    return lrs.send("POST", "statements", body=sent, content_type=content_type).status_code


def test_an_attachment_comes_back_byte_for_byte(lrs: Program) -> None:
    content = bytes(range(256)) + b"\r\n" + TEXT
    sent = a_statement(attachments=[attachment(content, contentType="image/png")])
    assert send(lrs, b"\r\n" + body(first(sent), attached(content))) == 200
    answer = lrs.get("statements", statementId=sent["id"], attachments=True)
    boundary = answer["Content-Type"].removeprefix("multipart/mixed; boundary=")
    pieces = answer.content.split(b"--" + boundary.encode())
    assert json.loads(pieces[1].split(b"\r\n\r\n", 1)[1])["id"] == sent["id"]
    head, _, told = pieces[2].partition(b"\r\n\r\n")
    assert told.removesuffix(b"\r\n") == content
    assert f"X-Experience-API-Hash: {sha256(content).hexdigest()}".encode() in head
    assert pieces[3] == b"--\r\n"
    plain = lrs.get("statements", statementId=sent["id"], attachments=False)
    assert plain["Content-Type"] == "application/json" and json.loads(plain.content)["id"] == sent["id"]


def test_many_statements_with_attachments_asked_for(lrs: Program) -> None:
    sent = [a_statement(attachments=[attachment(TEXT)]) for _ in range(2)]
    assert send(lrs, body(first(sent), attached(TEXT))) == 200
    answer = lrs.get("statements", attachments=True)
    assert answer.content.count(TEXT) == 1 and answer["Content-Type"].startswith("multipart/mixed; boundary=")


def test_an_attachment_may_be_elsewhere_but_not_nowhere(lrs: Program) -> None:
    there = attachment(TEXT, fileUrl="http://example.com/file.txt")
    assert lrs.post(a_statement(attachments=[there])).status_code == 200
    assert lrs.post(a_statement(attachments=[there, attachment(TEXT)])).status_code == 400
    assert send(lrs, body(first(a_statement(attachments=[attachment(TEXT), attachment(b"2")])), attached(TEXT))) == 400


GOOD = a_statement(attachments=[attachment(TEXT)])
HASH = f"X-Experience-API-Hash: {sha256(TEXT).hexdigest()}"


@pytest.mark.parametrize(
    ("sent", "content_type"),
    [
        (body(first(GOOD), attached(TEXT)), "multipart/form-data; boundary=" + BOUNDARY),
        (body(first(GOOD), attached(TEXT)), "multipart/mixed;"),
        (body(first(GOOD), attached(TEXT)), "multipart/mixed; boundary=another"),
        (body(attached(TEXT), before=first(GOOD) + b"\r\n"), MIXED),
        (body(first(GOOD) + b"\r\n" + attached(TEXT)), MIXED),
        (body(first(GOOD), attached(TEXT), end=b"\r\n"), MIXED),
        (body(part(json.dumps(GOOD).encode(), "Content-Type: text/plain"), attached(TEXT)), MIXED),
        (body(part(json.dumps(GOOD).encode()), attached(TEXT)), MIXED),
        (body(first(GOOD), first(GOOD), attached(TEXT)), MIXED),
        (body(first(GOOD), part(TEXT, "Content-Type: text/plain", "Content-Transfer-Encoding: binary")), MIXED),
        (body(first(GOOD), attached(TEXT, "b0" * 32)), MIXED),
        (body(first(GOOD), attached(TEXT), attached(b"one too many")), MIXED),
        (body(first(GOOD), part(TEXT, "Content-Type: text/plain", "Content-Transfer-Encoding: base64", HASH)), MIXED),
        (body(first(GOOD), part(TEXT, "Content-Type: text/plain", HASH)), MIXED),
        (body(first(GOOD)), MIXED),
        (body(), MIXED),
        (b"", MIXED),
    ],
)
def test_parts_that_do_not_fit_are_refused(lrs: Program, sent: bytes, content_type: str) -> None:
    assert send(lrs, sent, content_type) == 400
    assert lrs.ids() == []


def test_nobody_gets_at_anothers_attachment_by_its_hash(lrs: Program, program: MakeProgram) -> None:
    assert send(lrs, body(first(GOOD), attached(TEXT))) == 200
    other = program("statements/write", "statements/read/mine")
    claim = a_statement(attachments=[attachment(TEXT, fileUrl="http://example.com/x")])
    other.post(claim)
    assert TEXT not in other.get("statements", statementId=claim["id"], attachments=True).content
    reader = program("statements/read")
    assert TEXT not in reader.get("statements", attachments=True).content
    assert TEXT in program("statements/read", "names").get("statements", attachments=True).content


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signer")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return b64encode(made.public_bytes(Encoding.DER)).decode()


def signature(payload: bytes, **header: Any) -> bytes:
    def encoded(data: bytes) -> bytes:
        return urlsafe_b64encode(data).rstrip(b"=")

    signed = encoded(json.dumps({"alg": "RS256"} | header).encode()) + b"." + encoded(payload)
    return signed + b"." + encoded(KEY.sign(signed, padding.PKCS1v15(), hashes.SHA256()))


def signed(statement: dict[str, Any], jws: bytes, **different: Any) -> bytes:
    told = {"usageType": "http://adlnet.gov/expapi/attachments/signature", "contentType": "application/octet-stream"}
    return body(first(statement | {"attachments": [attachment(jws, **(told | different))]}), attached(jws))


def test_a_signed_statement_is_stored(lrs: Program) -> None:
    statement = a_statement()
    assert send(lrs, signed(statement, signature(json.dumps(statement).encode()))) == 200
    statement = a_statement()
    jws = signature(json.dumps(statement).encode(), x5c=[certificate(KEY)])
    assert send(lrs, signed(statement, jws)) == 200


@pytest.mark.parametrize(("duration", "accepted"), [("PT4.12S", True), ("PT4.1299S", True), ("PT4.13S", False)])
def test_what_is_signed_may_be_less_exact_than_a_hundredth_of_a_second(
    lrs: Program, duration: str, accepted: bool
) -> None:
    sent = a_statement(result={"duration": "PT4.1234S"})
    jws = signature(json.dumps(sent | {"result": {"duration": duration}}).encode())
    assert send(lrs, signed(sent, jws)) == (200 if accepted else 400)


def test_a_signature_that_is_none_is_refused(lrs: Program) -> None:
    statement = a_statement()
    payload = json.dumps(statement).encode()
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for jws in (
        signature(payload, alg="HS256"),
        signature(payload, alg="none"),
        signature(payload.replace(b'"', b"'", 1)),
        signature(b"[]"),
        signature(b"{}"),
        signature(json.dumps(a_statement(id=statement["id"], verb={"id": "http://e.com/other"})).encode()),
        signature(json.dumps(a_statement()).encode()),
        signature(payload, x5c=[certificate(other)]),
        signature(payload, x5c=["no certificate"]),
        b"a.b",
        b"no signature at all",
    ):
        assert send(lrs, signed(statement, jws)) == 400, jws
    assert send(lrs, signed(statement, signature(payload), contentType="text/plain; charset=ascii")) == 400
