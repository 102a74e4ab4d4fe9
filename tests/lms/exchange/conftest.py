"""One installation that is issuer and platform, knowing itself by both names, over real HTTP."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from lms.credit.actions import load_rule_sets
from lms.exchange.actions import name_peer
from lms.exchange.keys import own_public_key
from tests.lms.exchange.weather import Weather
from tests.people import MADE_AT


@pytest.fixture
def itself(transactional_db: None, settings: Settings, live_server: LiveServer) -> str:
    """The rules, both roles, and both names at the address of the live server; its address."""
    settings.CERTIFICATE_ROLES = ["issuer", "platform"]
    settings.CERTIFICATE_ISSUER_NAME = "测试发证系统"
    settings.EXCHANGE_CODE, settings.EXCHANGE_ISSUER_CODE = "demo", "demo-issuer"
    load_rule_sets(at=MADE_AT)
    for code, role in (("demo-issuer", "issuer"), ("demo", "platform")):
        name_peer(code=code, role=role, url=live_server.url, public_key=own_public_key())
    return str(live_server.url)


@pytest.fixture
def weather(itself: str) -> Iterator[Callable[[int], Weather]]:
    """Put bad weather of a seed between platform and issuer, both ways."""
    made: list[Weather] = []

    def begin(seed: int) -> Weather:
        storm = Weather(itself, seed)
        made.append(storm)
        for code, role in (("demo-issuer", "issuer"), ("demo", "platform")):
            name_peer(code=code, role=role, url=storm.url, public_key=own_public_key())
        return storm

    yield begin
    for storm in made:
        storm.close()
