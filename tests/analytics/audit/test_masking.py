"""Personal data at the desk: covered on every page and in every file, opened for a reason, a scope and a time, and on record."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.audit import unmasking
from analytics.audit.sight import sight_of
from analytics.audit.unmasking import NoReason, mask_again, unmask
from analytics.domain.masking import mask_name, mask_numbers
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.analytics.conftest import Append, Person

pytestmark = pytest.mark.django_db
REASON = "核对投诉人与签到人是否为同一人"
PHONE, ID_NUMBER = "13800001234", "500101199001011013"


@pytest.fixture
def about(append: Append, person: Person) -> tuple[User, User, LogRecord]:
    """Two learners, and a record that holds what it should not: somebody wrote a number and a name into a free field."""
    one, other = person(name="砖小明"), person(name="梁大柱")
    append(actor_id=other.pk, learner_id=other.pk, payload={"what": "别的事"})
    said = f"砖小明来电 {PHONE}，证件 {ID_NUMBER}"
    return one, other, append(actor_id=one.pk, learner_id=one.pk, payload={"what": said})


def pages(record: LogRecord, learner: User) -> list[str]:
    day = timezone.localtime(record.recorded_at).date().isoformat()
    return [
        reverse("audit:records"),
        reverse("audit:records") + f"?learner={learner.pk}",
        reverse("audit:record", args=[record.pk]),
        reverse("audit:day", args=[learner.pk, day]),
        reverse("audit:export"),
    ]


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    if isinstance(answer, StreamingHttpResponse):
        return answer.getvalue().decode()
    return answer.content.decode()


def test_nothing_of_a_person_stands_open_on_any_page_or_in_the_file(
    client: Client, about: tuple[User, User, LogRecord], auditor: User
) -> None:
    learner, _, record = about
    client.force_login(auditor)
    for address in pages(record, learner):
        told = read(client, address)
        assert "砖**" in told, address
        for open_word in ("砖小明", PHONE, ID_NUMBER, PHONE.encode().hex(" ")):
            assert open_word not in told, address


def test_one_person_is_opened_and_nobody_else(
    client: Client, about: tuple[User, User, LogRecord], auditor: User
) -> None:
    learner, _, record = about
    client.force_login(auditor)
    answer = client.post(
        reverse("audit:unmask"),
        {"scope": "person", "person": learner.pk, "reason": REASON, "minutes": 15, "next": reverse("audit:leads")},
    )
    assert (answer.status_code, answer["Location"]) == (302, reverse("audit:leads"))
    for address in pages(record, learner):
        told = read(client, address)
        assert "砖小明" in told, address
        assert "梁大柱" not in told, address
        assert PHONE not in told, "whose number it is cannot be told from the text"
    assert "打开至" in read(client, reverse("audit:records"))


def test_everybody_is_opened_and_covered_again(
    client: Client, about: tuple[User, User, LogRecord], auditor: User
) -> None:
    learner, _, record = about
    client.force_login(auditor)
    client.post(reverse("audit:unmask"), {"scope": "everybody", "reason": REASON, "minutes": 60})
    told = read(client, reverse("audit:record", args=[record.pk]))
    assert PHONE in told and ID_NUMBER in told and "砖小明" in told
    assert "梁大柱" in read(client, reverse("audit:records"))
    client.post(reverse("audit:mask"))
    assert "砖小明" not in read(client, pages(record, learner)[0])
    assert LogRecord.objects.get(kind="audit.personal_data_masked").actor_id == auditor.pk


def test_the_opening_is_a_record_and_its_reason_stands_beside(
    client: Client, about: tuple[User, User, LogRecord], auditor: User, now: datetime
) -> None:
    learner, _, _ = about
    until = unmask(by=auditor, person_id=learner.pk, reason=REASON, minutes=15, at=now)
    told = LogRecord.objects.get(kind="audit.personal_data_unmasked")
    assert (told.actor_id, told.learner_id) == (auditor.pk, learner.pk)
    assert told.payload == {
        "scope": "person",
        "open_until": until.isoformat(),
        "reason_ref": told.payload["reason_ref"],
    }
    assert REASON not in str(told.payload)
    client.force_login(auditor)
    assert REASON in read(client, reverse("audit:record", args=[told.pk]))
    assert "打开个人信息（一人）" in read(client, reverse("audit:records"))


def test_it_ends_by_itself_and_is_for_one_auditor_only(about: object, auditor: User, person: Person) -> None:
    at = timezone.now()
    unmask(by=auditor, person_id=None, reason=REASON, minutes=15, at=at)
    assert sight_of(auditor.pk, at + timedelta(minutes=14)).everybody
    assert not sight_of(auditor.pk, at + timedelta(minutes=15)).openings
    assert not sight_of(person(Role.AUDITOR).pk, at).openings
    mask_again(by=auditor, at=at)
    assert not sight_of(auditor.pk, at).openings


@pytest.mark.parametrize(
    ("reason", "minutes", "why"),
    [("", 15, "too_short"), ("看看", 15, "too_short"), ("啊" * 30, 15, "too_short"), ("  a b c d  ", 15, "too_short"),
     ("核对投诉人与签到人" * 30, 15, "too_long"), (REASON, 0, "period"), (REASON, -5, "period"), (REASON, 241, "period")],
)  # fmt: skip
def test_without_reason_or_end_nothing_is_opened(
    auditor: User, now: datetime, reason: str, minutes: int, why: str
) -> None:
    with pytest.raises(NoReason, match=why):
        unmask(by=auditor, person_id=None, reason=reason, minutes=minutes, at=now)
    assert not LogRecord.objects.filter(kind="audit.personal_data_unmasked").exists()


def test_what_was_typed_stays_in_the_form_and_the_error_beside_it(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    answer = client.post(reverse("audit:unmask"), {"scope": "person", "person": "7", "reason": "看看", "minutes": 60})
    assert answer.status_code == 422
    assert "看看</textarea>" in answer.content.decode()
    assert client.post(reverse("audit:unmask"), {"scope": "person", "reason": REASON}).status_code == 422
    assert "至少 10 个字" in client.get(reverse("audit:unmask")).content.decode()


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org/audit/", "/accounts/", "javascript:x"])
def test_it_leads_back_into_the_reading_room_only(client: Client, auditor: User, address: str) -> None:
    client.force_login(auditor)
    answer = client.post(reverse("audit:mask"), {"next": address})
    assert answer["Location"] == reverse("audit:records")


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}])
def test_outsiders_open_nothing(client: Client, person: Person, role: Role, now: datetime) -> None:
    outsider = person(role)
    client.force_login(outsider)
    before = LogRecord.objects.count()
    for name in ("audit:unmask", "audit:mask"):
        assert client.post(reverse(name), {"scope": "everybody", "reason": REASON, "minutes": 15}).status_code == 403
    with pytest.raises(PermissionDenied):
        unmask(by=outsider, person_id=None, reason=REASON, minutes=15, at=now)
    with pytest.raises(PermissionDenied):
        unmasking.mask_again(by=outsider, at=now)
    assert LogRecord.objects.count() == before


def test_who_is_signed_out_is_sent_to_sign_in(client: Client) -> None:
    assert client.post(reverse("audit:unmask")).status_code == 302
    assert not LogRecord.objects.exists()


@pytest.mark.parametrize("number", ["500101199013011013", "1234567890123456789012", "PX13800001234", "128000012345"])
def test_other_numbers_stay_readable(number: str) -> None:
    assert mask_numbers(number) == number


def test_names_keep_their_first_character() -> None:
    assert [mask_name(name) for name in ("砖小明", "欧", "John Smith")] == ["砖**", "欧**", "J**"]


def test_words_typed_into_a_search_are_covered_too(client: Client, auditor: User, about: object) -> None:
    client.force_login(auditor)
    client.get(reverse("audit:records"), {"text": "砖小明"}, follow=True)
    look = LogRecord.objects.get(kind="audit.records_viewed")
    assert "砖小明" not in read(client, reverse("audit:record", args=[look.pk]))
