"""From a list to people: who is new, joined, changed, asked or refused; and that nothing is done twice or by halves."""

from base64 import b64encode
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from analytics.learning_log.models import LogRecord
from lms.accounts import field_encryption
from lms.accounts.actions import record_identity, record_licence
from lms.accounts.models import Identity, Licence, User
from lms.accounts.queries import find_by_document
from lms.accounts.roles import Role, roles_of
from lms.enterprise import actions, queries
from lms.enterprise.domain.roster_file import ListRefused
from lms.enterprise.imports.reader_gateway import rows_of
from lms.enterprise.models import ColumnMemory, ImportBatch, ImportRow, Invitation, RosterImport, TransferRequest
from lms.organisations.models import Membership
from lms.organisations.queries import staff_ids
from tests import people
from tests.lms.enterprise.imports.conftest import Company, checked, done, received
from tests.lms.enterprise.imports.lists import document, person, workbook

pytestmark = pytest.mark.django_db


def known(number: int, name: str, now: datetime) -> User:
    """Somebody with an account and a document."""
    user = people.learner(name)
    record_identity(user=user, kind="resident_id", legal_name=name, number=document(number), at=now, by=None)
    return user


def test_new_people_get_an_account_without_password_a_place_a_licence_and_an_invitation(
    company: Company, now: datetime
) -> None:
    row = done(company, [person(1), person(2, post="")], now)
    assert (row.state, row.counts, row.rows_done) == ("done", {"new": 2}, 2)
    found = find_by_document("resident_id", document(1))
    assert found is not None
    first = User.objects.get(pk=found)
    assert not first.has_usable_password()
    assert (first.phone, roles_of(first)) == ("12000000001", frozenset({Role.LEARNER}))
    assert Membership.objects.get(user=first).valid_from.isoformat() == "2024-01-02"
    licence = Licence.objects.get(holder=first)
    assert (licence.post_code, licence.number, licence.rule_set_code) == ("site_civil", "测-00000001", "chongqing")
    assert Invitation.objects.filter(organisation=company.place).count() == 2
    assert Licence.objects.count() == 1


def test_each_person_has_one_record_and_none_holds_a_number(company: Company, now: datetime) -> None:
    row = done(company, [person(1), person(2)], now)
    records = LogRecord.objects.filter(kind="enterprise.person_imported")
    assert {record.payload["post_code"] for record in records} == {"site_civil"}
    assert records.count() == 2
    for record in LogRecord.objects.filter(kind__startswith="enterprise."):
        text = bytes(record.canonical).decode()
        assert document(1) not in text and "12000000001" not in text
    assert LogRecord.objects.get(kind="enterprise.import_finished").payload["new"] == 2
    assert not ImportBatch.objects.filter(run=row).exists()


def test_the_same_list_twice_changes_nothing(company: Company, now: datetime) -> None:
    rows = [person(number) for number in range(1, 6)]
    done(company, rows, now)
    before = (User.objects.count(), Membership.objects.count(), Licence.objects.count(), Invitation.objects.count())
    again = done(company, rows, now)
    assert again.counts == {"same": 5}
    assert before == (
        User.objects.count(),
        Membership.objects.count(),
        Licence.objects.count(),
        Invitation.objects.count(),
    )


def test_somebody_known_is_joined_told_and_keeps_what_is_theirs(company: Company, now: datetime) -> None:
    user = known(1, "测小乙", now)
    row = done(company, [person(1, name="测 小乙")], now)
    assert row.counts == {"joined": 1}
    assert staff_ids(company.place.pk, among=[user.pk], on=now.date()) == {user.pk}
    user.refresh_from_db()
    assert user.phone is None and user.has_usable_password()
    assert Licence.objects.get(holder=user).number == "测-00000001"
    assert not Invitation.objects.filter(person=user).exists()


def test_a_new_certificate_of_ones_own_people_is_added(company: Company, now: datetime) -> None:
    done(company, [person(1, post="")], now)
    assert done(company, [person(1)], now).counts == {"changed": 1}
    assert Licence.objects.count() == 1


