"""The settings of an installation, with a few addresses more: the empty views that others are compared with."""

from lms.config import env
from lms.config.settings import *  # noqa: F403
from lms.config.settings import DATABASES

ROOT_URLCONF = "infra.bench.product.urls"
if other := env.text("BENCH_OTHER_DATABASE_URL", ""):  # a row that measures two databases in turn
    DATABASES["other"] = env.database(other)
    DATABASE_ROUTERS = ["infra.bench.product.router.Chosen"]
