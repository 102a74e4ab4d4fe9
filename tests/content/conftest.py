"""One filled catalogue a test."""

import pytest

from tests.content.shelf import Shelf, fill_shelf


@pytest.fixture
def shelf(db: None) -> Shelf:
    return fill_shelf()
