"""Asks for the pages of a company's roster as a browser does, inside the process, and counts what they ask of Postgres."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from infra.bench.product.list_import import company

if TYPE_CHECKING:
    from django.test import Client

SITES = 40
_MEMBER = re.compile(r"/people/[0-9a-f-]{36}/")
POSTS = ("site_civil", "machinery", "labor", "material", "safety", "quality")
# How people are spread: one in so many is overdue, lacks nothing, has no cycle, is at no site, holds a second certificate.
OVERDUE, MET, WITHOUT, NOWHERE, TWO = 50, 3, 20, 7, 5
_SITES = """
INSERT INTO enterprise_site (uuid, organisation_id, name, opened_at)
SELECT gen_random_uuid(), %(company)s, n || ' 号地块', now() FROM generate_series(1, %(sites)s) AS n RETURNING id, uuid
"""
_PEOPLE = """
WITH made AS (
    INSERT INTO accounts_user (uuid, password, username, name, phone, email, first_name, last_name,
                               is_superuser, is_staff, is_active, date_joined)
    SELECT gen_random_uuid(), '!', %(mark)s || n, '测' || translate(n::text, '0123456789', '甲乙丙丁戊己庚辛壬癸'),
           NULL, '', '', '', false, false, true, now()
    FROM generate_series(1, %(people)s) AS n RETURNING id, uuid, name
), placed AS (
    INSERT INTO organisations_membership (user_id, organisation_id, role, valid_from)
    SELECT id, %(company)s, 'staff', current_date - 400 FROM made
)
INSERT INTO enterprise_rosterline (organisation_id, person_id, person_uuid, name, is_manager, site_id, site_name, posts,
                                   certificates, ends_on, missing, overdue, as_of)
SELECT %(company)s, made.id, made.uuid, made.name, false, site.id, site.name, held.posts,
       (SELECT jsonb_agg(jsonb_build_object('post', post, 'number', 'N-' || made.id, 'ends_on', ends.day::text,
                                            'missing', '12', 'overdue', false)) FROM unnest(held.posts) AS post),
       ends.day, CASE WHEN made.id %% %(met)s = 0 THEN 0 ELSE 1 + made.id %% 60 END, made.id %% %(overdue)s = 0, current_date
FROM made
LEFT JOIN enterprise_site AS site ON made.id %% %(nowhere)s <> 0
    AND site.id = (%(site_ids)s::bigint[])[1 + made.id %% %(sites)s]
CROSS JOIN LATERAL (SELECT CASE WHEN made.id %% %(two)s = 0 THEN
    ARRAY[(%(posts)s::text[])[1 + made.id %% 6], (%(posts)s::text[])[1 + (made.id + 1) %% 6]]
    ELSE ARRAY[(%(posts)s::text[])[1 + made.id %% 6]] END AS posts) AS held
CROSS JOIN LATERAL (SELECT CASE WHEN made.id %% %(without)s = 0 THEN NULL
    ELSE current_date - 30 + (made.id * 7919 %% 1000)::int END AS day) AS ends
"""


def main(*, people: int, few: int, rounds: int) -> dict[str, object]:
    """Given back: milliseconds of each round by page, for the large company; queries by page, for both; what was wrong."""
    wrong: list[str] = []
    large, small = _filled(people), _filled(few)
    taken: dict[str, list[float]] = {}
    counted: dict[str, tuple[int, int]] = {}
    for name in large:
        for pages in (small, large):
            pages.client.get(pages[name])  # what a process or a session remembers is asked once
        counted[name] = (_queries(small, name, wrong), _queries(large, name, wrong))
    for _round in range(rounds):
        for name in large:
            taken.setdefault(name, []).append(_milliseconds(large, name))
    wrong += [
        f"{name}: {few} people {one} queries, {people} people {other}"
        for name, (one, other) in counted.items()
        if one != other
    ]
    return {
        "milliseconds": taken,
        "queries": {name: other for name, (_one, other) in counted.items()},
        "wrong": wrong[:5],
    }


class Pages(dict[str, str]):
    """The addresses of a company's pages by name, and a browser of its manager."""

    def __init__(self, client: "Client", addresses: Mapping[str, str]) -> None:
        super().__init__(addresses)
        self.client = client


def _filled(people: int) -> Pages:
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from lms.enterprise.queries import desks_of

    manager, place = company()
    with connection.cursor() as cursor:
        cursor.execute(_SITES, {"company": place, "sites": SITES})
        sites = cursor.fetchall()
        told: dict[str, Any] = {
            "company": place, "people": people, "mark": f"r{place}-", "sites": SITES, "site_ids": [one[0] for one in sites],
            "posts": list(POSTS), "met": MET, "overdue": OVERDUE, "nowhere": NOWHERE, "two": TWO, "without": WITHOUT,
        }  # fmt: skip
        cursor.execute(_PEOPLE, told)
        cursor.execute("VACUUM (ANALYZE) enterprise_rosterline")  # as the server does by itself, some minutes later
        cursor.execute("VACUUM (ANALYZE) organisations_membership")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session  # as after the code of an authenticator, without which a manager sees nothing
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = str(manager.pk)
    session.save()
    (desk,) = desks_of(manager, on=date.today())
    uuid: UUID = desk.organisation.uuid
    roster = reverse("enterprise:people", args=[uuid])
    soon = date.today() + timedelta(days=90)
    return Pages(
        client,
        {
            "first page": roster,
            "last page": f"{roster}?page={people // 50}",
            "by name": f"{roster}?sort=name",
            "by hours": f"{roster}?sort=missing",
            "by site": f"{roster}?sort=site",
            "by site, in the middle": f"{roster}?sort=site&page={people // 100}",
            "one post": f"{roster}?post=labor",
            "one site": f"{roster}?site={sites[7][1]}",
            "at no site": f"{roster}?site=none",
            "soon": f"{roster}?state=soon",
            "hours missing": f"{roster}?missing=on",
            "ends before": f"{roster}?before={soon.isoformat()}",
            "a name": f"{roster}?q=测乙丙",
            "a name of nobody": f"{roster}?q=查无此人",
            "overview": reverse("enterprise:overview", args=[uuid]),
        },
    )


def _queries(pages: Pages, name: str, wrong: list[str]) -> int:
    """How many questions a page asks; and whether it is a page at all."""
    with _counted() as questions:
        answer = pages.client.get(pages[name])
    shown = len(set(_MEMBER.findall(answer.text)))
    if answer.status_code != HTTPStatus.OK or (shown == 0) is not ("nobody" in name):
        wrong.append(f"{name}: answered {answer.status_code} with {shown} people")
    return len(questions)


def _milliseconds(pages: Pages, name: str) -> float:
    began = time.perf_counter()
    pages.client.get(pages[name])
    return (time.perf_counter() - began) * 1000


@contextmanager
def _counted() -> Iterator[list[str]]:
    from django.db import connection

    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
