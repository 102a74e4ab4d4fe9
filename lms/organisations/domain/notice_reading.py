"""A notice as it is typed in or uploaded → Notice. Whatever cannot be meant is refused, all of it at once."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from lms.organisations.domain.working_days import SATURDAY, Holiday, Notice

KEYS = frozenset({"year", "number", "issued_on", "holidays", "worked", "amended_by", "note"})
EARLIEST, LATEST = 2000, 2100
LONGEST_HOLIDAY_DAYS = 15
# New Year's holiday may begin in the old year; nothing else of a notice lies outside its own.
NEIGHBOUR_DAYS = 7


class BadNotice(ValueError):
    """The text is no notice. `complaints`: (code, what it is about) for each fault."""

    def __init__(self, complaints: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{code} {about}".strip() for code, about in complaints))
        self.complaints = complaints


def read_notice(data: object) -> Notice:
    """Return the notice written as plain data: {year, number, issued_on, holidays: [{name, from, to}], worked: [day]}.

    Raises BadNotice (not_a_table, unknown_key, missing, not_a_year, not_a_day, ends_before_it_begins, too_long,
    other_year, off_and_worked, worked_on_a_weekday, off_twice, no_days_off).
    """
    if not isinstance(data, Mapping):
        raise BadNotice((("not_a_table", ""),))
    faults = [("unknown_key", str(key)) for key in data if key not in KEYS]
    faults += [("missing", key) for key in ("year", "number", "issued_on", "holidays") if not data.get(key)]
    if faults:
        raise BadNotice(tuple(faults))
    year = data["year"]
    if not isinstance(year, int) or isinstance(year, bool) or not EARLIEST <= year <= LATEST:
        raise BadNotice((("not_a_year", str(year)),))
    notice = Notice(
        year=year,
        number=str(data["number"]).strip(),
        issued_on=_day(data["issued_on"]),
        holidays=tuple(_holiday(row) for row in _rows(data["holidays"])),
        worked=tuple(_day(value) for value in _rows(data.get("worked") or [])),
        amended_by=str(data.get("amended_by") or ""),
        note=str(data.get("note") or ""),
    )
    if complaints := tuple(_contradictions(notice)):
        raise BadNotice(complaints)
    return notice


def written(notice: Notice) -> dict[str, object]:
    """Return a notice as plain data that read_notice reads again."""
    data: dict[str, object] = {
        "year": notice.year,
        "number": notice.number,
        "issued_on": notice.issued_on.isoformat(),
        "holidays": [
            {"name": item.name, "from": item.first.isoformat(), "to": item.last.isoformat()} for item in notice.holidays
        ],
        "worked": [day.isoformat() for day in notice.worked],
    }
    return data | {key: value for key, value in (("amended_by", notice.amended_by), ("note", notice.note)) if value}


def _contradictions(notice: Notice) -> Iterator[tuple[str, str]]:
    seen: set[date] = set()
    for holiday in notice.holidays:
        if holiday.last < holiday.first:
            yield "ends_before_it_begins", holiday.name
        elif (holiday.last - holiday.first).days >= LONGEST_HOLIDAY_DAYS:
            yield "too_long", holiday.name
        else:
            if seen & set(holiday.days()):
                yield "off_twice", holiday.name
            seen |= set(holiday.days())
    for day in (*sorted(seen), *notice.worked):
        if not _belongs(day, notice.year):
            yield "other_year", day.isoformat()
    for day in notice.worked:
        if day in seen:
            yield "off_and_worked", day.isoformat()
        if day.weekday() < SATURDAY:
            yield "worked_on_a_weekday", day.isoformat()
    if not seen:
        yield "no_days_off", ""


def _belongs(day: date, year: int) -> bool:
    margin = timedelta(days=NEIGHBOUR_DAYS)
    return date(year, 1, 1) - margin <= day <= date(year, 12, 31) + margin


def _rows(value: object) -> list[object]:
    if not isinstance(value, (list, tuple)):
        raise BadNotice((("not_a_table", str(value)),))
    return list(value)


def _holiday(row: object) -> Holiday:
    if not isinstance(row, Mapping) or not {"name", "from"} <= set(row) <= {"name", "from", "to"}:
        raise BadNotice((("not_a_table", str(row)),))
    first = _day(row["from"])
    return Holiday(str(row["name"]), first, _day(row["to"]) if "to" in row else first)


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadNotice((("not_a_day", str(value)),)) from None
