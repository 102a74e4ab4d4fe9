"""Typed readers of environment variables, for settings alone: they refuse nonsense instead of guessing.

Every variable may also come from a file: `LMS_SECRET_KEY_FILE=/run/secrets/key` stands for `LMS_SECRET_KEY`.
"""

import base64
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


class BadSetting(RuntimeError):
    """An environment variable has a value that cannot be meant."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the contents of the file that `<name>_FILE` names, without the last line break."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").rstrip("\n")
    value = os.environ.get(name, default)
    if value is None:
        raise BadSetting(f"{name} is not set. Set it, or {name}_FILE to a file that holds it.")
    return value


def stand_in() -> None:
    """Give every key that has no value one for this process, and each store the address of nobody, whatever was set.

    For commands that use none of them. Whoever tried to use one would be refused by the store, not served by a wrong one.
    """
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    for name in ("LMS_SECRET_KEY", "LMS_FIELD_KEY", "LMS_INDEX_KEY", "LMS_MEDIA_KEY", "LMS_FACE_KEY"):
        if f"{name}_FILE" not in os.environ:
            os.environ.setdefault(name, key)
    for name, url in (("DATABASE_URL", "postgresql://127.0.0.1:1/nobody"), ("REDIS_URL", "redis://127.0.0.1:1/0")):
        os.environ.pop(f"{name}_FILE", None)
        os.environ[name] = url


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name}={value!r}: say yes or no.")


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    try:
        n = int(value)
    except ValueError:
        raise BadSetting(f"{name}={value!r}: a whole number is needed.") from None
    if not least <= n <= most:
        raise BadSetting(f"{name}={n}: between {least} and {most}.")
    return n


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def database(url: str) -> dict[str, Any]:
    """Return Django's connection settings for `postgresql://user:password@host:port/name?host=/socket/folder`.

    Raises BadSetting for any other scheme, or without a database name.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting("DATABASE_URL must begin with postgresql:// — nothing but Postgres keeps our promises.")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise BadSetting("DATABASE_URL names no database: end it with /name.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }
