"""The manager's pages of an import, the invited person's page, and everybody who is sent away."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from lms.accounts.models import User
from lms.enterprise import actions, queries
from lms.enterprise.models import Invitation, RosterImport, TransferRequest
from tests import people
from tests.lms.enterprise.imports.conftest import Company, checked, done
from tests.lms.enterprise.imports.lists import document, person, workbook

pytestmark = pytest.mark.django_db
OWN_PASSWORD = "Scaffold-knot-2031"


def upload(client: Client, content: bytes, name: str = "名单.xlsx") -> Any:
    return client.post(reverse("enterprise:imports"), {"list": SimpleUploadedFile(name, content)}, follow=True)


@pytest.fixture
def manager(company: Company, client: Client) -> Client:
    client.force_login(company.manager)
    return client


def test_from_upload_to_report(manager: Client, company: Company, django_capture_on_commit_callbacks: Any) -> None:
    page = upload(manager, workbook([person(1), person(2, name="李四5")]))
    assert page.status_code == 200 and "核对列" in page.text
    row = RosterImport.objects.get()
    address = reverse("enterprise:import", args=[row.uuid])
    columns = {field: str(at) for field, at in row.columns.items()}
    page = manager.post(address, {"map": "1", "sheet": row.sheet, **columns}, follow=True)
    assert "第 3 行 A 列" in page.text and "姓名里有数字或符号" in page.text
    page = manager.post(address, {"confirm": "1"}, follow=True)
    row.refresh_from_db()
    assert (row.state, row.counts) == ("done", {"new": 1, "refused": 1})
    assert "去邀请" in page.text
    progress = manager.get(reverse("enterprise:import_progress", args=[row.uuid])).json()
    assert progress == {"moving": False, "done": 2, "total": 2}
    assert "名单.xlsx" in manager.get(reverse("enterprise:imports")).text


def test_a_copy_with_remarks_in_the_cells(manager: Client, company: Company, now: datetime) -> None:
    rows = [person(1), person(2, name="+cmd|'/c calc'!A0"), ["", *person(3)[1:]]]
    row = checked(company, rows, now)
    answer = manager.get(reverse("enterprise:import_copy", args=[row.uuid]))
    book = load_workbook(BytesIO(answer.content))
    page = book.worksheets[0]
    assert page["A3"].value == "'+cmd|'/c calc'!A0" and page["A3"].data_type == "s"
    assert page["A3"].comment is not None and "姓名" in page["A3"].comment.text
    assert page["A4"].comment is not None and "没有姓名" in page["A4"].comment.text
    assert page["B2"].value == document(1) and page["B2"].comment is None
    assert [cell.value for cell in book.worksheets[1][2]][:2] == ["3", "A"]


def test_the_template_is_read_back_by_its_own_headings(manager: Client) -> None:
    answer = manager.get(reverse("enterprise:import_template"))
    page = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert page["B2"].number_format == "@"
    head = [cell.value for cell in page[1]]
    upload(manager, workbook([["测小乙", document(1)]], head=head))
    assert len(RosterImport.objects.get().columns) == len(head) == 10


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, ".xls"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 50, "xlsx"),
    ],
)
def test_what_is_no_list_is_refused_in_words(manager: Client, content: bytes, words: str) -> None:
    page = upload(manager, content)
    assert words in page.text and not RosterImport.objects.exists()


def test_who_may_open_what(client: Client, company: Company, now: datetime) -> None:
    row = checked(company, [person(1)], now)
    doors = [
        reverse("enterprise:import", args=[row.uuid]),
        reverse("enterprise:import_progress", args=[row.uuid]),
        reverse("enterprise:import_copy", args=[row.uuid]),
    ]
    shared = [reverse("enterprise:imports"), reverse("enterprise:letters"), reverse("enterprise:import_template")]
    for door in (*doors, *shared):
        assert client.get(door).status_code == 302, door
        assert client.post(door).status_code in {302, 405}, door
    for stranger in (people.learner(), people.instructor(), people.auditor(), people.outsider()):
        client.force_login(stranger)
        for door in (*doors, *shared):
            assert client.get(door).status_code == 403, door
    client.force_login(company.other)
    for door in doors:
        assert client.get(door).status_code == 404, door
    assert client.post(doors[0], {"confirm": "1"}).status_code == 404
    for door in shared[:2]:
        assert client.get(f"{door}?organisation={company.place.uuid}").status_code == 403
    row.refresh_from_db()
    assert row.state == "checked"


def letter(company: Company, now: datetime) -> tuple[Invitation, str]:
    """An invitation of one new person, and its address."""
    done(company, [person(1)], now)
    row = Invitation.objects.get()
    ((_row, token),) = actions.print_letters(organisation_id=company.place.pk, people=None, at=now, by=company.manager)
    return row, reverse("enterprise:join", args=[token])


def answers(**other: str) -> dict[str, str]:
    return {
        "join": "1",
        "proof": document(1)[-6:],
        "password": OWN_PASSWORD,
        "again": OWN_PASSWORD,
        "agrees": "on",
        **other,
    }


def test_an_invited_person_takes_their_account_once(client: Client, company: Company) -> None:
    row, address = letter(company, timezone.now())
    assert company.place.name in client.get(address).text
    page = client.post(address, answers(), follow=True)
    assert page.status_code == 200 and page.wsgi_request.user.pk == row.person_id
    person_now = User.objects.get(pk=row.person_id)
    assert person_now.check_password(OWN_PASSWORD)
    assert queries.has_consented(person_now.pk, company.place.pk)
    client.logout()
    again = client.post(address, answers(password="Other-knot-2032", again="Other-knot-2032"))
    assert again.status_code == 404 and "已经用过" in again.text
    person_now.refresh_from_db()
    assert person_now.check_password(OWN_PASSWORD)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"proof": "000000"}, "后六位不对"),
        ({"proof": "-----" + document(1)[-1:]}, "后六位不对"),
        ({"again": "something-else-9"}, "不一样"),
        ({"password": "12345678", "again": "12345678"}, "密码"),
        ({"agrees": ""}, "自愿"),
    ],
)
def test_what_an_invited_person_is_told(client: Client, company: Company, given: dict[str, str], words: str) -> None:
    row, address = letter(company, timezone.now())
    page = client.post(address, answers(**given))
    assert words in page.text
    row.refresh_from_db()
    assert row.used_at is None and not row.person.has_usable_password()


def test_five_wrong_answers_make_a_letter_void(client: Client, company: Company) -> None:
    row, address = letter(company, timezone.now())
    for _ in range(5):
        client.post(address, answers(proof="000000"))
    page = client.post(address, answers())
    assert page.status_code == 404 and "作废" in page.text
    row.refresh_from_db()
    assert row.used_at is None


def test_saying_no_needs_the_same_proof_and_is_kept(client: Client, company: Company) -> None:
    row, address = letter(company, timezone.now())
    client.post(address, {"decline": "1", "proof": "000000"})
    row.refresh_from_db()
    assert row.declined_at is None and row.wrong_answers == 1
    assert "已记下" in client.post(address, {"decline": "1", "proof": document(1)[-6:]}).text
    assert client.get(address).status_code == 404
    assert not queries.has_consented(row.person_id, company.place.pk)


def test_who_said_no_is_asked_again_only_when_named(manager: Client, company: Company) -> None:
    now = timezone.now()
    row, old = letter(company, now)
    Client().post(old, {"decline": "1", "proof": document(1)[-6:]})
    address = reverse("enterprise:letters")
    manager.post(address, {"send": "1"})
    row.refresh_from_db()
    assert row.declined_at is not None and row.sent_at is None
    assert f'value="{row.uuid}"' in manager.get(address).text
    manager.post(address, {"send": "1", "letter": str(row.uuid)})
    row.refresh_from_db()
    assert row.declined_at is None and row.serial == 2
    assert manager.get(old).status_code == 404
    ((_row, token),) = actions.print_letters(organisation_id=company.place.pk, people=None, at=now, by=company.manager)
    assert Client().get(reverse("enterprise:join", args=[token])).status_code == 200


def test_letters_are_sent_printed_and_revoked(
    manager: Client, company: Company, django_capture_on_commit_callbacks: Any
) -> None:
    row, old = letter(company, timezone.now())
    address = reverse("enterprise:letters")
    assert "测小乙" in manager.get(address).text
    manager.post(address, {"send": "1"})
    row.refresh_from_db()
    assert row.sent_at is not None and not row.queued
    slips = manager.post(address, {"print": "1"})
    assert slips.content.startswith(b"%PDF") and slips["Content-Type"] == "application/pdf"
    manager.post(address, {"revoke": str(row.uuid)})
    assert manager.get(old).status_code == 404
    manager.post(address, {"print": "1", "letter": str(row.uuid)})  # a new token; the old one stays void
    assert manager.get(old).status_code == 404
    row.refresh_from_db()
    assert row.serial == 2 and row.revoked_at is None


def test_another_company_touches_no_letter(client: Client, company: Company) -> None:
    row, old = letter(company, timezone.now())
    client.force_login(company.other)
    address = reverse("enterprise:letters")
    client.post(address, {"revoke": str(row.uuid)})
    client.post(address, {"send": "1", "letter": str(row.uuid)})
    client.post(address, {"print": "1", "letter": str(row.uuid)})
    row.refresh_from_db()
    assert (row.revoked_at, row.sent_at, row.serial) == (None, None, 1)
    assert client.get(old).status_code == 200


def test_a_person_answers_a_request_to_move(client: Client, company: Company, now: datetime) -> None:
    user = people.learner()
    request = TransferRequest.objects.create(
        person=user, organisation=company.place, asked_at=timezone.now(), by=company.manager,
        expires_at=timezone.now() + timedelta(days=30),
    )  # fmt: skip
    address = reverse("enterprise:moves")
    assert client.get(address).status_code == 302
    client.force_login(company.other)
    client.post(address, {"accept": str(request.uuid)})
    client.force_login(user)
    assert company.place.name in client.get(address).text
    client.post(address, {"decline": str(request.uuid)})
    request.refresh_from_db()
    assert request.state == "declined"
