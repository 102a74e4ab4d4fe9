"""An object store's settings: all of them or none, and nothing that cannot be meant."""

import pytest

from lms.config import object_storage
from lms.config.env import BadSetting

WHOLE = {
    "LMS_S3_BUCKET": "media",
    "LMS_S3_PRIVATE_BUCKET": "sources",
    "LMS_S3_PUBLIC_URL": "https://media.learn.example/pictures/",
    "LMS_S3_ENDPOINT": "https://s3.learn.example",
    "LMS_S3_REGION": "cn-north-1",
    "LMS_S3_ACCESS_KEY": "name",
    "LMS_S3_SECRET_KEY": "secret",
}


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)


def test_without_a_store_files_lie_in_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WHOLE:
        monkeypatch.delenv(name)
    assert object_storage.from_environment() is None


def test_streams_are_kept_for_ever_and_sources_by_nobody() -> None:
    store = object_storage.from_environment()
    assert store is not None
    assert store.origin == "https://media.learn.example"
    options = {alias: storage["OPTIONS"] for alias, storage in store.storages.items()}
    assert options["videos"]["object_parameters"] == {"CacheControl": "public, max-age=31536000, immutable"}
    assert options["videos"]["custom_domain"] == options["default"]["custom_domain"] == "media.learn.example/pictures"
    assert options["videos"]["querystring_auth"] is False
    assert options["private"]["object_parameters"] == {"CacheControl": "private, no-store"}
    assert options["private"]["bucket_name"] == "sources"
    assert "custom_domain" not in options["private"]
    assert not options["default"]["file_overwrite"]
    assert all(o["access_key"] == "name" and o["secret_key"] == "secret" for o in options.values())


def test_amazon_and_a_role_need_no_endpoint_and_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LMS_S3_ENDPOINT", "LMS_S3_ACCESS_KEY", "LMS_S3_SECRET_KEY"):
        monkeypatch.delenv(name)
    store = object_storage.from_environment()
    assert store is not None
    options = store.storages["videos"]["OPTIONS"]
    assert (options["endpoint_url"], options["access_key"], options["addressing_style"]) == (None, None, "auto")


NONSENSE = [
    ("LMS_S3_PRIVATE_BUCKET", "media"),
    ("LMS_S3_PUBLIC_URL", "media.learn.example"),
    ("LMS_S3_PUBLIC_URL", "ftp://media.learn.example"),
    ("LMS_S3_PUBLIC_URL", "https://"),
    ("LMS_S3_PUBLIC_URL", "https://media.learn.example/?token=1"),
    ("LMS_S3_PUBLIC_URL", "https://somebody:secret@media.learn.example"),
    ("LMS_S3_ENDPOINT", "s3.learn.example"),
    ("LMS_S3_SECRET_KEY", ""),
    ("LMS_S3_ACCESS_KEY", ""),
    ("LMS_S3_BUCKET", ""),
]


@pytest.mark.parametrize(("name", "value"), NONSENSE)
def test_nonsense_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match="LMS_S3_"):
        object_storage.from_environment()


@pytest.mark.parametrize("name", ["LMS_S3_PRIVATE_BUCKET", "LMS_S3_PUBLIC_URL"])
def test_half_a_store_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(BadSetting, match=name):
        object_storage.from_environment()
