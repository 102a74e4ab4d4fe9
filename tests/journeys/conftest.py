"""The real house for the journeys: all its processes on a throw-away folder, and a real Chromium."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from infra import chromium
from infra.embedded.cluster import Cluster
from tests.houses import open_house

# They wait for a film more than they work, so two processes share them; the longest begin.
LONGEST_FIRST = ("test_watching_network", "test_certificate", "test_watching", "test_presence", "test_learner")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        ours = item.path.parent == Path(__file__).parent and item.path.stem in LONGEST_FIRST
        return LONGEST_FIRST.index(item.path.stem) if ours else len(LONGEST_FIRST)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def house() -> Iterator[Cluster]:
    """The processes of `make demo`, with its people and a few of its films."""
    with open_house(demo=True) as cluster:
        cluster.start_application()
        cluster.wait_ready(180)  # two houses start at once, beside the kills
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
