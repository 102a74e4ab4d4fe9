"""Every address of the desk: none lets an auditor change what is not his own paper, and each look at the log is filed."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.audit.cases import open_case
from analytics.audit.draws import commit_draw
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from analytics.urls import urlpatterns
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.analytics.conftest import Append, Person

pytestmark = pytest.mark.django_db
UNSAFE = ("post", "put", "patch", "delete")
PAPERS = {  # an auditor's own papers, and the log, which takes new records alone
    *("analytics_casefile", "analytics_caseentry", "analytics_explanationrequest", "analytics_savedfilter"),
    *("analytics_heldwords", "analytics_logexport", "analytics_label", "analytics_logrecord", "analytics_logarrival"),
}
# What stands there for programs or for those who are not auditors, or shows nothing but the auditor's own requests.
NO_LOOK = {
    *(
        "find",
        "own_dashboard",
        "draw_verifier",
        "reveal",
        "draw_page",
        "draw",
        "case_step",
        "explanations",
        "explanation",
    ),
    *("exports", "save_filter", "saved_filter", "unmask", "mask"),
}
# Filed when it is done, which takes a worker or a reason of its own: test_background_exports, test_cases, test_evidence.
FILED_ELSEWHERE = {"export_file", "case_pack", "evidence", "dashboard_records"}
WRITES = {
    *("find", "draws", "reveal", "cases", "case_step", "explanation", "exports", "save_filter", "saved_filter"),
    *("unmask", "mask"),
}


@pytest.fixture
def addresses(append: Append, auditor: User, person: Person) -> dict[str, str]:
    """An address under each name, of something that is there where that matters."""
    learner = person(Role.LEARNER, name="砖小明")
    append(kind="enrolment.learner_enrolled", learner_id=learner.pk,
           payload={"edition_uuid": "e", "course_title": "课"})  # fmt: skip
    award = append(
        kind="credit.hours_awarded",
        learner_id=learner.pk,
        payload={
            "entry_uuid": str(uuid4()), "category": "f2f", "seconds": 2700, "activity_day": "2026-05-09", "state": "counted",
            "source_kind": "f2f", "source_ref": "", "post_code": "",
        },
    )  # fmt: skip
    now = timezone.now()
    case = open_case(by=auditor, subject_kind="learner", subject_ref=str(learner.pk), title="代签嫌疑", at=now)
    draw = commit_draw(by=auditor, population="list", entries="a\nb", sample=1, at=now)
    values = {
        "record_id": award.pk, "learner_id": learner.pk, "day": "2026-05-09", "facet": "region", "value": "500000",
        "draw_uuid": draw, "case_uuid": case.uuid, "request_uuid": uuid4(), "export_uuid": uuid4(), "filter_id": 1,
    }  # fmt: skip
    return {
        pattern.name: reverse(
            f"audit:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters}
        )
        for pattern in urlpatterns
        if pattern.name
    }


def _contents() -> dict[str, tuple[str, ...]]:
    """All rows of all tables that no auditor may write to, as text."""
    tables = sorted({model._meta.db_table for model in apps.get_models()} - PAPERS - {"django_session"})
    found = {}
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in tables:
            if table in present:
                cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608 — names of our own tables
                found[table] = tuple(row for (row,) in cursor.fetchall())
    return found


def test_no_unsafe_request_changes_anything_but_own_papers(
    client: Client, auditor: User, addresses: dict[str, str]
) -> None:
    client.force_login(auditor)
    before, filed = _contents(), list(LogRecord.objects.order_by("pk").values())
    for name, address in addresses.items():
        for method in UNSAFE:
            answer = getattr(client, method)(
                address, {"kind": "x", "step": "entry", "text": "x", "query": "kind=x", "name": "x"}
            )
            if name not in WRITES or method != "post":
                assert answer.status_code == 405, (name, method)
    after = _contents()
    assert {table for table in before if before[table] != after[table]} == set()
    assert list(LogRecord.objects.order_by("pk").values())[: len(filed)] == filed


def test_every_look_at_the_log_is_filed(
    client: Client, auditor: User, addresses: dict[str, str], seal: Callable[[], Sequenced]
) -> None:
    seal()
    client.force_login(auditor)
    unfiled = []
    for name, address in addresses.items():
        if name in NO_LOOK | FILED_ELSEWHERE:
            continue
        before = LogRecord.objects.filter(actor_id=auditor.pk).count()
        answer = client.get(address)
        if answer.status_code == 404 and name == "dashboard":
            continue  # nothing is filed under the region before the cards are
        assert answer.status_code == 200, name
        b"".join(answer) if answer.streaming else answer.content
        if LogRecord.objects.filter(actor_id=auditor.pk).count() == before:
            unfiled.append(name)
    assert not unfiled


def test_no_address_is_left_out() -> None:
    names = {pattern.name for pattern in urlpatterns}
    assert names >= NO_LOOK | FILED_ELSEWHERE | WRITES, "names of addresses that are no more"
