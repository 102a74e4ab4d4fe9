"""Settings of the tests: the real ones, with throw-away keys, a cheap password hash, and stores inside the process."""

import os

os.environ.setdefault("LMS_SECRET_KEY", "tests-only-0123456789-0123456789-0123456789-0123456789")
os.environ.setdefault("LMS_FIELD_KEY", "dGVzdHMtb25seS1maWVsZC1rZXktMDEyMzQ1Njc4OTA=")
os.environ.setdefault("LMS_INDEX_KEY", "tests-only-index-key")
os.environ.setdefault("LMS_MEDIA_KEY", "dGVzdHMtb25seS1tZWRpYS1rZXktMDEyMzQ1Njc4OTA=")
os.environ.setdefault("LMS_EXCHANGE_KEY", "dGVzdHMtb25seS1zaWduLWtleS0wMTIzNDU2Nzg5MDE=")
os.environ.setdefault("LMS_EXCHANGE_ID_KEY", "tests-only-exchange-id-key")
os.environ.setdefault("LMS_FACE_KEY", "dGVzdHMtb25seS1mYWNlcy1rZXktMDEyMzQ1Njc4OTA=")
os.environ.setdefault("LMS_HTTPS", "no")
os.environ.setdefault("LMS_DATA_DIR", "/tmp/zhuxue-tests")  # noqa: S108 — replaced per test by tmp_path where files are written
os.environ.setdefault("DATABASE_URL", "postgresql:///zhuxue")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")

from lms.config.settings import *  # noqa: F403
from lms.config.settings import DATABASES

DATABASES["default"]["TEST"] = {
    "NAME": os.environ.get("LMS_TEST_DATABASE", "test_zhuxue"),
    "TEMPLATE": os.environ.get("LMS_PATTERN_DATABASE"),  # infra/pattern.py
}
DATABASES["default"]["OPTIONS"].pop("pool", None)  # a pool outlives the test that opened it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"base_url": None}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
VIDEO_STORAGE = "default"  # whatever the surroundings say
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
AXES_ENABLED = False
SECOND_FACTOR_ROLES = []
STRIPE_SECRET_KEY = "sk_test_shop"
STRIPE_WEBHOOK_SECRET = "whsec_shop"
