"""The text of a yearly notice, pasted as it was published → Notice. Its weekdays and day counts are checked against its days."""

import re
from collections.abc import Iterator
from datetime import date

from lms.organisations.domain.notice_reading import BadNotice, read_notice
from lms.organisations.domain.working_days import Notice

LONGEST_TEXT = 20_000
# Half-width marks, as copies of the text on other sites have them.
WIDE = str.maketrans({"(": "（", ")": "）", ":": "：", ",": "，", "[": "〔", "]": "〕"})
LINE = re.compile(r"^\s*[一二三四五六七八九十]+、([^：\n]{1,20})：(.+)$", re.M)
DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:（([^）]*)）)?")
YEAR = re.compile(r"(\d{4})年(?:部分节假日|元旦)")
NUMBER = re.compile(r"国办发(?:明电)?〔\d{4}〕\d{1,3}号")
ISSUED = re.compile(r"^\s*(\d{4})年(\d{1,2})月(\d{1,2})日\s*$", re.M)
COUNT = re.compile(r"共(\d{1,2})天")
WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
WEEKDAYS = "一二三四五六日"


def read_notice_text(text: str, *, number: str = "") -> Notice:
    """Return the notice whose text this is. number: for copies that leave it out.

    Raises BadNotice (too_long_text, no_year, no_number, no_issue_day, no_days_off, not_a_day, weekday_wrong, day_count_wrong,
    and what read_notice refuses).
    """
    if len(text) > LONGEST_TEXT:
        raise BadNotice((("too_long_text", ""),))
    text = text.translate(WIDE)
    year, issued, found = YEAR.search(text), ISSUED.findall(text), NUMBER.search(text)
    missing = [("no_year", "")] if year is None else []
    missing += [] if issued else [("no_issue_day", "")]
    missing += [] if number.strip() or found else [("no_number", "")]
    lines = LINE.findall(text)
    missing += [] if lines else [("no_days_off", "")]
    if missing or year is None:
        raise BadNotice(tuple(missing))
    holidays: list[dict[str, object]] = []
    worked: list[str] = []
    faults: list[tuple[str, str]] = []
    for name, rest in lines:
        for sentence in rest.split("。"):
            days = tuple(_days(sentence, int(year.group(1)), faults))
            if not days:
                continue
            if "放假" in sentence:
                holidays.append(_holiday(name, days, sentence, faults))
            elif sentence.rstrip().endswith("上班"):
                worked += [day.isoformat() for day in days]
    if faults:
        raise BadNotice(tuple(faults))
    return read_notice(
        {
            "year": int(year.group(1)),
            "number": number.strip() or (found.group() if found else ""),
            "issued_on": "{:0>4}-{:0>2}-{:0>2}".format(*issued[-1]),
            "holidays": holidays,
            "worked": worked,
        }
    )


def _days(sentence: str, year: int, faults: list[tuple[str, str]]) -> Iterator[date]:
    month = ""
    for its_year, its_month, number, aside in DAY.findall(sentence):
        month = its_month or month
        year = int(its_year) if its_year else year
        shown = f"{year}-{month or '?'}-{number}"
        try:
            day = date(year, int(month), int(number))
        except ValueError:
            faults.append(("not_a_day", shown))
            continue
        named = WEEKDAY.search(aside)
        if named and WEEKDAYS.index(named.group(1).replace("天", "日")) != day.weekday():
            faults.append(("weekday_wrong", day.isoformat()))
        yield day


def _holiday(name: str, days: tuple[date, ...], sentence: str, faults: list[tuple[str, str]]) -> dict[str, object]:
    first, last = days[0], days[-1] if "至" in sentence else days[0]
    count = COUNT.search(sentence)
    if count and int(count.group(1)) != (last - first).days + 1:
        faults.append(("day_count_wrong", name.strip()))
    return {"name": name.strip(), "from": first, "to": last}