def test_somebody_of_another_company_is_asked_and_moves_by_their_own_word(company: Company, now: datetime) -> None:
    user = known(1, "测小乙", now)
    former = people.organisation("enterprise")
    people.join(user, former)
    assert done(company, [person(1)], now).counts == {"moving": 1}
    assert not staff_ids(company.place.pk, among=[user.pk], on=now.date())
    request = TransferRequest.objects.get()
    for stranger in (company.manager, company.other, people.learner()):
        with pytest.raises(ListRefused, match="no_such_request"):
            actions.answer_move(request_uuid=request.uuid, accepted=True, at=now, by=stranger)
    done(company, [person(1)], now)  # who was asked is not asked twice
    assert TransferRequest.objects.count() == 1
    actions.answer_move(request_uuid=request.uuid, accepted=True, at=now, by=user)
    tomorrow = now.date() + timedelta(days=1)
    assert staff_ids(company.place.pk, among=[user.pk], on=tomorrow) == {user.pk}
    assert not staff_ids(former.pk, among=[user.pk], on=tomorrow)
    with pytest.raises(ListRefused, match="no_such_request"):
        actions.answer_move(request_uuid=request.uuid, accepted=False, at=now, by=user)


def test_what_is_refused_says_why_and_where(company: Company, now: datetime) -> None:
    known(1, "别的名字", now)
    people.person(phone="12000000002")
    holder = people.learner("持证人")
    record_licence(
        holder=holder, post_code="labor", number="测-00000003", issued_on=now.date() - timedelta(days=9),
        region_code="500000", rule_set_code="chongqing", at=now, by=None,
    )  # fmt: skip
    row = done(company, [person(1), person(2), person(3), person(4)], now)
    assert row.counts == {"refused": 3, "new": 1}
    faults = {
        number: (fault.column, fault.code)
        for number, found in queries.faults_of_import(row.pk).items()
        for fault in found
    }
    assert faults == {2: ("A", "name_differs"), 3: ("C", "phone_taken"), 4: ("E", "licence_number_taken")}


def test_nothing_happens_before_it_is_confirmed(company: Company, now: datetime) -> None:
    before = User.objects.count()
    row = checked(company, [person(1)], now)
    assert (row.state, row.counts) == ("checked", {"new": 1})
    assert actions.run_batch(import_id=row.pk, at=now) is None
    assert User.objects.count() == before
    actions.cancel_import(import_uuid=row.uuid, at=now, by=company.manager)
    with pytest.raises(ListRefused, match="not_now"):
        actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    assert not ImportRow.objects.exists() and not ImportBatch.objects.exists()


