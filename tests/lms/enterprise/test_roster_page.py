"""A page of the roster asks as many questions for a hundred people as for a few, whatever the filter and the order."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.enterprise import actions
from lms.enterprise.models import RosterLine, Site
from tests import people
from tests.lms.enterprise.conftest import Firm

WAYS = (
    "", "?sort=name", "?sort=missing", "?sort=site", "?post=labor", "?state=soon", "?missing=on", "?before=2099-01-01",
    "?q=筋", "?q=nobody", "?site=none", "?page=99", "?site={site}",
)  # fmt: skip


def _staff(firm: Firm, count: int, site: Site, now: datetime) -> None:
    joined = [people.learner(f"筋工{n}", post="labor", rule_set="jiangxi", region="360100") for n in range(count)]
    for one in joined:
        people.join(one, firm.place)
    actions.move_people(
        organisation_uuid=firm.place.uuid, people=[one.pk for one in joined[::2]], site_uuid=site.uuid, at=now,
        by=firm.manager,
    )  # fmt: skip
    actions.refresh_company(firm.place.pk, at=now)


def test_the_number_of_queries_is_fixed(firm: Firm, client: Client, now: datetime) -> None:
    site = actions.open_site(organisation_uuid=firm.place.uuid, name="一号地块", at=now, by=firm.manager)
    client.force_login(firm.manager, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("enterprise:people", args=[firm.place.uuid])

    def asked() -> dict[str, int]:
        found = {}
        for way in WAYS:
            with CaptureQueriesContext(connection) as context:
                assert client.get(address + way.format(site=site.uuid)).status_code == 200
            found[way] = len(context)
        return found

    _staff(firm, 4, site, now)
    asked()  # what is remembered for good is asked once
    few = asked()
    _staff(firm, 60, site, now)
    assert asked() == few
    assert max(few.values()) <= 16


def test_the_order_by_site_puts_who_is_at_none_last(firm: Firm, now: datetime) -> None:
    for name in ("乙地块", "甲地块"):
        site = actions.open_site(organisation_uuid=firm.place.uuid, name=name, at=now, by=firm.manager)
        person = firm.yong if name == "乙地块" else firm.lan
        actions.move_people(
            organisation_uuid=firm.place.uuid, people=[person.pk], site_uuid=site.uuid, at=now, by=firm.manager
        )
    actions.refresh_company(firm.place.pk, at=now)
    from lms.enterprise import queries

    desk = queries.desk_of(firm.manager, firm.place.uuid, on=timezone.localdate(now))
    assert desk is not None
    lines = list(queries.roster(desk, queries.Wish(), today=timezone.localdate(now), sort="site"))
    names = [line.site.name if line.site else None for line in lines]
    assert names[:2] == ["乙地块", "甲地块"] and set(names[2:]) == {None}
    assert [line.site_name for line in lines] == names
    assert RosterLine.objects.get(person=firm.yong).site_name == "乙地块"


@pytest.mark.parametrize("way", ["site=nonsense", "page=-3", "page=x", "before=x", "state=x"])
def test_an_old_bookmark_still_opens(firm: Firm, client: Client, way: str) -> None:
    client.force_login(firm.manager, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{reverse('enterprise:people', args=[firm.place.uuid])}?{way}").status_code == 200
