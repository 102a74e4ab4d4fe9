"""Races about money, by a company's own hands: refunds at once, seats taken back while somebody learns, events twice (A17)."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import httpx

from tests.adversary.arena import Arena, Bot
from tests.adversary.house import Shop
from tests.adversary.wire import Person

SEATS = 6
AT_ONCE = 16
ROUNDS = 5
SETTLED_SECONDS = 60
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_VALUE = re.compile(r'<input[^>]*name="(title|credit_code)"[^>]*>')
_PRODUCT = re.compile(r'name="(product_\d+)"')
_SEATS = re.compile(r"/orders/seats/(\d+)/")
_RELEASE = re.compile(r'name="release" value="(\d+)"')
PAYS = {"number": "4242424242424242", "kind": "card"}


class Desk:
    """The desk of a company's manager, one order on it."""

    def __init__(self, arena: Arena) -> None:
        self.arena, self.shop = arena, arena.shop()
        self.person = Person(self.shop.manager, arena.house.site, arena.transport, arena.tally)
        self.order = self.line = ""

    async def post(self, path: str, what: str, **given: object) -> httpx.Response:
        form = {"csrfmiddlewaretoken": self.person.token, **given}
        return self.person.tally.answered("POST", what, await self.person.http.post(path, data=form))

    async def orders(self, seats: int) -> None:
        """Order seats of the course. Raises RuntimeError."""
        page = (await self.person.get("/orders/new/", what="order page")).text
        token, product = _TOKEN.search(page), _PRODUCT.search(page)
        if not token or not product:
            raise RuntimeError("nothing can be ordered")
        self.person.token = token[1]
        invoice = {found[1]: _value(found[0]) for found in _VALUE.finditer(page)}
        made = await self.post("/orders/new/", "order", kind="ordinary", **invoice, **{product[1]: str(seats)})
        self.order = made.headers["location"]

    async def buys(self, seats: int = SEATS) -> None:
        """Order seats, pay for them by card, and wait until they are there. Raises RuntimeError, TimeoutError."""
        await self.orders(seats)
        to = (await self.post(f"{self.order}change/", "pay", deed="pay")).headers["location"]
        async with httpx.AsyncClient(transport=self.arena.transport, trust_env=False, timeout=30) as payer:
            self.person.tally.answered("POST", "card", await payer.post(to, data=PAYS))
        self.line = await self.until(lambda page: (found := _SEATS.search(page)) and found[1])

    async def until(self, told: Callable[[str], Any]) -> Any:
        """Look at the order until its page tells something; return it. Raises TimeoutError."""
        async with asyncio.timeout(SETTLED_SECONDS):
            while True:
                page = (await self.person.get(self.order, what="order page")).text
                if found := told(page):
                    return found
                await asyncio.sleep(1)

    async def refunds(self, seats: int) -> None:
        line = self.line
        await self.post(f"{self.order}change/", "refund", deed="refund", line=line, quantity=seats, reason="用不完")

    async def gives(self, who: int) -> None:
        await self.post(f"/orders/seats/{self.line}/", "give a seat", person=self.shop.staff_uuids[who])

    async def takes_back(self) -> None:
        """Take back whatever seat can be taken back."""
        page = (await self.person.get(f"/orders/seats/{self.line}/", what="seats")).text
        for number in _RELEASE.findall(page):
            await self.post(f"/orders/seats/{self.line}/", "take a seat back", release=number)

    async def settled(self) -> None:
        """Wait until no refund is under way."""
        await self.until(lambda page: "退款中" not in page.replace("退款中，", ""))

    async def events_again(self) -> None:
        """Let the payment service send all its events once more, and send some that it never signed."""
        address, key = self.arena.house.payments
        async with httpx.AsyncClient(transport=self.arena.transport, trust_env=False, timeout=30) as service:
            bearer = {"Authorization": f"Bearer {key}"}
            for deed, given in (("disorder", {"copies": "3", "shuffle": "true"}), ("again", {})):
                again = await service.post(f"{address}/_simulator/{deed}", data=given, headers=bearer)
                self.person.tally.answered("POST", f"events {deed}", again)
            forged = json.dumps({"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {}}})
            for signature in ("", "t=1,v1=00", f"t=9999999999,v1={'0' * 64}"):
                door = f"{self.arena.house.site.http}/orders/stripe/"
                answer = await service.post(door, content=forged, headers={"Stripe-Signature": signature})
                self.person.tally.answered("POST", "forged event", answer)
                if answer.status_code != HTTPStatus.BAD_REQUEST:
                    raise AssertionError(f"an event signed {signature[:12]!r} was answered {answer.status_code}")


def _value(field: str) -> str:
    found = re.search(r'value="([^"]*)"', field)
    return found[1] if found else ""


async def at_once(*deeds: Coroutine[Any, Any, None]) -> None:
    """Do all of it in one moment; the first failure counts when all are over."""
    ended = await asyncio.gather(*deeds, return_exceptions=True)
    for failure in ended:
        if isinstance(failure, BaseException):
            raise failure


async def refunds_at_once(arena: Arena) -> None:
    """Asks sixteen times in one moment for money back, for more seats than there are; all events come again meanwhile."""
    desk = Desk(arena)
    await desk.buys()
    await at_once(*(desk.refunds(4 if n % 2 else 2) for n in range(AT_ONCE)), desk.events_again())
    await desk.settled()
    await at_once(*(desk.refunds(SEATS) for _ in range(AT_ONCE)), desk.events_again())
    await desk.settled()


async def pays_at_once(arena: Arena) -> None:
    """Opens the page to pay on sixteen times, and pays on it sixteen times, all in one moment."""
    desk = Desk(arena)
    await desk.orders(2)

    async def pays() -> None:
        answer = await desk.post(f"{desk.order}change/", "pay", deed="pay")
        to = answer.headers["location"]
        if to.startswith("/"):
            return  # another was faster, and the order is paid or its page is being opened
        async with httpx.AsyncClient(transport=arena.transport, trust_env=False, timeout=30) as payer:
            desk.person.tally.answered("POST", "card", await payer.post(to, data=PAYS))

    await at_once(*(pays() for _ in range(AT_ONCE)), desk.events_again())
    desk.line = await desk.until(lambda page: (found := _SEATS.search(page)) and found[1])
    await at_once(desk.events_again(), *(pays() for _ in range(4)))
    await desk.settled()


async def learns_while_seats_go(arena: Arena) -> None:
    """One of the staff watches a lesson to its end, while seats are given, taken back and refunded in volleys."""
    desk = Desk(arena)
    await desk.buys()
    for who in range(2):
        await desk.gives(who)
    learner = _staff(arena, desk.shop, 0)
    async with arena.player(learner, arena.stage.brief) as player:
        player.begin()
        for _ in range(ROUNDS):
            await asyncio.sleep(arena.seconds / (2 * ROUNDS))
            volley = [desk.takes_back() for _ in range(4)] + [desk.refunds(1) for _ in range(4)]
            volley += [desk.gives(who) for who in (0, 1, 2, 1)]
            await at_once(*volley)
        await player.play(max(1.0, arena.seconds / 2))
        await player.leave()
    await at_once(*(desk.takes_back() for _ in range(4)), *(desk.refunds(SEATS) for _ in range(4)))
    await desk.settled()


def _staff(arena: Arena, shop: Shop, who: int) -> Person:
    """Return one of the company's staff, whose account is looked at afterwards."""
    return arena.person(seats=iter([shop.staff[who]]))


BOTS = (
    Bot("refunds at once", "A17", "asks for the same money sixteen times", refunds_at_once,
        ("POST refund 302", "POST events again 200", "POST forged event 400"), (40, 40), needs=("shop",)),
    Bot("pays at once", "A17", "pays sixteen times, and hears of it three times each", pays_at_once,
        ("POST card 303", "POST events again 200"), (40, 40), needs=("shop",)),
    Bot("learns while seats go", "A17", "finishes while its seat is taken back and refunded", learns_while_seats_go,
        ("accepted", "POST refund 302", "POST give a seat 302", "POST take a seat back 302"), (44, 44), needs=("shop",)),
)  # fmt: skip
