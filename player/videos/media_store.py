"""Where published videos lie: `videos/<folder>/` in the public storage. Whoever can guess the folder gets ciphertext
and a poster.
"""

import contextlib
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

POSTER = "poster.jpg"


def new_folder() -> str:
    """Return a name that nobody has used or can guess."""
    return secrets.token_hex(16)


def write(folder: str, name: str, data: bytes) -> None:
    default_storage.save(f"videos/{folder}/{name}", ContentFile(data))


def read(folder: str, name: str) -> bytes:
    """Return what a file holds. Raises FileNotFoundError."""
    with default_storage.open(f"videos/{folder}/{name}", "rb") as file:
        data: bytes = file.read()
        return data


def url(folder: str, name: str) -> str:
    """Return the public address of a file."""
    return default_storage.url(f"videos/{folder}/{name}")


def segment_name(code: str, segment: int) -> str:
    return f"{code}/{segment:05d}.ts"


def sheet_name(number: int) -> str:
    return f"sheet-{number:02d}.jpg"


def remove(folder: str) -> None:
    """Remove a folder with all that is in it; a folder that is not there, or the empty name, is no error."""
    if folder:
        _remove_tree(f"videos/{folder}")


def _remove_tree(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        folders, files = default_storage.listdir(path)
        for name in files:
            default_storage.delete(f"{path}/{name}")
        for name in folders:
            _remove_tree(f"{path}/{name}")
        default_storage.delete(path)
