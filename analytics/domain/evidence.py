"""Checking an evidence pack: records, their places in the tree, signed heads, hours. It names the first thing that is wrong.

A pack is a zip: manifest.json, heads.jsonl, records.jsonl. What it holds is either one learner's records with a proof
for each ("learner"), or the whole log from its first record on, in order ("log"). Nothing in a pack is believed: each
thing is checked against the signed heads, and these against heads that the reader has from elsewhere.
"""

import json
import sys
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias

from analytics.domain.ed25519 import verify_ed25519
from analytics.domain.hours_again import LessonHours, Told, hours_again
from analytics.domain.merkle import Frontier, leaf_hash, verify_consistency, verify_inclusion
from analytics.domain.note import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    VerifierKey,
    Verify,
    cosigned_at,
    opened,
    parse_key,
    parse_note,
)

FORMAT = 1
VERSION_BYTE = b"\x01"
TELL_EVERY = 100_000
ARCHIVED = "audit.month_archived"  # the record that tells which records have left the tables

Tell: TypeAlias = Callable[[str], None]
Roots: TypeAlias = dict[int, list[tuple[bytes, str]]]


class Wrong(Exception):
    """The first thing that is wrong, in words: which record, head or signature, and how."""


@dataclass(frozen=True)
class Summary:
    """What a good pack shows. archived: of the records, those that only left their hashes."""

    what: str
    origin: str
    size: int
    root: bytes
    records: int
    heads: int
    cosignatures: int
    archived: int = 0
    hours: Sequence[LessonHours] = ()


@dataclass(frozen=True)
class Line:
    """One record of a pack. kept_hash: as stored beside the record; placed_hash: as stored with its place.

    canonical None = the record has left the tables, and only placed_hash is there.
    """

    id: int
    position: int
    canonical: bytes | None
    kept_hash: bytes | None = None
    placed_hash: bytes | None = None
    columns: dict[str, Any] | None = None
    proof: Sequence[bytes] = ()

    @property
    def named(self) -> str:
        """The record as the sentences of this verifier name it."""
        return f"record #{self.id} at position {self.position}"

    @property
    def data(self) -> bytes:
        """The sealed bytes. Raises Wrong without."""
        if self.canonical is None:
            raise Wrong(f"{self.named}: its bytes are not in the pack")
        return self.canonical

    @property
    def sealed(self) -> dict[str, Any]:
        """What the sealed bytes tell. Raises Wrong when they are no record."""
        canonical = self.data
        try:
            fields = json.loads(canonical[1:])
        except ValueError:
            fields = None
        if canonical[:1] != VERSION_BYTE or not isinstance(fields, dict):
            raise Wrong(f"{self.named}: its bytes are no record of version 1")
        return fields


@dataclass
class Heads:
    """The heads of a pack, the smallest first, and those that the reader brought."""

    of_pack: list[Checkpoint] = field(default_factory=list)
    brought: list[Checkpoint] = field(default_factory=list)
    cosignatures: int = 0

    @property
    def newest(self) -> Checkpoint:
        """The head that everything in the pack is proved by."""
        return self.of_pack[-1]

    def roots(self) -> Roots:
        """Return by size the roots that the tree must have, and who says so."""
        found: Roots = {}
        for head in self.of_pack:
            found.setdefault(head.size, []).append((head.root, f"the signed head of {head.size}"))
        for head in self.brought:
            found.setdefault(head.size, []).append((head.root, f"the head of {head.size} that left the house"))
        return found


