"""Witnesses: they cosign what goes on from what they know, and nothing else; what they cosigned is published."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from analytics.domain.evidence import verify_pack
from analytics.domain.note import BadNote, VerifierKey, parse_key
from analytics.domain.witness import accepted
from analytics.learning_log import queries
from analytics.learning_log.actions import NotOurs, Sequenced, file_cosignature
from analytics.learning_log.models import Cosignature, LogRecord
from analytics.learning_log.signer import Signer
from tests.analytics.learning_log.tampering import House, packed
from tests.analytics.learning_log.witnessing import WITNESS, cosigned

AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]


def newest() -> queries.Head:
    head = queries.latest_head()
    assert head is not None
    return head


@pytest.mark.django_db
def test_a_cosignature_is_checked_filed_once_and_published(
    client: Client, append_many: AppendMany, seal: Seal, signer: Signer, log: House
) -> None:
    head = newest()
    assert file_cosignature(note=head.note + cosigned(head.note), witness=WITNESS)
    assert not file_cosignature(note=head.note + cosigned(head.note, at=5), witness=WITNESS)
    assert client.get("/log/checkpoint").content.decode() == head.note + cosigned(head.note)
    assert verify_pack(packed(log)).cosignatures == 1


@pytest.mark.django_db
def test_what_does_not_verify_is_not_filed(append_many: AppendMany, seal: Seal, signer: Signer) -> None:
    append_many(3)
    seal()
    head = newest()
    stranger = VerifierKey("witness.example/w2", WITNESS.public, WITNESS.kind)
    other = signer.signed(head.size, bytes(32))
    for note, witness in (
        (head.note, WITNESS),
        (head.note + cosigned(head.note), stranger),
        (head.note + cosigned(other), WITNESS),
        (other + cosigned(other), WITNESS),
        (signer.signed(head.size + 1, head.root), WITNESS),
        ("nonsense", WITNESS),
    ):
        with pytest.raises(NotOurs):
            file_cosignature(note=note, witness=witness)
    assert not Cosignature.objects.exists()


@pytest.mark.django_db
def test_a_witness_accepts_only_what_goes_on(append_many: AppendMany, seal: Seal, signer: Signer) -> None:
    append_many(5)
    seal()
    before = newest()
    append_many(9)
    seal()
    after = newest()
    proof = queries.TreeReader().consistency_proof(before.size, after.size)
    keys = [signer.key]
    assert accepted(after.note, before.note, proof, log_keys=keys).size == after.size
    assert accepted(after.note, None, [], log_keys=keys).size == after.size
    assert accepted(after.note, after.note, [], log_keys=keys).size == after.size
    for note, kept, hashes, reason in (
        (before.note, after.note, [], "removed tail"),
        (after.note, before.note, proof[1:], "forked head"),
        (signer.signed(after.size, bytes(32)), before.note, proof, "forked head"),
        (signer.signed(after.size, bytes(32)), after.note, [], "forked head"),
        (Signer(signer.origin, Ed25519PrivateKey.generate()).signed(99, bytes(32)), None, [], "no signature"),
    ):
        with pytest.raises(BadNote, match=reason):
            accepted(note, kept, hashes, log_keys=keys)


@pytest.mark.django_db(transaction=True)
def test_a_witness_far_away(
    live_server: LiveServer, append_many: AppendMany, seal: Seal, signer: Signer, tmp_path: Path
) -> None:
    """By the command and over HTTP, as an authority would, twice; the operator files what it gets."""
    key, state, answer = tmp_path / "key", tmp_path / "state", tmp_path / "answer"
    key.write_text(urlsafe_b64encode(b"the key of a witness, for tests.").decode(), encoding="ascii")

    def witness(log_key: str = signer.key.text) -> str:
        told, said = StringIO(), StringIO()
        call_command("witness_log", f"{live_server.url}/log", f"--log-key={log_key}", f"--name={WITNESS.name}",
                     f"--key-file={key}", f"--state={state}", stdout=told, stderr=said)  # fmt: skip
        assert parse_key(said.getvalue().split()[-1]) == WITNESS
        return told.getvalue()

    for count in (3, 300):
        append_many(count)
        seal()
        answer.write_text(witness(), encoding="utf-8")
        call_command("add_cosignature", str(answer), f"--witness={WITNESS.text}", stdout=StringIO())
        assert Cosignature.objects.filter(head_size=newest().size, witness=WITNESS.name).exists()
        assert state.read_text(encoding="utf-8") == newest().note, "what was seen when it was cosigned"
    state.write_text(signer.signed(2, bytes(32)), encoding="utf-8")
    with pytest.raises(CommandError, match="not cosigned: forked head"):
        witness()
    stranger = VerifierKey(signer.origin, WITNESS.public)
    with pytest.raises(CommandError, match="not cosigned: no signature by a known key"):
        witness(stranger.text)
