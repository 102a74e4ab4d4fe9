"""One old certificate exchanged many times in one moment, and confirmed by two officers at once (A17)."""

import asyncio
import re

import httpx

from tests.adversary.arena import Arena, Bot
from tests.adversary.bots.money import at_once
from tests.adversary.wire import Person

AT_ONCE = 16
ISSUED_SECONDS = 60
REGION = "999900"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_ROW = re.compile(r"<li>.*?</li>", re.DOTALL)
_APPLICATION = re.compile(r"/certificates/desk/exchange/[0-9a-f-]{36}/")
_NUMBER = re.compile(r'<p class="number">([^<—]+)</p>')


async def certificate_twice(arena: Arena) -> None:
    """Applies sixteen times, has it confirmed by two officers eight times each, and applies again when it is there."""
    applicant_seat, officer_seats = arena.paper()
    applicant = arena.person(seats=iter([applicant_seat]))
    officers = [Person(seat, arena.house.site, arena.transport, arena.tally) for seat in officer_seats]
    old_number = f"旧-2015-{applicant_seat.learner_id}"
    applicant.token = _token((await applicant.get("/certificates/exchange/", what="exchange page")).text)

    async def applies() -> None:
        wish = {"region_code": REGION, "old_number": old_number, "old_post": "安全员", "new_post_code": "quality_civil"}
        says = {"says_healthy": "on", "says_no_bad_record": "on"}
        await _post(applicant, "/certificates/exchange/", "exchange", **wish, **says)

    await at_once(*(applies() for _ in range(AT_ONCE)))
    address = ""
    for officer in officers:
        page = (await officer.get("/certificates/desk/", what="officer's desk")).text
        officer.token = _token(page)
        mine = next(row for row in _ROW.findall(page) if old_number in row)
        found = _APPLICATION.search(mine)
        if not found:
            raise RuntimeError("the application is not on the officer's desk")
        address = found[0]

    async def confirms(officer: Person) -> None:
        await _post(officer, address, "confirm", agree="yes", remark="属实")

    await at_once(*(confirms(officers[n % 2]) for n in range(AT_ONCE)))
    async with asyncio.timeout(ISSUED_SECONDS):
        while not _NUMBER.search((await applicant.get("/certificates/", what="certificates")).text):
            await asyncio.sleep(1)
    arena.tally["certificate issued"] += 1
    await at_once(*(applies() for _ in range(4)), *(confirms(officer) for officer in officers))


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    if not found:
        raise RuntimeError("the page has no token")
    return found[1]


async def _post(person: Person, path: str, what: str, **given: str) -> httpx.Response:
    form = {"csrfmiddlewaretoken": person.token, **given}
    return person.tally.answered("POST", what, await person.http.post(path, data=form))


BOTS = (
    Bot("certificate twice", "A17", "exchanges one old certificate sixteen times", certificate_twice,
        ("POST exchange 302", "POST exchange 422", "POST confirm 302", "POST confirm 404|POST confirm 422",
         "certificate issued"), (40, 40), needs=("paper",)),
)  # fmt: skip
