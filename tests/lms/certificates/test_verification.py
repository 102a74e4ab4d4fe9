"""Anybody may ask whether a certificate is real; nobody learns which numbers exist."""

import json
import re
import statistics
import time
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from lms.certificates import question_limit
from lms.certificates.models import Certificate, PublicRecord
from lms.certificates.question_limit import StepCounter, counter
from lms.certificates.verification import masked_name
from lms.certificates.verification_pages import masked
from tests.lms.certificates import paper
from tests.lms.certificates.standing import holder, registered

pytestmark = pytest.mark.usefixtures("both_roles")
PAGE, API = "/verify/", "/verify/api/"


@pytest.fixture(autouse=True)
def nobody_asked_yet(settings: Settings) -> None:
    cache.clear()
    counter.forget()
    settings.CREDENTIAL_KEY = paper.CREDENTIAL_KEY


@pytest.fixture
def certificate() -> Certificate:
    return registered(holder())


def name_of(certificate: Certificate) -> str:
    return str(certificate.versions.get().facts["holder_name"])


def ask(number: str, name: str) -> str:
    return Client().post(PAGE, {"number": number, "name": name}).content.decode()


def asked_by_program(number: str, name: str) -> dict[str, object]:
    answer = Client().post(API, json.dumps({"number": number, "name": name}), content_type="application/json")
    told: dict[str, object] = answer.json()
    return told


def test_number_and_name_show_the_facts_with_the_name_masked(certificate: Certificate) -> None:
    page = ask(f" {certificate.number} ", name_of(certificate))
    assert certificate.number in page
    assert masked_name(name_of(certificate)) in page
    told = asked_by_program(certificate.number, name_of(certificate))
    assert (told["found"], told["state"]) == (True, "valid")
    assert "id_masked" not in told


def test_a_revoked_one_is_said_to_be_revoked(certificate: Certificate) -> None:
    Certificate.objects.filter(number=certificate.number).update(
        revoked_at=timezone.now(), revocation_reason="伪造材料"
    )
    page = ask(certificate.number, name_of(certificate))
    assert "已注销" in page
    assert "伪造材料" in page
    assert asked_by_program(certificate.number, name_of(certificate))["state"] == "revoked"


def test_an_expired_one_is_said_to_be_expired() -> None:
    old = registered(holder(), valid_to=date(2026, 1, 1))
    assert asked_by_program(old.number, name_of(old))["state"] == "expired"


def test_a_wrong_name_and_an_unknown_number_get_one_answer(certificate: Certificate) -> None:
    def bare(page: str) -> str:
        return re.sub(r'[A-Za-z0-9]{64}|value="[^"]*"', "", page)

    wrong, unknown = ask(certificate.number, "王五"), ask("没有-1", "王五")
    assert bare(wrong) == bare(unknown)
    assert "没有查到" in wrong
    assert asked_by_program(certificate.number, "王五") == asked_by_program("没有-1", "王五") == {"found": False}


def test_unknown_takes_as_long_as_revoked(certificate: Certificate, settings: Settings) -> None:
    """Medians of interleaved questions: neither may be told from the other by a third of the work it takes.

    The processor's time, not the wall's: what else runs beside the tests is not ours. The row `verification` times answers.
    """
    settings.VERIFICATIONS_A_MINUTE = 100_000
    Certificate.objects.filter(number=certificate.number).update(revoked_at=timezone.now(), revocation_reason="x")
    client, name = Client(), name_of(certificate)
    spent: dict[str, list[float]] = {certificate.number: [], "没有-00000001": []}
    for _ in range(60):
        for number, times in spent.items():
            began = time.thread_time()
            client.post(PAGE, {"number": number, "name": name})
            times.append(time.thread_time() - began)
    revoked, unknown = (statistics.median(times[10:]) for times in spent.values())
    assert 0.67 < revoked / unknown < 1.5


