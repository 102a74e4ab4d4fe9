"""The page and the command by which programs are let in and shut out."""

import re
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from analytics.xapi.actions import create_client, revoke_client
from analytics.xapi.log_kinds import CLIENT_CREATED, CLIENT_REVOKED
from analytics.xapi.models import XapiClient
from tests import people
from tests.analytics.xapi.conftest import Program

PAGE = "/xapi/clients/"
NEW = {"name": "外部平台", "scopes": ["statements/write", "statements/read/mine"]}


def signed_in(who: object) -> Client:
    client = Client()
    client.force_login(who)  # type: ignore[arg-type]  # a person of tests.people
    return client


def test_an_administrator_lets_a_program_in_and_shuts_it_out(db: None) -> None:
    administrator = people.administrator()
    client = signed_in(administrator)
    page = client.post(PAGE, NEW).content.decode()
    key, secret = re.findall(r"<dd><code[^>]*>([^<]+)</code></dd>", page)
    assert Program(key, secret).get("statements").status_code == 200
    assert secret not in client.get(PAGE).content.decode()
    row = XapiClient.objects.get(key=key)
    assert secret.encode() not in bytes(row.secret_hash) and row.created_by_id == administrator.pk
    assert client.post(f"{PAGE}{row.pk}/revoke/").status_code == 302
    assert Program(key, secret).get("statements").status_code == 401
    assert client.post(f"{PAGE}{row.pk}/revoke/").status_code == 404
    created, revoked = LogRecord.objects.filter(kind__in=(CLIENT_CREATED, CLIENT_REVOKED)).order_by("pk")
    assert created.actor_id == revoked.actor_id == administrator.pk
    assert secret not in str(created.payload)


@pytest.mark.parametrize("who", ["learner", "instructor", "auditor", "authority", "employer", "reviewer", "outsider"])
def test_nobody_else_does(db: None, who: str) -> None:
    person = getattr(people, who)()
    made = create_client(name="x", scopes=["all"], by=None, at=timezone.now())
    client = signed_in(person)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, NEW).status_code == 403
    assert client.post(f"{PAGE}{made.id}/revoke/").status_code == 403
    with pytest.raises(PermissionDenied):
        create_client(name="x", scopes=["all"], by=person, at=timezone.now())
    with pytest.raises(PermissionDenied):
        revoke_client(client_id=made.id, by=person, at=timezone.now())
    assert XapiClient.objects.filter(revoked_at=None).count() == 1


def test_who_is_signed_out_is_sent_to_sign_in(db: None) -> None:
    assert Client().get(PAGE).status_code == Client().post(PAGE, NEW).status_code == 302
    assert not XapiClient.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["everything"]}])
def test_what_is_wrong_is_said_beside_it(db: None, wrong: dict[str, object]) -> None:
    client = signed_in(people.administrator())
    answer = client.post(PAGE, NEW | wrong)
    assert answer.status_code == 400 and "field-error" in answer.content.decode()
    assert not XapiClient.objects.exists()


def test_the_command_does_the_same(db: None) -> None:
    said = StringIO()
    call_command("xapi_client", "create", "平台", "all", stdout=said)
    key, secret = re.findall(r": (\S+)", said.getvalue())
    assert Program(key, secret).get("statements").status_code == 200
    call_command("xapi_client", "list", stdout=said)
    assert f"{key}\topen\t平台\tall" in said.getvalue()
    call_command("xapi_client", "revoke", key, stdout=said)
    assert Program(key, secret).get("statements").status_code == 401
    with pytest.raises(CommandError):
        call_command("xapi_client", "revoke", key)