def verify_pack(
    file: str | IO[bytes],
    *,
    keys: Sequence[VerifierKey] = (),
    checkpoints: Sequence[str] = (),
    verify: Verify = verify_ed25519,
    tell: Tell = lambda _: None,
) -> Summary:
    """Check all of a pack; return what it shows. Raises Wrong with the first thing that is wrong.

    keys: verifier keys that the reader trusts; without any, those of the pack are taken, which proves nothing against
    whoever made the pack. checkpoints: heads that left the house, as signed notes. verify: a verifier of Ed25519.
    """
    try:
        with zipfile.ZipFile(file) as pack:
            manifest = json.loads(pack.read("manifest.json"))
            if manifest.get("format") != FORMAT or manifest.get("what") not in ("learner", "log"):
                raise Wrong("the pack has another format than this verifier reads")
            trusted = list(keys) or [parse_key(key) for key in manifest["keys"]]
            witnesses = [key for key in map(parse_key, manifest.get("witnesses", [])) if key.kind == COSIGNATURE]
            tell("verifier keys: " + ", ".join(key.text for key in trusted))
            heads = _heads(_json_lines(pack, "heads.jsonl"), trusted, witnesses, verify)
            heads.brought = [_brought(note, trusted, verify) for note in checkpoints]
            _check_brought(heads)
            lines = (_line(each) for each in _json_lines(pack, "records.jsonl"))
            if manifest["what"] == "log":
                shown = _verify_log(lines, heads, tell)
                if unplaced := manifest.get("unplaced"):
                    raise Wrong(
                        f"record #{unplaced[0]} has no place in the tree and waits for none: it was put in by hand"
                    )
                return shown
            return _verify_learner(lines, heads, manifest["learner_id"])
    except (zipfile.BadZipFile, KeyError, TypeError, AttributeError, ValueError, EOFError) as error:
        raise Wrong(f"the pack cannot be read: {type(error).__name__}: {error}") from error


def _heads(told: Iterable[Any], keys: Sequence[VerifierKey], witnesses: Sequence[VerifierKey], verify: Verify) -> Heads:
    heads = Heads()
    for number, each in enumerate(told, 1):
        try:
            head = opened(each["note"], keys, verify)
        except BadNote as bad:
            raise Wrong(f"head no. {number} of the pack: {bad}") from None
        if heads.of_pack:
            _check_follows(heads.newest, head, each.get("consistency"))
        heads.cosignatures += _cosignatures(each["note"], witnesses, verify)
        heads.of_pack.append(head)
    if not heads.of_pack:
        raise Wrong("the pack has no signed head")
    return heads


def _check_follows(before: Checkpoint, head: Checkpoint, proof: list[str] | None) -> None:
    if head.size == before.size and head.root != before.root:
        raise Wrong(f"forked head: two heads of {head.size} are signed, with different roots")
    if head.size <= before.size or head.origin != before.origin:
        raise Wrong(f"the head of {head.size} does not follow that of {before.size}")
    hashes = None if proof is None else [b64decode(each) for each in proof]
    if hashes is not None and not verify_consistency(before.size, head.size, before.root, head.root, hashes):
        raise Wrong(f"forked head: the tree of {head.size} does not go on from the signed tree of {before.size}")


def _cosignatures(note: str, witnesses: Sequence[VerifierKey], verify: Verify) -> int:
    parsed, good = parse_note(note), 0
    for signature in parsed.signatures:
        for witness in witnesses:
            if (signature.name, signature.key_id) == (witness.name, witness.id):
                try:
                    cosigned_at(parsed.text, signature, witness, verify)
                except BadNote as bad:
                    raise Wrong(f"the head of {parsed.text.splitlines()[1]}: {bad}") from None
                good += 1
    return good


def _brought(note: str, keys: Sequence[VerifierKey], verify: Verify) -> Checkpoint:
    try:
        return opened(note, keys, verify)
    except BadNote as bad:
        raise Wrong(f"a head that left the house: {bad}") from None


def _check_brought(heads: Heads) -> None:
    for brought in heads.brought:
        if brought.origin != heads.newest.origin:
            raise Wrong(f"the head that left the house is of another log, {brought.origin}")
        for head in (*heads.of_pack, *heads.brought):
            if head.size == brought.size and head.root != brought.root:
                raise Wrong(f"forked head: the head of {head.size} that left the house has another root")