def test_who_asks_too_often_waits(certificate: Certificate, settings: Settings) -> None:
    settings.VERIFICATIONS_A_MINUTE = 2
    client = Client()
    statuses = [client.post(PAGE, {"number": "x", "name": "y"}).status_code for _ in range(4)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    answer = client.post(API, "{}", content_type="application/json")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 60


def test_processes_count_together_in_steps() -> None:
    """Three processes, each a tenth of the limit behind at most: what is let through stays near it."""
    told: list[int] = []

    def tell(address: str, window: int, by: int) -> int:
        told.append(by)
        return sum(told)

    processes, limit = [StepCounter(tell) for _ in range(3)], 30
    answers = [process.count("a", 1, limit=limit) for _ in range(40) for process in processes]
    let_through = sum(answer <= limit for answer in answers)
    assert limit - 2 <= let_through <= limit + 2 * len(processes)
    assert len(told) <= let_through / 3 + len(processes), "who is refused is no burden to the counter of all"
    assert processes[0].count("a", 2, limit=limit) == 1, "another minute"
    assert processes[0].count("b", 2, limit=limit) == 1, "another address"


def test_a_process_remembers_only_so_many_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_limit, "MOST_ADDRESSES", 2)
    told: dict[str, int] = {}

    def tell(address: str, window: int, by: int) -> int:
        told[address] = told.get(address, 0) + by
        return told[address]

    process = StepCounter(tell)
    assert [process.count(address, 1, limit=30) for address in ("a", "b", "c", "c", "a")] == [1, 1, 1, 2, 2]
    assert told == {"c": 2}, "of whom nothing is remembered every question is told"


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"number": 5}', '{"number": "x"}', "x" * 5000])
def test_a_program_that_asks_wrongly_is_told(db: None, body: str) -> None:
    answer = Client().post(API, body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"error": "number_and_name_needed"})


def test_the_page_carries_the_key_for_codes(db: None) -> None:
    page = Client().get(reverse("verify:verify")).content.decode()
    assert "verify-key" in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王明", "王*"), ("王小明", "王*明"), ("欧阳小明", "欧**明"), ("王", "王*"), ("砖小明（虚构）", "砖*明（虚构）")],
)
def test_the_middle_of_a_name_is_hidden(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_the_prepared_page_is_the_one_that_the_templates_draw(certificate: Certificate) -> None:
    """Who is signed in gets the whole page drawn anew; a stranger gets the same, filled in."""

    def bare(page: str) -> str:
        return re.sub(r"[A-Za-z0-9]{64}", "", page)

    name, other = name_of(certificate), '<b>"&</b>'
    for number, said in ((certificate.number, name), (certificate.number, other), (other, name)):
        ordinary = Client()
        ordinary.cookies["sessionid"] = "of-nobody"
        drawn = ordinary.post(PAGE, {"number": number, "name": said}).content.decode()
        assert bare(ask(number, said)) == bare(drawn)
        assert "\ue000" not in drawn
        assert other not in drawn
    assert bare(Client().get(PAGE).content.decode()) == bare(ordinary.get(PAGE).content.decode())


def test_the_token_of_an_answer_is_one_that_django_takes(certificate: Certificate) -> None:
    """And another one on each page, or what is compressed with it could be guessed letter by letter."""
    client = Client(enforce_csrf_checks=True)
    client.get(PAGE)
    name = name_of(certificate)
    pages = [client.post(PAGE, {"number": certificate.number, "name": name}).content.decode() for _ in range(5)]
    tokens = [re.findall(r'csrfmiddlewaretoken" value="([A-Za-z0-9]{64})"', page)[0] for page in pages]
    assert len(set(tokens)) == 5
    for token in tokens:
        answer = client.post(reverse("set_language"), {"language": "en", "csrfmiddlewaretoken": token})
        assert answer.status_code == 302
    assert client.post(reverse("set_language"), {"language": "en"}).status_code == 403


def test_every_letter_of_a_token_is_as_likely_as_another() -> None:
    counted = Counter("".join(masked("a" * 32) for _ in range(2000)))
    assert len(counted) == 62
    assert max(counted.values()) < 1.25 * min(counted.values())


def test_a_question_costs_one_query(
    certificate: Certificate, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    name = name_of(certificate)
    ask(certificate.number, name)
    with django_assert_num_queries(1):
        ask(certificate.number, name)
    with django_assert_num_queries(1):
        asked_by_program("没有-1", "王五")


def test_a_language_has_its_own_words(certificate: Certificate) -> None:
    number, name = certificate.number, name_of(certificate)
    assert "历史数据登记" in ask(number, name)
    english = Client(headers={"accept-language": "en"}).post(PAGE, {"number": number, "name": name}).content.decode()
    assert "历史数据登记" not in english
    assert masked_name(name) in english


def test_what_strangers_see_follows_versions_and_revocations(certificate: Certificate) -> None:
    """The database writes the row itself: nobody can forget to."""
    before = PublicRecord.objects.get(number=certificate.number).record
    Certificate.objects.filter(side="platform", number=certificate.number).update(
        revoked_at=datetime(2026, 3, 1, 17, 0, tzinfo=UTC), revocation_reason="他人冒用"
    )
    assert PublicRecord.objects.get(number=certificate.number).record == before  # the issuer's word comes first
    Certificate.objects.filter(side="issuer", number=certificate.number).update(
        revoked_at=datetime(2026, 3, 1, 17, 0, tzinfo=UTC), revocation_reason="他人冒用"
    )
    told = asked_by_program(certificate.number, name_of(certificate))
    assert (told["state"], told["revoked_on"]) == ("revoked", "2026-03-02")  # the regulator's day
