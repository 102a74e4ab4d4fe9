"""The log's signing key: the one place that reads it. Only the process that signs heads needs to be given it."""

from base64 import urlsafe_b64decode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from analytics.domain.note import KEY_BYTES, Checkpoint, Signature, VerifierKey, joined


class NoSigningKey(RuntimeError):
    """Heads cannot be signed: the installation has no key for the log, or one that is none."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs heads for one origin."""

    origin: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> VerifierKey:
        """The key by which readers check what this one signs."""
        return VerifierKey(self.origin, self.private.public_key().public_bytes_raw())

    def signed(self, size: int, root: bytes) -> str:
        """Return the signed checkpoint of a tree."""
        text = Checkpoint(self.origin, size, root).text
        return joined(text, [Signature(self.origin, self.key.id, self.private.sign(text.encode()))])


def log_signer() -> Signer:
    """Return the signer of this installation: LMS_LOG_SIGNING_KEY, 32 bytes in URL-safe base64. Raises NoSigningKey."""
    try:
        seed = urlsafe_b64decode(settings.LOG_SIGNING_KEY)
    except ValueError:
        seed = b""
    if len(seed) != KEY_BYTES:
        raise NoSigningKey("LMS_LOG_SIGNING_KEY (or LMS_LOG_SIGNING_KEY_FILE) must hold 32 bytes in URL-safe base64")
    return Signer(settings.LOG_ORIGIN, Ed25519PrivateKey.from_private_bytes(seed))


def verify_quickly(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Do what analytics.domain.ed25519 does, by a library: a hundred times faster."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
