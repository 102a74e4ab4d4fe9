"""Who may enter the reading room, and that nobody can change anything from it."""

import pytest
from django.test import Client
from django.urls import reverse

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.analytics.conftest import Append, Person

OUTSIDERS = [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}]


def addresses() -> list[str]:
    """Every address of the room."""
    newest = LogRecord.objects.order_by("-pk").values_list("pk", flat=True).first()
    return [reverse("audit:records"), reverse("audit:export"), reverse("audit:record", args=[newest or 1])]


@pytest.mark.django_db
def test_who_is_signed_out_is_sent_to_sign_in_and_back(client: Client, append: Append) -> None:
    append()
    for address in addresses():
        answer = client.get(address + "?learner=7")
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
        assert "next=" in answer["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *OUTSIDERS])
def test_outsiders_of_every_role_are_told_why_they_may_not_enter(
    client: Client, append: Append, person: Person, role: Role | None
) -> None:
    append(payload={"what": "秘密"})
    client.force_login(person(*([role] if role else [])))
    before = LogRecord.objects.count()
    for address in addresses():
        answer = client.get(address)
        assert answer.status_code == 403
        assert "日志只对审计员开放" in answer.content.decode()
        assert "秘密" not in answer.content.decode()
    assert LogRecord.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_auditors_and_administrators_may(client: Client, append: Append, person: Person, role: Role) -> None:
    append()
    client.force_login(person(role))
    for address in addresses():
        assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_address_can_be_written_to(client: Client, append: Append, auditor: User, method: str) -> None:
    append()
    client.force_login(auditor)
    before = list(LogRecord.objects.order_by("pk").values())
    for address in addresses():
        assert getattr(client, method)(address, {"kind": "x"}).status_code == 405
    assert list(LogRecord.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_there_is_no_permission_to_change_the_log_that_could_be_granted() -> None:
    from django.contrib.auth.models import Permission

    of_the_log = Permission.objects.filter(content_type__app_label="analytics")
    of_the_log = of_the_log.exclude(content_type__model="xapiclient")  # programs are let in and shut out by people
    of_the_log = of_the_log.exclude(codename="view_xapistatement")
    assert set(of_the_log.values_list("codename", flat=True)) == {"view_logrecord", "view_label"}


def test_no_administration_page_writes_to_the_log() -> None:
    from django.contrib import admin
    from wagtail.snippets.models import get_snippet_models

    offered = {*admin.site._registry, *get_snippet_models()}
    assert not [model for model in offered if model._meta.app_label == "analytics"]


@pytest.mark.django_db
def test_pages_of_the_log_are_never_kept_by_a_browser(client: Client, append: Append, auditor: User) -> None:
    append()
    client.force_login(auditor)
    for address in addresses():
        assert "no-store" in client.get(address)["Cache-Control"]
