"""A sheet of rows becomes one training to hand in: all of it, or, with a list of what is wrong, nothing."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from secrets import token_bytes
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from lms.accounts.queries import find_by_document
from lms.credit.domain.rule_set import RuleSet
from lms.credit.queries import rule_sets_on
from lms.enterprise.actions.training import demand_manager, note
from lms.enterprise.domain.on_site_code import SECRET_BYTES
from lms.enterprise.domain.rows import Mistake, Row, column_letter, read_rows
from lms.enterprise.models import Attendance, Training
from lms.enterprise.sheet_gateway import read_sheet
from lms.organisations.queries import StaffMember, staff_of

if TYPE_CHECKING:
    from lms.accounts.models import User


class BadRows(ValueError):
    """A sheet was not taken. `mistakes`: each with its row and column."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        super().__init__("rows with mistakes")
        self.mistakes = tuple(mistakes)


@transaction.atomic
def enter_rows(*, organisation_id: int, title: str, content: bytes, at: datetime, by: "User") -> Training:
    """Read a spreadsheet of past training into one training of the company, ready for its papers and handing in.

    Who is not of the company today, or was not on that day, is a mistake of the row; whether they exist elsewhere is not
    told. The numbers of documents are read and not kept. Raises TrainingRefused, BadRows.
    """
    demand_manager(by, organisation_id, at)
    today = timezone.localdate(at)
    sheet = read_sheet(content)
    rows, mistakes = read_rows(sheet, today=today)
    staff = {one.user_id: one for one in staff_of(organisation_id, on=today)}
    rules = rule_sets_on({held.rule_set_code for one in staff.values() for held in one.licences}, today)
    document_column = _column(sheet, "证件号码", "身份证号", "id number")
    parts: list[tuple[Row, StaffMember, int]] = []
    found = list(mistakes)
    for row in rows:
        part = _matched(row, staff, rules)
        if isinstance(part, str):
            found.append(Mistake(row.number, document_column if part == "not_your_person" else "", part))
        else:
            parts.append((row, *part))
    if found:
        raise BadRows(sorted(found, key=lambda mistake: (mistake.row, mistake.column)))
    training = Training.objects.create(
        organisation_id=organisation_id,
        source=Training.Source.SHEET,
        title=title.strip() or parts[0][0].title,
        code_secret=token_bytes(SECRET_BYTES),
        planned_at=at,
        by=by,
    )
    Attendance.objects.bulk_create(
        Attendance(
            training=training,
            learner_id=member.user_id,
            how=Attendance.How.ROW,
            activity_day=row.day,
            title=row.title,
            seconds=seconds,
        )
        for row, member, seconds in parts
    )
    note(training, "enterprise.rows_entered", at, by, {"people": len(parts)})
    return training


def _matched(row: Row, staff: Mapping[int, StaffMember], rules: Mapping[str, RuleSet]) -> tuple[StaffMember, int] | str:
    """The person of a row with the seconds it is worth, or what is wrong with it."""
    number = find_by_document("resident_id", row.document)
    member = staff.get(number) if number is not None else None
    if member is None or _bare(member.name) != _bare(row.name):
        return "not_your_person"
    if member.since > row.day:
        return "before_employment"
    length = _hour(member, rules, row.day)
    return (member, int(row.hours * length)) if length else "no_licence"


def _hour(member: StaffMember, rules: Mapping[str, RuleSet], day: date) -> int | None:
    held = next((rules[one.rule_set_code] for one in member.licences if one.rule_set_code in rules), None)
    return held.accrual.seconds_per_hour if held else None


def _bare(name: str) -> str:
    """A name without the remark of the demo and without blanks."""
    return name.split("（", maxsplit=1)[0].replace(" ", "")


def _column(sheet: list[list[object]], *titles: str) -> str:
    head = [str(cell).strip().lower() for cell in sheet[0]] if sheet else []
    return next((column_letter(head.index(title)) for title in titles if title in head), "")
