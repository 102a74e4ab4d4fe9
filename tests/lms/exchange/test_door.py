"""The door for other installations: who is let in, and what they cannot do."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lms.exchange.actions import name_peer
from lms.exchange.domain.envelope import Envelope, read, sign, verify
from lms.exchange.keys import own_public_key
from lms.exchange.models import InboxMessage
from tests.people import administrator, learner

pytestmark = pytest.mark.django_db
DOOR = "/exchange/v1/messages/"
KEY = Ed25519PrivateKey.from_private_bytes(b"7" * 32)


@pytest.fixture(autouse=True)
def known_platform(settings: Settings) -> None:
    settings.EXCHANGE_CODE = settings.EXCHANGE_ISSUER_CODE = "issuer"
    settings.CERTIFICATE_ROLES = ["issuer"]
    name_peer(
        code="platform", role="platform", url="http://127.0.0.1:1", public_key=KEY.public_key().public_bytes_raw()
    )


def message(**changes: object) -> Envelope:
    values: dict[str, object] = {
        "id": uuid4(),
        "kind": "certificates.compare",
        "sender": "platform",
        "recipient": "issuer",
        "sent_at": datetime(2026, 5, 9, tzinfo=UTC),
        "body": {"known": [["例-1", "00", False]]},
        **changes,
    }
    return Envelope(**values)  # type: ignore[arg-type]


def knock(data: bytes, signature: str, client: Client | None = None) -> tuple[int, bytes, str]:
    answer = (client or Client()).post(DOOR, data, "application/json", headers={"X-Zhuxue-Signature": signature})
    return answer.status_code, answer.content, answer.headers.get("X-Zhuxue-Signature", "")


def test_a_signed_message_gets_a_signed_answer_the_same_each_time() -> None:
    sent = message()
    data = sent.to_bytes()
    one, two = (knock(data, sign(data, KEY)) for _ in range(2))
    for status, body, signature in (one, two):
        assert status == 200
        verify(body, signature, own_public_key())
    first, second = read(one[1]), read(two[1])
    assert (first.answers, first.sender, first.recipient) == (sent.id, "issuer", "platform")
    assert (first.id, first.body) == (second.id, second.body)
    assert first.body == {"outcome": "compared", "differing": [], "unknown": ["例-1"]}
    assert InboxMessage.objects.get().times == 2


def test_a_message_that_was_changed_on_its_way_is_not_let_in() -> None:
    data = message().to_bytes()
    signature = sign(data, KEY)
    assert knock(data.replace("例-1".encode(), "例-2".encode()), signature)[0] == 403
    assert knock(data, b64encode(b"0" * 64).decode())[0] == 403
    assert knock(data, "no base64 at all")[0] == 403
    assert not InboxMessage.objects.exists()


@pytest.mark.parametrize("changes", [{"sender": "nobody"}, {"recipient": "somebody-else"}])
def test_strangers_and_messages_for_others_are_not_let_in(changes: dict[str, object]) -> None:
    data = message(**changes).to_bytes()
    assert knock(data, sign(data, KEY))[0] == 403


def test_an_id_is_used_once() -> None:
    one = message()
    data = one.to_bytes()
    assert knock(data, sign(data, KEY))[0] == 200
    other = message(id=one.id, body={"known": []}).to_bytes()
    assert knock(other, sign(other, KEY))[0] == 409


def test_a_platform_cannot_speak_as_an_issuer() -> None:
    data = message(kind="certificates.changed", body={"certificate": {}}).to_bytes()
    status, body, _ = knock(data, sign(data, KEY))
    assert (status, read(body).body) == (200, {"outcome": "refused", "code": "unknown_kind"})


@pytest.mark.parametrize("kind", ["certificates.ask", "certificates.compare", "certificates.conquer"])
@pytest.mark.parametrize("body", [{}, {"known": 7}, {"request_uuid": 7}, {"known": [[1], "x", None, [1, 2, 3]]}])
def test_a_body_that_cannot_be_read_is_answered_and_breaks_nothing(kind: str, body: dict[str, object]) -> None:
    data = message(kind=kind, body=body).to_bytes()
    status, got, _ = knock(data, sign(data, KEY))
    assert status == 200
    assert read(got).body["outcome"] in {"refused", "compared"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"v": 2}',
        json.dumps({"v": 1, "kind": "x"}).encode(),
        b"[" * 100_000,
        b'"' + b"x" * 2_000_000,
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    assert knock(data, sign(data, KEY))[0] in {400, 413}


def test_the_desk_is_for_administrators(client: Client) -> None:
    data = message().to_bytes()
    knock(data, sign(data, KEY))
    client.force_login(learner())
    assert client.get(reverse("exchange:desk")).status_code == 403
    client.force_login(administrator())
    assert "certificates.compare" in client.get(reverse("exchange:desk")).content.decode()
