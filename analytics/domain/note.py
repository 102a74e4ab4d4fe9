"""Tree heads as signed notes: C2SP signed-note, tlog-checkpoint, and the Ed25519 cosignatures of tlog-cosignature.

A note is a text, an empty line, and lines "— name base64(key id ‖ signature)". A checkpoint's text has three lines: the
log's origin, the size of the tree, its root in base64. Whoever knows a log's verifier key ("name+id+key", the form that
Go's tools print) can check a head without us.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from analytics.domain.ed25519 import verify_ed25519
from analytics.domain.merkle import HASH_BYTES

SIGNATURE, COSIGNATURE = 0x01, 0x04  # what a key signs with: a log its notes, a witness its cosignatures
KEY_BYTES, SIGNATURE_BYTES, TIME_BYTES, ID_BYTES = 32, 64, 8, 4
DASH = "— "
LARGEST_SIZE = 2**63 - 1

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]


class BadNote(ValueError):
    """A note, a checkpoint or a key is not what it claims to be; the message says why."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key as its readers know it. kind: SIGNATURE for a log, COSIGNATURE for a witness."""

    name: str
    public: bytes
    kind: int = SIGNATURE

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each signature of this key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    @property
    def text(self) -> str:
        """The key in one line: name+id+base64(kind ‖ key)."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a tree: whose, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: who signed, by which key, and the signature's bytes."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its line break."""
        return f"{DASH}{self.name} {b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart; nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]


def parse_key(text: str) -> VerifierKey:
    """Return the key of a line name+id+base64. Raises BadNote, also when the id is not that of the key."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not parts[0]:  # noqa: PLR2004 — name, id, key
        raise BadNote("a verifier key is written name+id+key")
    data = _from_base64(parts[2])
    if len(data) != 1 + KEY_BYTES or data[0] not in {SIGNATURE, COSIGNATURE}:
        raise BadNote("the verifier key is not of Ed25519")
    key = VerifierKey(parts[0], data[1:], data[0])
    if parts[1] != key.id.hex():
        raise BadNote("the id in the verifier key is not that of its key")
    return key


def parse_note(note: str) -> Note:
    """Return the text and the signatures of a note. Raises BadNote."""
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or any(each < " " and each != "\n" for each in note):
        raise BadNote("a note is a text, an empty line and signatures")
    return Note(text + "\n", tuple(parse_signature(line) for line in lines.splitlines()))


def parse_signature(line: str) -> Signature:
    """Return the signature of one line. Raises BadNote."""
    dash, _, rest = line.rstrip("\n").partition(" ")
    name, _, encoded = rest.partition(" ")
    data = _from_base64(encoded)
    if dash != DASH.strip() or not name or len(data) <= ID_BYTES:
        raise BadNote("a line under the note is no signature")
    return Signature(name, data[:ID_BYTES], data[ID_BYTES:])


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the head that a note's text tells. Lines after the third are let through unread. Raises BadNote."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):  # noqa: PLR2004 — three lines, each with its line break
        raise BadNote("a checkpoint has an origin, a size and a root, each on a line")
    size, root = lines[1], _from_base64(lines[2])
    if not (size.isascii() and size.isdecimal()) or str(int(size[:20])) != size or int(size) > LARGEST_SIZE:
        raise BadNote("the size in the checkpoint is no number")
    if len(root) != HASH_BYTES:
        raise BadNote("the root in the checkpoint is no SHA-256")
    return Checkpoint(lines[0], int(size), root)


def opened(note: str, keys: Iterable[VerifierKey], verify: Verify = verify_ed25519) -> Checkpoint:
    """Return the head of a checkpoint that is signed by one of a log's keys under its own name. Raises BadNote.

    As the specification asks: a bad signature by a known key refuses the whole, one by an unknown key is passed over.
    """
    parsed = parse_note(note)
    head = parse_checkpoint(parsed.text)
    known = {(key.name, key.id): key for key in keys if key.kind == SIGNATURE}
    good = 0
    for each in parsed.signatures:
        key = known.get((each.name, each.key_id))
        if key is None:
            continue
        if key.name != head.origin:
            raise BadNote(f"the head of {head.origin} is signed by the key of {key.name}")
        if not verify(key.public, parsed.text.encode(), each.value):
            raise BadNote("forged signature: the log's key has not signed this head")
        good += 1
    if not good:
        raise BadNote("no signature by a known key of the log")
    return head


def cosigned_at(text: str, signature: Signature, key: VerifierKey, verify: Verify = verify_ed25519) -> int:
    """Return when a witness cosigned a checkpoint's text, in seconds since 1970. Raises BadNote."""
    if (signature.name, signature.key_id) != (key.name, key.id) or key.kind != COSIGNATURE:
        raise BadNote("the cosignature is not by this witness")
    if len(signature.value) != TIME_BYTES + SIGNATURE_BYTES:
        raise BadNote("the cosignature has not its length")
    at = int.from_bytes(signature.value[:TIME_BYTES], "big")
    if not verify(key.public, cosigned_text(text, at), signature.value[TIME_BYTES:]):
        raise BadNote(f"forged cosignature: {key.name} has not cosigned this head")
    return at


def cosigned_text(text: str, at: int) -> bytes:
    """Return the bytes that a witness signs for a checkpoint's text."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def joined(text: str, signatures: Sequence[Signature]) -> str:
    """Return the note of a text and its signatures."""
    return text + "\n" + "".join(each.line for each in signatures)


def _from_base64(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise BadNote("what should be base64 is none") from None
    if b64encode(data).decode() != text:
        raise BadNote("the base64 is not in its one form")
    return data
