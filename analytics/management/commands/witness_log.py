"""Be a witness of somebody's learning log: check that its newest head goes on from the last, and cosign it."""

import json
import os
import time
import urllib.request
from base64 import b64decode, urlsafe_b64decode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.domain.note import (
    COSIGNATURE,
    BadNote,
    Signature,
    VerifierKey,
    cosigned_text,
    joined,
    parse_checkpoint,
    parse_key,
    parse_note,
)
from analytics.domain.witness import accepted
from analytics.learning_log.signer import verify_quickly

PATIENCE_SECONDS = 30
LARGEST_ANSWER = 1_000_000


class Command(BaseCommand):
    """For an authority or association that runs a copy of this program for nothing but this; no database is asked."""

    help = "Fetches a log's newest head, checks that nothing was rewritten since the last time, and prints it cosigned."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which log, by which keys."""
        parser.add_argument("url", help="where the log is: https://learn.example/log")
        parser.add_argument("--log-key", required=True, help="the log's verifier key, from elsewhere than the log")
        parser.add_argument("--name", required=True, help="the witness's name, for example witness.example/w1")
        parser.add_argument("--key-file", type=Path, required=True, help="the witness's key: 32 bytes, URL-safe base64")
        parser.add_argument("--state", type=Path, required=True, help="where the last cosigned head is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        """Cosign once. Raises CommandError with the reason not to."""
        url, state = options["url"].rstrip("/"), options["state"]
        if not url.startswith(("https://", "http://")):
            raise CommandError("the log's address begins with https://")
        try:
            private = Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(options["key_file"].read_text().strip()))
            witness = VerifierKey(options["name"], private.public_key().public_bytes_raw(), COSIGNATURE)
            note = self.fetch(f"{url}/checkpoint")
            kept = state.read_text(encoding="utf-8") if state.exists() else None
            proof = self.proof(url, kept, note) if kept else []
            accepted(note, kept, proof, log_keys=[parse_key(options["log_key"])], verify=verify_quickly)
        except (BadNote, OSError, ValueError) as wrong:
            raise CommandError(f"not cosigned: {wrong}") from None
        keep(state, note)  # before the signature leaves: a witness never signs two pasts
        at = int(time.time())
        text = parse_note(note).text
        value = at.to_bytes(8, "big") + private.sign(cosigned_text(text, at))
        self.stdout.write(joined(text, [Signature(witness.name, witness.id, value)]), ending="")
        self.stderr.write(f"verifier key {witness.text}")

    def proof(self, url: str, kept: str, note: str) -> list[bytes]:
        """Ask the log to show that the new head goes on from the one kept. Equal sizes need no proof."""
        size1, size2 = (parse_checkpoint(parse_note(each).text).size for each in (kept, note))
        if size1 >= size2:
            return []
        told = json.loads(self.fetch(f"{url}/proof/consistency?from={size1}&to={size2}"))
        return [b64decode(each) for each in told["proof"]]

    def fetch(self, url: str) -> str:
        """Return what the log answers."""
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 — the scheme was looked at
            data: bytes = answer.read(LARGEST_ANSWER)
        return data.decode()


def keep(state: Path, note: str) -> None:
    """Write whole or not at all, and wait for the disk."""
    new = state.with_name(state.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    new.replace(state)
