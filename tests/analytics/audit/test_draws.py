"""Draws by lot: nobody can choose, anybody can draw again."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from analytics.audit.draws import draws
from analytics.domain.draw import drawn, first_wrong
from analytics.learning_log.actions import Sequenced, put_labels
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.analytics.conftest import Append, Person

pytestmark = pytest.mark.django_db
Seal = Callable[[], Sequenced]
ENTRIES = "\n".join(f"inspector-{number}" for number in range(40))


def commit(client: Client, **more: str) -> int:
    asked = {"population": "list", "entries": ENTRIES, "sample": "5"} | more
    return client.post(reverse("audit:draws"), asked).status_code


def test_a_stranger_draws_the_same(client: Client, auditor: User, seal: Seal, tmp_path: Path) -> None:
    client.force_login(auditor)
    assert commit(client) == 302
    (draw,) = draws()
    reveal = reverse("audit:reveal", args=[draw.uuid])
    assert client.post(reveal).status_code == 422, "nobody knows the next head yet"
    stranger = Client()
    before = stranger.get(reverse("audit:draw", args=[draw.uuid])).json()
    assert "seed" not in before and before["list_hash"] and before["seed_hash"]
    seal()
    assert client.post(reveal).status_code == 302
    assert client.post(reveal).status_code == 422, "once only"
    told = stranger.get(reverse("audit:draw", args=[draw.uuid])).json()
    assert first_wrong(told) == ""
    assert len(told["drawn"]) == 5 and set(told["drawn"]) <= set(ENTRIES.split("\n"))
    program, file = tmp_path / "verify_draw.py", tmp_path / "draw.json"
    program.write_bytes(stranger.get(reverse("audit:draw_verifier")).content)
    file.write_text(json.dumps(told), encoding="utf-8")
    run = subprocess.run([sys.executable, "-I", program, file], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "GOOD: " + ", ".join(told["drawn"]) + "\n")
    for name, value in (("items", told["items"][1:]), ("seed", "00" * 32), ("beacon", "00" * 32), ("drawn", ["x"])):
        assert first_wrong(told | {name: value}), name
    page = client.get(reverse("audit:draws")).content.decode()
    assert told["drawn"][0] in page


def test_learners_are_drawn_from_the_log(client: Client, auditor: User, append: Append) -> None:
    for learner in (7, 8, 8, 9):
        append(kind="enrolment.learner_enrolled", learner_id=learner,
               payload={"edition_uuid": "e", "course_title": "课"})  # fmt: skip
    client.force_login(auditor)
    assert commit(client, population="learners", sample="2", entries="") == 302
    assert draws()[0].told["items"] == ["7", "8", "9"]


def test_institutions_are_drawn_and_no_company(client: Client, auditor: User, append: Append) -> None:
    for kind in ("institution", "enterprise", "authority"):
        append(kind="organisations.organisation_created", payload={
            "organisation_uuid": f"{kind}-1", "organisation_kind": kind, "region_code": "500000"})  # fmt: skip
    client.force_login(auditor)
    assert commit(client, population="institutions", sample="1", entries="") == 302
    assert draws()[0].told["items"] == ["institution-1"]


def test_a_stranger_reads_the_draw_and_no_persons_name(
    client: Client, auditor: User, append: Append, person: Person, seal: Seal
) -> None:
    learner = person(Role.LEARNER, name="砖小明")
    append(
        kind="enrolment.learner_enrolled", learner_id=learner.pk, payload={"edition_uuid": "e", "course_title": "课"}
    )
    client.force_login(auditor)
    assert commit(client, population="learners", sample="1", entries="") == 302
    (draw,) = draws()
    address, stranger = reverse("audit:draw_page", args=[draw.uuid]), Client()
    before = stranger.get(address).content.decode()
    assert "名单已公布，待开奖" in before and draw.told["seed_hash"] in before
    seal()
    assert client.post(reverse("audit:reveal", args=[draw.uuid])).status_code == 302
    after = stranger.get(address).content.decode()
    assert f"人员 {learner.pk}" in after and "python3 verify_draw.py draw.json" in after
    assert "砖小明" not in after and "砖**" not in after
    assert f"砖**（{learner.pk}）" in client.get(reverse("audit:draws")).content.decode()
    assert stranger.get(reverse("audit:draw_page", args=[uuid4()])).status_code == 404


def test_what_is_drawn_is_called_by_its_name(client: Client, auditor: User, append: Append, seal: Seal) -> None:
    put_labels(kind="organisation", texts={"institution-1": "渝中培训中心"})
    append(kind="organisations.organisation_created", payload={
        "organisation_uuid": "institution-1", "organisation_kind": "institution", "region_code": "500000"})  # fmt: skip
    client.force_login(auditor)
    assert commit(client, population="institutions", sample="1", entries="") == 302
    seal()
    (draw,) = draws()
    client.post(reverse("audit:reveal", args=[draw.uuid]))
    assert "渝中培训中心" in client.get(reverse("audit:draws")).content.decode()
    assert "渝中培训中心" in Client().get(reverse("audit:draw_page", args=[draw.uuid])).content.decode()


def test_lots_are_fair() -> None:
    items = [str(number) for number in range(20)]
    counts = dict.fromkeys(items, 0)
    for number in range(4000):
        counts[drawn(items, 1, f"{number:064x}", "ab" * 32)[0]] += 1
    assert all(130 < count < 270 for count in counts.values())


@pytest.mark.parametrize(
    ("name", "value"), [("entries", ""), ("sample", "41"), ("sample", "0"), ("sample", "x"), ("population", "staff")]
)
def test_what_cannot_be_drawn_is_refused(client: Client, auditor: User, name: str, value: str) -> None:
    client.force_login(auditor)
    assert commit(client, **{name: value}) == 422
    assert draws() == ()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}])
def test_outsiders_draw_nothing(client: Client, person: Person, role: Role) -> None:
    client.force_login(person(role))
    before = LogRecord.objects.count()
    assert commit(client) == 403
    assert client.get(reverse("audit:draws")).status_code == 403
    assert client.post(reverse("audit:reveal", args=[uuid4()])).status_code == 403
    assert LogRecord.objects.count() == before


def test_who_is_signed_out_is_sent_to_sign_in(client: Client) -> None:
    assert commit(client) == 302
    assert draws() == ()
    assert client.get(reverse("audit:draw", args=[uuid4()])).status_code == 404
