"""What headings are called, wherever they are shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.card_index.names import names_of
from analytics.card_index.queries import Head
from analytics.learning_log import actions as log
from lms.organisations.queries import region_names

pytestmark = pytest.mark.django_db
COMPANY, SCHOOL = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def test_each_facet_is_named_by_whoever_knows_it_and_a_hash_by_nobody() -> None:
    log.put_labels(kind="organisation", texts={COMPANY: "山城建筑公司", SCHOOL: "建工培训中心"})
    values = {"company": COMPANY, "institution": SCHOOL, "region": "500000", "post": "site_civil", "device": "d" * 64}
    heads = [Head(0, facet, value) for facet, value in values.items()]
    found = names_of(heads, "zh", regions=region_names)
    assert found == {
        COMPANY: "山城建筑公司",
        SCHOOL: "建工培训中心",
        "500000": "重庆市",
        "site_civil": found["site_civil"],
    }
    assert found["site_civil"] != names_of(heads, "en", regions=region_names)["site_civil"]


def test_hashes_cost_no_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert (
            names_of([Head(0, "device", "d" * 64), Head(0, "post", "no_such_post")], "zh", regions=region_names) == {}
        )
    assert not queries.captured_queries
