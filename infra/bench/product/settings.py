"""The settings of an installation, with a few addresses more: the empty views that others are compared with."""

from lms.config.settings import *  # noqa: F403

ROOT_URLCONF = "infra.bench.product.urls"