def _verify_log(lines: Iterable[Line], heads: Heads, tell: Tell) -> Summary:
    """The whole log: no gap, no record changed, and the tree of the records has the root of every head."""
    check, count = LogCheck(heads.roots()), 0
    for line in lines:
        check.add(line)
        count += 1
        if count % TELL_EVERY == 0:
            tell(f"{count} records")
    check.finish()
    return Summary("log", heads.newest.origin, check.frontier.size, check.frontier.root(), count,
                   len(heads.of_pack), heads.cosignatures, check.archived)  # fmt: skip


class LogCheck:
    """Checks the records of a whole log as they come, from position 0 on."""

    def __init__(self, roots: Roots) -> None:
        self.frontier = Frontier()
        self._roots = roots
        self._good = 0  # size of the largest tree that a head has confirmed
        self._seen: set[int] = set()
        self._changed: list[tuple[Line, bytes]] = []
        self.archived = 0
        self._largest_archived = -1
        self._told_archived: dict[str, Any] = {"archived": 0, "until": 0}
        self._check_root()

    def add(self, line: Line) -> None:
        """Check the next record. Raises Wrong, but for bytes that changed: these wait for `finish`, to tell a swapped pair."""
        expected = self.frontier.size
        if line.position != expected:
            what = "there twice, or out of order" if line.position < expected else "missing"
            raise Wrong(f"position {min(line.position, expected)} is {what}")
        if line.id in self._seen:
            raise Wrong(f"{line.named} has an earlier place as well")
        self._seen.add(line.id)
        if line.canonical is None:
            self._add_archived(line)
            return
        found = leaf_hash(line.canonical)
        if any(kept not in (None, found) for kept in (line.placed_hash, line.kept_hash)):
            self._changed.append((line, found))
        elif not self._changed:
            check_columns(line)
            if ARCHIVED.encode() in line.canonical and line.sealed.get("kind") == ARCHIVED:
                self._told_archived = line.sealed["payload"]
        self.frontier.extend([line.placed_hash if self._changed and line.placed_hash else found])
        if not self._changed:
            self._check_root()

    def finish(self) -> None:
        """Say what changed, and whether anything is missing at the end. Raises Wrong."""
        if self._changed:
            raise Wrong(self._what_changed())
        missing = [size for size in self._roots if size > self.frontier.size]
        if missing:
            _, whence = self._roots[max(missing)][0]
            raise Wrong(f"removed tail: {whence} covers records that are gone; {self.frontier.size} are left")
        told = self._told_archived
        if self.archived != told["archived"] or self._largest_archived >= told["until"]:
            gone = f"{self.archived} records are gone up to #{self._largest_archived}"
            raise Wrong(f"{gone}, and the log's own records tell of {told['archived']} below #{told['until']}")

    def _add_archived(self, line: Line) -> None:
        if line.placed_hash is None:
            raise Wrong(f"{line.named}: neither its bytes nor its hash are in the pack")
        self.archived += 1
        self._largest_archived = max(self._largest_archived, line.id)
        self.frontier.extend([line.placed_hash])
        if not self._changed:
            self._check_root()

    def _what_changed(self) -> str:
        first, found = self._changed[0]
        for other, other_hash in self._changed[1:]:
            if other_hash == first.placed_hash and found == other.placed_hash:
                return (
                    f"swapped pair: the records at positions {first.position} and {other.position} stand for each other"
                )
        if found == first.kept_hash:
            return f"{first.named} is not the one that got this place: its leaf hash is another"
        return f"{first.named} was altered: its bytes do not give the leaf hash that was kept"

    def _check_root(self) -> None:
        for root, whence in self._roots.get(self.frontier.size, ()):
            if self.frontier.root() != root:
                raise Wrong(
                    f"the tree of the first {self.frontier.size} records is not that of {whence}:"
                    f" a record was rewritten, put in, taken out or moved at a position from {self._good} on"
                )
            self._good = self.frontier.size


