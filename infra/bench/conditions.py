"""Under what conditions it was measured: machine, versions, and how surely the databases write."""

import os
import platform
import time
from importlib import metadata

from infra.bench.rows import Bench

_PACKAGES = ("django", "channels", "channels-redis", "daphne", "gunicorn", "psycopg", "redis")


def conditions(bench: Bench) -> dict[str, object]:
    load = os.getloadavg()
    return {
        "when": time.strftime("%Y-%m-%d %H:%M %z"),
        "machine": f"{os.cpu_count()} cores, {_memory_gib()} GiB; {platform.system()}; generators on the same cores",
        "load average": " ".join(f"{value:.2f}" for value in load),
        "mode": "short" if bench.short else "full",
        "versions": ", ".join(
            [f"Python {platform.python_version()}", *(f"{p} {metadata.version(p)}" for p in _PACKAGES)]
        ),
        "Postgres": ", ".join(f"{name}={value}" for name, value in bench.house.settings_of_postgres().items()),
        "Redis": "embedded, nothing kept on disk (no learning data lies there)",
    }


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3)