def test_somebody_registered_between_check_and_run_is_judged_anew(company: Company, now: datetime) -> None:
    row = checked(company, [person(1)], now)
    known(1, "别的名字", now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    while actions.run_batch(import_id=row.pk, at=now) is not None:
        pass
    row.refresh_from_db()
    assert (row.state, row.counts) == ("done", {"refused": 1})
    assert not Invitation.objects.exists()


def test_cancelled_on_its_way_keeps_whole_batches(
    company: Company, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.enterprise.actions.batches.BATCH", 3)
    row = checked(company, [person(number) for number in range(1, 8)], now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    run = actions.run_batch(import_id=row.pk, at=now)
    assert run is not None and run.rows_done == 3
    actions.cancel_import(import_uuid=row.uuid, at=now, by=company.manager)
    run = actions.run_batch(import_id=row.pk, at=now)
    assert run is not None and (run.state, run.counts) == ("cancelled", {"new": 3})
    assert actions.run_batch(import_id=row.pk, at=now) is None
    assert Identity.objects.count() == 3


def test_a_worker_has_an_import_until_it_is_silent_for_a_minute(company: Company, now: datetime) -> None:
    row = checked(company, [person(1)], now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    assert actions.claim_import(row.pk, at=now)
    assert not actions.claim_import(row.pk, at=now + timedelta(seconds=59))
    assert actions.waiting_imports(at=now + timedelta(seconds=59)) == ()
    assert actions.waiting_imports(at=now + timedelta(seconds=61)) == (row.pk,)
    assert actions.claim_import(row.pk, at=now + timedelta(seconds=61))


def test_the_columns_are_remembered(company: Company, now: datetime) -> None:
    head = ("人", "证", "备注")
    content = workbook([["测小乙", document(1), ""]], head=head)
    deed = {"organisation_id": company.place.pk, "name": "a.xlsx", "content": content, "at": now, "by": company.manager}
    row = actions.receive_list(**deed)  # type: ignore[arg-type]  # one value for both uploads
    assert row.columns == {}
    with pytest.raises(ListRefused, match="columns_missing"):
        actions.choose_columns(import_uuid=row.uuid, sheet=row.sheet, columns={"name": 0}, at=now, by=company.manager)
    with pytest.raises(ListRefused, match="column_twice"):
        actions.choose_columns(
            import_uuid=row.uuid, sheet=row.sheet, columns={"name": 0, "document": 0}, at=now, by=company.manager
        )
    actions.choose_columns(
        import_uuid=row.uuid, sheet=row.sheet, columns={"name": 0, "document": 1}, at=now, by=company.manager
    )
    assert ColumnMemory.objects.get().headings == {"name": "人", "document": "证"}
    assert actions.receive_list(**deed).columns == {"name": 0, "document": 1}  # type: ignore[arg-type]  # as above


def test_a_list_without_a_head_loses_nobody_and_keeps_no_number_in_clear(company: Company, now: datetime) -> None:
    content = workbook([["测小丙", document(2)]], head=["测小乙", document(1)])
    row = actions.receive_list(
        organisation_id=company.place.pk, name="a.xlsx", content=content, at=now, by=company.manager
    )
    assert document(1) not in str(row.sheets)
    deed = {"import_uuid": row.uuid, "sheet": row.sheet, "columns": {"name": 0, "document": 1}}
    actions.choose_columns(**deed, has_head=False, at=now, by=company.manager)  # type: ignore[arg-type]  # one deed, twice
    checked_row = actions.check_list(import_id=row.pk, at=now)
    assert checked_row is not None and checked_row.counts == {"new": 2}
    actions.choose_columns(**deed, at=now, by=company.manager)  # type: ignore[arg-type]  # as above
    checked_row = actions.check_list(import_id=row.pk, at=now)
    assert checked_row is not None and checked_row.counts == {"new": 1}
    assert set(ColumnMemory.objects.get().headings.values()) <= {"测小乙", "…"}


def test_another_company_opens_none_of_it(company: Company, now: datetime) -> None:
    row = checked(company, [person(1)], now)
    for stranger in (company.other, people.learner(), people.outsider(), people.auditor()):
        with pytest.raises(ListRefused, match="not_your_company"):
            actions.receive_list(organisation_id=company.place.pk, name="x", content=b"a,b", at=now, by=stranger)
        for deed in (actions.confirm_import, actions.cancel_import, actions.open_list):
            with pytest.raises(ListRefused, match="not_your_import"):
                deed(import_uuid=row.uuid, at=now, by=stranger)
        with pytest.raises(ListRefused, match="not_your_import"):
            actions.choose_columns(import_uuid=row.uuid, sheet=row.sheet, columns=row.columns, at=now, by=stranger)
        assert queries.import_for_manager(stranger, row.uuid, on=now.date()) is None


def test_a_list_that_was_kept_as_it_came_is_still_read(company: Company, now: datetime) -> None:
    """As imports before 0005 have it: the file itself, sealed."""
    row = received(company, [person(1)], now)
    kept = field_encryption.seal(b64encode(workbook([person(1), person(2)])).decode(), context=f"list:{row.uuid}")
    row.file.delete(save=False)
    row.file.save(row.uuid.hex, ContentFile(kept))
    actions.choose_columns(import_uuid=row.uuid, sheet=row.sheet, columns=row.columns, at=now, by=company.manager)
    found = actions.check_list(import_id=row.pk, at=now)
    assert found is not None and found.counts == {"new": 2}


def test_rows_are_counted_as_they_are_done(company: Company, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.enterprise.actions.batches.BATCH", 2)
    done(company, [person(3)], now)
    row = checked(company, [person(1), person(2, name="李四5"), person(3), person(4), person(5)], now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    assert RosterImport.objects.get(pk=row.pk).rows_done == 2  # one refused, one the same
    seen = []
    while (run := actions.run_batch(import_id=row.pk, at=now)) is not None:
        seen.append(run.rows_done)
    # Rows 2 and 3 are a batch of one, as row 4 stays what it is; then 5, and 6.
    assert seen == [3, 4, 5, 5]
    row.refresh_from_db()
    assert row.counts == {"new": 3, "refused": 1, "same": 1}


def test_the_list_lies_sealed_and_is_forgotten_after_a_month(company: Company, now: datetime) -> None:
    row = received(company, [person(1)], now)
    with row.file.open("rb") as file:
        kept = file.read()
    assert b"PK" not in kept[:64] and document(1).encode() not in kept
    kept = actions.open_list(import_uuid=row.uuid, at=now, by=company.manager)
    assert [number for number, _cells in rows_of(kept, row.sheet)] == [1, 2]
    assert actions.forget_lists(at=now + timedelta(days=29)) == 0
    assert actions.forget_lists(at=now + timedelta(days=31)) == 1
    with pytest.raises(ListRefused, match="file_forgotten"):
        actions.open_list(import_uuid=row.uuid, at=now, by=company.manager)
    assert not RosterImport.objects.get().file