def check_columns(line: Line) -> None:
    """Check that the columns beside the bytes say the same. Raises Wrong."""
    if line.columns is None:
        return
    sealed = line.sealed
    said = {name: value for name, value in line.columns.items() if value is not None}
    for name in sorted(sealed.keys() | said.keys()):
        if _spelt(sealed.get(name)) != _spelt(said.get(name)):
            raise Wrong(f"{line.named} was altered: the column {name} says other than the sealed bytes")


def _verify_learner(lines: Iterable[Line], heads: Heads, learner_id: int) -> Summary:
    """One learner's records: each lies in the tree of the newest head; the hours are those that were watched."""
    newest, before, told = heads.newest, -1, []
    for line in lines:
        if not verify_inclusion(leaf_hash(line.data), line.position, newest.size, list(line.proof), newest.root):
            raise Wrong(f"{line.named} was altered or never stood there: its proof does not lead to the signed head")
        if line.position <= before:
            raise Wrong(f"{line.named} comes twice, or out of order")
        before = line.position
        if line.sealed.get("learner_id") not in (learner_id, None):
            raise Wrong(f"{line.named} is of another learner")
        told.append(Told(line.id, line.sealed))
    hours = hours_again(told)
    for lesson in hours:
        if lesson.difference:
            raise Wrong(lesson.difference)
    return Summary("learner", newest.origin, newest.size, newest.root, len(told),
                   len(heads.of_pack), heads.cosignatures, 0, hours)  # fmt: skip


def _line(told: Any) -> Line:
    def decoded(name: str) -> bytes | None:
        return b64decode(told[name]) if name in told else None

    return Line(
        id=told["id"],
        position=told["position"],
        canonical=None if told.get("archived") else b64decode(told["canonical"]),
        kept_hash=decoded("kept_hash"),
        placed_hash=decoded("placed_hash"),
        columns=told.get("columns"),
        proof=[b64decode(each) for each in told.get("proof", ())],
    )


def _json_lines(pack: zipfile.ZipFile, name: str) -> Iterator[Any]:
    with pack.open(name) as file:
        for line in file:
            yield json.loads(line)


def _spelt(value: Any) -> str:
    return json.dumps(value, sort_keys=True)  # True is not 1 here


def main(arguments: Sequence[str]) -> int:
    """verify.py PACK [--key KEY]… [--checkpoint FILE]…: 0 when all is good, 1 with the first thing that is wrong."""
    options: dict[str, list[str]] = {"--key": [], "--checkpoint": []}
    rest, name = [], ""
    for each in arguments:
        if name:
            options[name].append(each)
            name = ""
        elif each in options:
            name = each
        else:
            rest.append(each)
    if len(rest) != 1 or name:
        sys.stderr.write(f"{main.__doc__}\n")
        return 2
    try:
        notes = []
        for path in options["--checkpoint"]:
            with open(path, encoding="utf-8") as file:
                notes.append(file.read())
        keys = [parse_key(key) for key in options["--key"]]
        shown = verify_pack(rest[0], keys=keys, checkpoints=notes, tell=print)
    except (Wrong, BadNote, OSError) as wrong:
        sys.stdout.write(f"WRONG: {wrong}\n")
        return 1
    for lesson in shown.hours:
        days = ", ".join(f"{day}: {seconds} s" for day, seconds in sorted(lesson.supported.items()))
        sys.stdout.write(f"lesson {lesson.lesson}: {days}; taken back: {lesson.reversed_seconds} s\n")
    sys.stdout.write(
        f"GOOD: {shown.records} records of {shown.origin}, under a signed head of {shown.size}"
        f" ({b64encode(shown.root).decode()}), {shown.heads} heads, {shown.cosignatures} cosignatures\n"
    )
    if shown.archived:
        sys.stdout.write(
            f"{shown.archived} of them have left the log for files of their months: by their hashes alone\n"
        )
    return 0
