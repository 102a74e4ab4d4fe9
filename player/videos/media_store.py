"""Where published videos lie: `videos/<folder>/` in the public storage. Whoever can guess the folder gets ciphertext,
a poster and thumbnails.
"""

import contextlib
import secrets

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

POSTER = "poster.jpg"
_CONTENT_TYPES = {"ts": "video/mp2t", "jpg": "image/jpeg"}


def new_folder() -> str:
    """Return a name that nobody has used or can guess."""
    return secrets.token_hex(16)


def write(folder: str, name: str, data: bytes) -> None:
    """Write a file, once: what is published never changes under its name."""
    content = ContentFile(data)
    # An object store keeps it and sends it with the object; by its ending a segment might pass for a translation.
    content.content_type = _CONTENT_TYPES[name.rpartition(".")[2]]  # type: ignore[attr-defined]  # read by django-storages
    _storage().save(f"videos/{folder}/{name}", content)


def read(folder: str, name: str) -> bytes:
    """Return what a file holds. Raises FileNotFoundError."""
    with _storage().open(f"videos/{folder}/{name}", "rb") as file:
        data: bytes = file.read()
        return data


def url(folder: str, name: str) -> str:
    """Return the public address of a file."""
    return _storage().url(f"videos/{folder}/{name}")


def segment_name(code: str, segment: int) -> str:
    return f"{code}/{segment:05d}.ts"


def sheet_name(number: int) -> str:
    return f"sheet-{number:02d}.jpg"


def remove(folder: str) -> None:
    """Remove a folder with all that is in it; a folder that is not there, or the empty name, is no error."""
    if folder:
        _remove_tree(f"videos/{folder}")


def _storage() -> Storage:
    return storages[settings.VIDEO_STORAGE]


def _remove_tree(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        folders, files = _storage().listdir(path)
        for name in files:
            _storage().delete(f"{path}/{name}")
        for name in folders:
            _remove_tree(f"{path}/{name}")
        _storage().delete(path)
