"""The real house for the journeys: all its processes on a throw-away folder, and a real Chromium."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from infra import chromium
from infra.embedded.cluster import Cluster, operator_named_servers

FILMS = "C01,C10,site_civil-04"  # enough for the stories; all sixteen take a minute of encoding


def _cluster(data: Path) -> Cluster:
    """The processes on servers of their own, or on those that DATABASE_URL and REDIS_URL name."""
    return Cluster(data=data, own_servers=not operator_named_servers())


@pytest.fixture(scope="session")
def house() -> Iterator[Cluster]:
    """The processes of `make demo`, with its people and a few of its films."""
    with tempfile.TemporaryDirectory(prefix="zx-") as folder, _cluster(Path(folder) / "var") as cluster:
        cluster.manage("load_demo", "--films", FILMS)
        cluster.start_application()
        cluster.wait_ready()
        yield cluster


@pytest.fixture(scope="session")
def house_url(request: pytest.FixtureRequest) -> str:
    """Where the house answers. LMS_HOUSE_URL names one that runs already, for whoever writes a journey."""
    if running := os.environ.get("LMS_HOUSE_URL"):
        return running
    house: Cluster = request.getfixturevalue("house")
    return house.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    flags += "--disable-component-update --disable-sync --autoplay-policy=no-user-gesture-required"
    return {**browser_type_launch_args, "executable_path": str(chromium.find()), "args": flags.split()}


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(15_000)
    return context


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], house_url: str) -> dict[str, Any]:
    return {
        **browser_context_args,
        "base_url": house_url,
        "locale": "zh-CN",
        "viewport": {"width": 1280, "height": 800},
    }
