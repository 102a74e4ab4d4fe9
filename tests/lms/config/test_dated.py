"""Each answer over ASGI has a Date, and only one."""

from email.utils import parsedate_to_datetime

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from lms.config.dated import Event, Receive, Scope, Send, dated

Headers = list[tuple[bytes, bytes]]


def answered(headers: Headers) -> Headers:
    """The headers of an answer that left the application with these."""
    told: list[Event] = []

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x"})

    async def receive() -> Event:
        return {"type": "http.request"}

    async def send(event: Event) -> None:
        told.append(event)

    async_to_sync(dated(answering))({"type": "http"}, receive, send)
    start, body = told
    assert body == {"type": "http.response.body", "body": b"x"} and start["status"] == 200
    found: Headers = start["headers"]
    return found


def test_the_date_of_now_is_added() -> None:
    before = timezone.now().replace(microsecond=0)
    type_, (name, date) = answered([(b"content-type", b"text/plain")])
    assert (type_, name) == ((b"content-type", b"text/plain"), b"date")
    assert before <= parsedate_to_datetime(date.decode()) <= timezone.now()


@pytest.mark.parametrize("name", [b"date", b"Date"])
def test_a_date_that_is_there_stays(name: bytes) -> None:
    assert answered([(name, b"x")]) == [(name, b"x")]
