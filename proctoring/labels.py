"""labels.csv, as strangers write it: by hand, by a spreadsheet, by a program. What is wrong is said in words."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from proctoring.domain.challenge import ACTIONS

BONA_FIDE = "bona_fide"
LABELS = "labels.csv"
COLUMNS = ("file", "kind", "challenge")
HEADER = ",".join((*COLUMNS, "subject"))
_TOLD = 10


class BadFolder(Exception):
    """The folder cannot be judged; its text says why, and in which lines."""


@dataclass(frozen=True, slots=True)
class Label:
    """A row of labels.csv. subject: who is seen, as the folder names him; for the reader's sums, not for the judge."""

    file: str
    kind: str
    challenge: tuple[str, ...]
    subject: str


def read_labels(folder: Path) -> tuple[Label, ...]:
    """Return the rows of labels.csv in their order. Raises BadFolder, which names every line that cannot be used."""
    if not folder.is_dir():
        raise BadFolder(f"{folder} is no folder")
    try:
        text = _text((folder / LABELS).read_bytes())
        labels, troubles = _rows(folder, text)
    except FileNotFoundError:
        raise BadFolder(
            f"there is no {LABELS} in {folder}: it has the line {HEADER}, then one for each clip, "
            "such as a.mp4,bona_fide,turn_left+mouth,s1"
        ) from None
    except UnicodeDecodeError:
        raise BadFolder(f"{LABELS} is not written in UTF-8") from None
    except (OSError, csv.Error) as error:
        raise BadFolder(f"{LABELS} cannot be read: {error}") from None
    if troubles:
        more = [f"and {len(troubles) - _TOLD} more"] if len(troubles) > _TOLD else []
        raise BadFolder("\n".join([*troubles[:_TOLD], *more]))
    if not labels:
        raise BadFolder(f"{LABELS} names no clip")
    return tuple(labels)


def _text(data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")  # as some spreadsheets save "Unicode text"
    return data.decode("utf-16" if wide else "utf-8-sig").replace("\0", "")


def _rows(folder: Path, text: str) -> tuple[list[Label], list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count), skipinitialspace=True)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise BadFolder(
            f"{LABELS}, line 1: it must name the columns {HEADER}; {_listed(missing)} not found in {first[:80]!r}"
        )
    reader.fieldnames = names
    labels, troubles = [], []
    for row in reader:
        plain = {name: (row.get(name) or "").strip() for name in (*COLUMNS, "subject")}
        if not any(plain.values()):
            continue
        trouble = _trouble(folder, plain)
        if trouble:
            troubles.append(f"{LABELS}, line {reader.line_num}: {trouble}")
        else:
            labels.append(Label(plain["file"], _kind(plain["kind"]), _actions(plain["challenge"]), plain["subject"]))
    return labels, troubles


def _trouble(folder: Path, row: Mapping[str, str]) -> str:
    """Return what is wrong with a row; nothing for one that is in order."""
    unknown = [action for action in _actions(row["challenge"]) if action not in ACTIONS]
    path = (folder / row["file"]).resolve()
    checks = (
        ("no file is named", not row["file"]),
        (f"{row['file']} has no kind: {BONA_FIDE}, or the name of the attack", not row["kind"]),
        (f"{row['file']} has no challenge: actions in their order, such as turn_left+mouth", not row["challenge"]),
        (
            f"{_listed(map(repr, unknown))} in the challenge of {row['file']} is none of {_listed(ACTIONS)}",
            bool(unknown),
        ),
        (f"{row['file']} lies outside of the folder", not path.is_relative_to(folder.resolve())),
        (f"there is no file {row['file']}", not path.is_file()),
    )
    return next((trouble for trouble, holds in checks if holds), "")


def _kind(written: str) -> str:
    """Return the kind; honest clips by one name, however it is spelled (they must not be taken for an attack)."""
    plain = written.lower().replace("-", "_").replace(" ", "_")
    return BONA_FIDE if plain in {BONA_FIDE, "bonafide"} else written


def _actions(written: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in written.split("+"))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
