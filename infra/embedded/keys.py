"""The secrets of an installation: made once, kept in DATA_DIR/keys, handed to the processes as files."""

import base64
import os
import secrets
from pathlib import Path

from infra.embedded import paper_key
from infra.embedded.trouble import Trouble


def _text() -> str:
    return secrets.token_urlsafe(48)


def _key() -> str:
    """Return 32 random bytes as URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


KINDS = {
    "LMS_SECRET_KEY": _text,
    "LMS_FIELD_KEY": _key,
    "LMS_INDEX_KEY": _text,
    "LMS_MEDIA_KEY": _key,
    "LMS_FACE_KEY": _key,
    "LMS_LOG_SIGNING_KEY": _key,
    "LMS_PAPER_KEY": paper_key.make,
    "LMS_CREDENTIAL_KEY": _key,
    "LMS_EXCHANGE_KEY": _key,
    "LMS_EXCHANGE_ID_KEY": _text,
}
# A database from before there was such a key goes on with a new one: it has nothing that an old one encrypted. A face key
# that is lost costs the faces: their holders enrol again.
ADDED_LATER = {
    "LMS_LOG_SIGNING_KEY",
    "LMS_EXCHANGE_KEY",
    "LMS_EXCHANGE_ID_KEY",
    "LMS_FACE_KEY",
    "LMS_PAPER_KEY",
    "LMS_CREDENTIAL_KEY",
}


def environment(folder: Path, *, data_exists: bool) -> dict[str, str]:
    """Return the variables that name the key files; make the keys that are missing. What the caller has set stays.

    data_exists: a database is there already. Then a missing key is not replaced, for a new one would make what the old
    one has encrypted unreadable for good.
    """
    wanted = [name for name in KINDS if not os.environ.get(name) and not os.environ.get(f"{name}_FILE")]
    missing = [name for name in wanted if not _is_there(folder / name.lower())]
    needed = [name for name in missing if name not in ADDED_LATER]
    if needed and data_exists:
        files = ", ".join(str(folder / name.lower()) for name in needed)
        raise Trouble(
            f"The database is there without its keys ({files}): put them back, or remove {folder.parent} to start anew."
        )
    for name in missing:
        _write(folder / name.lower(), KINDS[name]())
    return {f"{name}_FILE": str(folder / name.lower()) for name in wanted}


def _is_there(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _write(path: Path, secret: str) -> None:
    """Write whole or not at all: half a key would be worse than none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
