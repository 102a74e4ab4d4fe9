"""The rules, and an installation that is issuer and platform at once."""

import pytest
from pytest_django import Settings

from lms.credit.actions import load_rule_sets
from tests.people import MADE_AT


@pytest.fixture
def both_roles(db: None, settings: Settings) -> None:
    """The shipped rules in force, and both roles in this installation."""
    settings.CERTIFICATE_ROLES = ["issuer", "platform"]
    settings.CERTIFICATE_ISSUER_NAME = "测试发证系统"
    settings.EXCHANGE_CODE, settings.EXCHANGE_ISSUER_CODE = "demo", "demo-issuer"
    load_rule_sets(at=MADE_AT)
