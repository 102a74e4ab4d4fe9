"""Times a company's report: its figures, and every person's line as a file, from totals that the deeds keep."""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from infra.bench.measure import interleaved
from infra.bench.product import list_import, many_ledgers

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse

    from lms.accounts.models import User
    from lms.enterprise.queries import Desk

SITES = 20
PLACES = """
INSERT INTO organisations_membership (user_id, organisation_id, role, valid_from)
SELECT id, %s, 'staff', date '2024-01-02' FROM accounts_user WHERE username LIKE 'ledger%%'
"""
POSTINGS = """
INSERT INTO enterprise_posting (person_id, organisation_id, site_id, since)
SELECT person.id, site.organisation_id, site.id, date '2024-01-02' FROM accounts_user person
JOIN enterprise_site site ON site.id %% %s = person.id %% %s WHERE person.username LIKE 'ledger%%'
"""


def main(*, learners: int, rounds: int) -> dict[str, object]:
    """Given back: milliseconds of each round for `balances`, `figures` and `file`, and what was wrong."""
    manager, place = list_import.company()  # first: the others' ids are counted on from one that the product gave
    first = many_ledgers.fill(learners - 1)  # and the one that was the pattern
    many_ledgers.store_balances()
    desk = _desk(manager, place, learners)
    wrong: list[str] = []
    licences = range(first, first + learners - 1)
    ways: dict[str, Callable[[], float]] = {
        "balances": partial(_timed, partial(_balances, licences), len(licences), wrong),
        "figures": partial(_timed, partial(_figures, desk), learners, wrong),
        "file": partial(_timed, partial(_file, manager, desk), learners, wrong),
    }
    taken = interleaved(ways, rounds=rounds, say=lambda text: print(text, flush=True))
    return {**{name: samples.values for name, samples in taken.items()}, "wrong": wrong[:5]}


def _timed(ask: Callable[[], int], expected: int, wrong: list[str]) -> float:
    began = time.perf_counter()
    found = ask()
    passed = time.perf_counter() - began
    if found != expected:
        wrong.append(f"{found} people instead of {expected}")
    return passed * 1000


def _balances(licences: range) -> int:
    """Where every certificate stands, from the balances that each deed on the ledger keeps in its own transaction."""
    from lms.credit.queries import balances_of

    counted = Counter((each.state, each.satisfied) for each in balances_of(licences).values())
    return sum(counted.values())


def _figures(desk: "Desk") -> int:
    """The report's page: all people by how pressing it is, the same by site, posts, and the first fifty lines."""
    from django.utils import timezone

    from lms.enterprise import queries

    today = timezone.localdate()
    whole = queries.figures_of(desk, today=today)
    by_site = queries.risk_by_site(desk, today=today)
    queries.posts_on(desk)
    lines = list(queries.roster(desk, queries.Wish(), today=today)[:50])
    same = sum(one.figures.people for one in by_site) == whole.people and len(by_site) == SITES + 1
    return whole.people - 1 if same and lines else 0  # but for the manager


def _file(manager: "User", desk: "Desk") -> int:
    """Every person's line as a spreadsheet's file, by the page's own view, to the last byte."""
    from django.test import RequestFactory

    from lms.enterprise.export_views import export

    request = RequestFactory().get("/")
    request.user = manager
    answer = cast("StreamingHttpResponse", export(request, organisation_uuid=desk.organisation.uuid, form="csv"))
    return answer.getvalue().count(b"\r\n") - 2  # but for the heading and the manager


def _desk(manager: "User", place: int, learners: int) -> "Desk":
    from django.db import connection
    from django.utils import timezone

    from lms.enterprise import actions, queries
    from lms.enterprise.models import Site

    now = timezone.now()
    Site.objects.bulk_create(
        [Site(organisation_id=place, name=f"项目部 {number}", opened_at=now) for number in range(SITES)]
    )
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [place])
        cursor.execute(POSTINGS, [SITES, SITES])
    filed = actions.refresh_company(place, at=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) enterprise_rosterline")
    assert filed == learners + 1, f"{filed} lines"  # noqa: S101 — the manager is one of them
    (desk,) = queries.desks_of(manager, on=timezone.localdate(now))
    return desk


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
