"""Settings of an object store that speaks S3, for installations whose files lie on more than one machine.

Read from the environment, all of it or none: without LMS_S3_BUCKET files lie in local folders. Two buckets, because a
source that an editor uploaded must never be where anybody can fetch it.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lms.config import env

_BACKEND = "storages.backends.s3.S3Storage"
_YEAR_SECONDS = 31_536_000
_ALL = ("PRIVATE_BUCKET", "PUBLIC_URL", "ENDPOINT", "REGION", "ACCESS_KEY", "SECRET_KEY")


@dataclass(frozen=True, slots=True)
class ObjectStorage:
    """storages: for Django's STORAGES: `default`, `videos` and `private`. origin: from which browsers fetch media."""

    storages: dict[str, dict[str, Any]]
    origin: str


def from_environment() -> ObjectStorage | None:
    """Return the object store, or None if there is none. Raises env.BadSetting for half a store, and for nonsense."""
    bucket = env.text("LMS_S3_BUCKET", "")
    if not bucket:
        for name in _ALL:
            if env.text(f"LMS_S3_{name}", ""):
                raise env.BadSetting(f"LMS_S3_{name} is set, but LMS_S3_BUCKET is not: set both or neither.")
        return None
    private_bucket = env.text("LMS_S3_PRIVATE_BUCKET")
    if private_bucket == bucket:
        raise env.BadSetting("LMS_S3_PRIVATE_BUCKET must not be LMS_S3_BUCKET: what editors upload would be public.")
    public = _url("LMS_S3_PUBLIC_URL", env.text("LMS_S3_PUBLIC_URL"))
    common = _connection()
    # Addresses are plain, not signed: a signed one would be another for each playlist, and no cache could keep it.
    in_public = {
        **common,
        "bucket_name": bucket,
        "querystring_auth": False,
        "url_protocol": f"{public.scheme}:",
        "custom_domain": f"{public.netloc}{public.path}".rstrip("/"),
    }
    return ObjectStorage(
        storages={
            "default": _storage(in_public, file_overwrite=False, seconds=300),
            # Each name is written once, in a folder that is new: no need to ask whether it is there.
            "videos": _storage(in_public, file_overwrite=True, seconds=_YEAR_SECONDS),
            "private": _storage({**common, "bucket_name": private_bucket}, file_overwrite=False, seconds=0),
        },
        origin=f"{public.scheme}://{public.netloc}",
    )


def _connection() -> dict[str, Any]:
    endpoint = env.text("LMS_S3_ENDPOINT", "")
    if endpoint:
        _url("LMS_S3_ENDPOINT", endpoint)
    access, secret = env.text("LMS_S3_ACCESS_KEY", ""), env.text("LMS_S3_SECRET_KEY", "")
    if bool(access) != bool(secret):
        raise env.BadSetting("LMS_S3_ACCESS_KEY and LMS_S3_SECRET_KEY go together: set both, or neither for a role.")
    return {
        "endpoint_url": endpoint or None,
        "region_name": env.text("LMS_S3_REGION", "") or None,
        "access_key": access or None,
        "secret_key": secret or None,
        "signature_version": "s3v4",
        # Stores that are not Amazon's seldom have a host name for each bucket.
        "addressing_style": "path" if endpoint else "auto",
    }


def _storage(options: dict[str, Any], *, file_overwrite: bool, seconds: int) -> dict[str, Any]:
    lasting = ", immutable" if seconds == _YEAR_SECONDS else ""
    cache = f"public, max-age={seconds}{lasting}" if seconds else "private, no-store"
    return {
        "BACKEND": _BACKEND,
        "OPTIONS": {**options, "file_overwrite": file_overwrite, "object_parameters": {"CacheControl": cache}},
    }


def _url(name: str, value: str) -> Any:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise env.BadSetting(f"{name}={value!r}: an address like https://media.learn.example is needed.")
    return parts
