"""Every address of the employer's desk and of the money, as everybody who has no business there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lms.accounts.models import User
from lms.commerce import models as money
from lms.commerce import urls as commerce_urls
from lms.enrolment.models import Enrolment
from lms.enterprise import models as staff
from lms.enterprise import urls as enterprise_urls
from lms.organisations.models import Membership
from lms.reviews.models import Evidence
from tests.lms.enterprise.world import COMPANY, World, build, strangers

TABLES: tuple[type[Model], ...] = (
    *(
        money.PriceList,
        money.Order,
        money.OrderLine,
        money.InvoiceDetails,
        money.Payment,
        money.Refund,
        money.Transfer,
        money.Seat,
    ),
    *(
        money.Assignment,
        money.StripeEvent,
        staff.Site,
        staff.SiteManager,
        staff.Posting,
        staff.RosterLine,
        staff.DeskJob,
    ),
    *(staff.Training, staff.Attendance, staff.Invitation, staff.RosterImport, staff.TransferRequest, staff.Reminder),
    *(Membership, Enrolment),
)
REFUSED = {400, 403, 404, 405, 413, 429}
Body = Mapping[str, object]


@dataclass(frozen=True)
class Door:
    """One address with what somebody would send to it.

    named: the address names something of the company, so whoever is not let in is refused; else everybody may have a
    page of their own there, on which nothing of the company stands. owner: who is let in, by GET, with `status`.
    site: a manager of any site of the company has a page there, of his own people.
    """

    name: str
    args: Callable[[World], list[object]] = lambda world: []
    bodies: Callable[[World], Sequence[Body]] = lambda world: [{}]
    query: Callable[[World], str] = lambda world: ""
    named: bool = True
    owner: str = "manager"
    status: int = 200
    site: bool = False

    def address(self, world: World) -> str:
        return reverse(self.name, args=self.args(world)) + self.query(world)


def own(world: World) -> list[object]:
    return [world.uuid]


def deed(name: str, *bodies: Body, site: bool) -> Door:
    return Door(
        "enterprise:deed",
        lambda w: [w.uuid, name],
        lambda w: [{}, *bodies],
        lambda w: f"?person={w.member.uuid}",
        site=site,
    )


DOORS = [
    Door("enterprise:imports", bodies=lambda w: [{"list": "x"}], query=lambda w: f"?organisation={w.uuid}"),
    Door("enterprise:imports", named=False),
    Door("enterprise:import_template", named=False),
    Door("enterprise:import", lambda w: [w.run.uuid], lambda w: [{"confirm": "1"}, {"cancel": "1"}, {"map": "1"}]),
    Door("enterprise:import_progress", lambda w: [w.run.uuid]),
    Door("enterprise:import_copy", lambda w: [w.run.uuid]),
    Door(
        "enterprise:letters",
        query=lambda w: f"?organisation={w.uuid}",
        bodies=lambda w: [{"send": "1"}, {"print": "1"}],
    ),
    Door(
        "enterprise:letters",
        bodies=lambda w: (
            [{name: "1", "letter": str(w.letter.uuid)} for name in ("send", "print")] + [{"revoke": str(w.letter.uuid)}]
        ),
        named=False,
    ),
    Door("enterprise:join", lambda w: ["no-such-token"], lambda w: [{"join": "1"}, {"decline": "1"}], owner=""),
    Door("enterprise:moves", bodies=lambda w: [{"accept": str(uuid4())}], named=False, owner="member"),
    Door("enterprise:desk", named=False, status=302),
    Door("enterprise:overview", own, site=True),
    Door("enterprise:people", own, site=True),
    Door("enterprise:member", lambda w: [w.uuid, w.member.uuid]),
    Door("enterprise:export", lambda w: [w.uuid, "csv"], site=True),
    Door("enterprise:export", lambda w: [w.uuid, "csv"], query=lambda w: f"?person={w.member.uuid}", site=True),
    Door("enterprise:export", lambda w: [w.uuid, "ods"], status=404, site=True),
    *(
        Door("enterprise:desk_list", lambda w, name=name: [w.uuid, name, "csv"], site=True)  # type: ignore[misc]
        for name in ("progress", "sites", "jobs", "reminders")
    ),
    *(
        Door("enterprise:desk_list", lambda w, name=name: [w.uuid, name, "csv"])  # type: ignore[misc]
        for name in ("managers", "letters", "trainings", "attendances")
    ),
    Door("enterprise:desk_list", lambda w: [w.uuid, "nothing", "csv"], status=404),
    *(deed(name, site=True) for name in ("remind", "papers")),
    deed("enrol", {"product": "1", "edition": "1"}, site=False),
    deed("move", {"to": ""}, site=False),
    deed("leave", {"sure": "1"}, site=False),
    Door(
        "enterprise:sites",
        own,
        lambda w: [
            {"open": "1", "name": "新"},
            {"grant": "1", "person": str(w.member.uuid), "site": str(w.site.uuid)},
            {"grant": "1", "person": str(w.chief.uuid)},
            {"revoke": "1", "person": str(w.shop.manager.uuid)},
        ],
    ),
    Door("enterprise:close_site", lambda w: [w.uuid, w.site.uuid], lambda w: [{"sure": "1"}]),
    Door("enterprise:jobs", own, site=True),
    Door("enterprise:job", lambda w: [w.uuid, w.job.uuid]),
    Door("enterprise:job_file", lambda w: [w.uuid, w.packed.uuid], status=404),  # its file was forgotten
    Door("enterprise:trainings", query=lambda w: f"?organisation={w.uuid}"),
    Door("enterprise:trainings", named=False),
    Door("enterprise:plan", query=lambda w: f"?organisation={w.uuid}"),
    Door("enterprise:plan", named=False),
    Door("enterprise:sheet", query=lambda w: f"?organisation={w.uuid}", bodies=lambda w: [{"title": "x"}]),
    Door("enterprise:sheet", named=False),
    Door("enterprise:paper", lambda w: [w.paper.uuid]),
    Door(
        "enterprise:training",
        lambda w: [w.training.uuid],
        lambda w: [{"add": "1", "people": str(w.member.uuid)}, {"hand_in": "1"}, {"cancel": "1"}],
    ),
    Door("enterprise:code", lambda w: [w.training.uuid]),
    Door("enterprise:mine", named=False, owner="member"),
    Door("enterprise:sign", lambda w: [w.training.uuid], lambda w: [{"code": "123456", "in": "1"}], owner="member"),
    Door("enterprise:reviews", named=False, owner="reviewer"),
    Door(
        "enterprise:review", lambda w: [w.training.uuid], lambda w: [{"to": "accepted"}], owner="reviewer", status=404
    ),
    Door("commerce:orders", query=lambda w: f"?organisation={w.uuid}"),
    Door("commerce:orders", named=False),
    Door("commerce:new_order", query=lambda w: f"?organisation={w.uuid}"),
    Door("commerce:new_order", named=False),
    Door("commerce:company_list", lambda w: ["orders", "csv"], query=lambda w: f"?organisation={w.uuid}"),
    Door("commerce:company_list", lambda w: ["seats", "csv"], query=lambda w: f"?organisation={w.uuid}"),
    *(
        Door("commerce:company_list", lambda w, name=name: [name, "csv"], named=False)  # type: ignore[misc]
        for name in ("orders", "seats")
    ),
    Door(
        "commerce:seats",
        lambda w: [w.line.pk],
        lambda w: [{"release": str(w.seat.pk)}, {"person": str(w.chief.uuid)}],
    ),
    Door("commerce:order", lambda w: [w.line.order.uuid]),
    Door("commerce:paper", lambda w: [w.waiting.uuid]),
    Door("commerce:credit_note", lambda w: [w.line.order.uuid, w.noted.note_number]),
    Door(
        "commerce:change_order",
        lambda w: [w.waiting.uuid],
        lambda w: [{"deed": name} for name in ("pay", "accept", "cancel", "invoice")],
        status=405,
    ),
    Door(
        "commerce:change_order",
        lambda w: [w.line.order.uuid],
        lambda w: [
            {"deed": "refund", "line": str(w.line.pk), "quantity": "1", "reason": "x"},
            {"deed": "invoice", "number": "1" * 20},
        ],
        status=405,
    ),
    Door("commerce:finance", owner="finance"),
    Door(
        "commerce:refunds",
        bodies=lambda w: [{"refund": str(w.asked.uuid), "agree": "1"}, {"refund": str(w.asked.uuid), "paid": "1"}],
        owner="finance",
    ),
    Door(
        "commerce:transfers",
        bodies=lambda w: [
            {"transfer": str(w.transfer.pk), "order": w.waiting.reference},
            {"transfer": str(w.transfer.pk), "aside": "利息"},
        ],
        owner="finance",
    ),
    Door(
        "commerce:prices",
        bodies=lambda w: [
            {"region": "500000", "document": "1号", "valid_from": "2026-01-02", f"price_{w.shop.product.pk}": "1"}
        ],
        owner="finance",
    ),
    Door("commerce:return_payment", bodies=lambda w: [{"payment": str(w.doubled.uuid)}], owner="finance", status=405),
    Door("commerce:refuse_return", bodies=lambda w: [{"payment": str(w.doubled.uuid)}], owner="finance", status=405),
    Door(
        "commerce:books",
        bodies=lambda w: [{"now": "1"}, {"what": "amount", "reference": "x", "ours": "1", "theirs": "2", "why": "x"}],
        owner="finance",
        status=405,
    ),
    *(
        Door("commerce:finance_list", lambda w, name=name: [name, "csv"], owner="finance")  # type: ignore[misc]
        for name in ("orders", "refunds", "transfers")
    ),
    Door("commerce:stripe", bodies=lambda w: [{"id": "evt_1"}], owner="", status=405),
]


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.DEMO, settings.REFUND_LIMIT_MINOR = True, 0
    storage = FileSystemStorage(location=str(tmp_path / "private"), base_url=None)
    for model in (Evidence, staff.RosterImport):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storage)
    cache.clear()
    return build()


def test_the_table_knows_every_address_of_both_rooms() -> None:
    patterns = {
        f"{room.app_name}:{pattern.name}" for room in (enterprise_urls, commerce_urls) for pattern in room.urlpatterns
    }
    assert {door.name for door in DOORS} == patterns


def test_whoever_has_no_business_there_is_refused_or_sees_nothing_of_the_company(world: World) -> None:
    """GET and POST of each door by each stranger: no page tells of the company, and nothing in the tables changes."""
    faults = []
    for who, user in strangers(world).items():
        client, before = _client(user), _tables()
        for door in DOORS:
            for what, answer in _tried(client, door, world):
                faults += [
                    f"{who}: {what}: {why}" for why in _wrong(door, answer, world.marks, signed_in=user is not None)
                ]
        after = _tables()
        faults += [f"{who} changed {name}" for name in after if after[name] != before[name]]
    assert not faults, "\n".join(faults)


def test_the_manager_of_another_site_sees_and_changes_his_own_site_alone(world: World) -> None:
    client, before, faults = _client(world.chief), _tables(), []
    marks = tuple(mark for mark in world.marks if mark != COMPANY)  # his own company's name he may read
    for door in (door for door in DOORS if door.owner == "manager"):
        for what, answer in _tried(client, door, world):
            faults += [f"{what}: {why}" for why in _wrong(door, answer, marks, signed_in=True, of_a_site=True)]
    assert not faults, "\n".join(faults)
    assert _tables() == before


def test_those_who_have_business_there_come_in(world: World) -> None:
    """Without this, doors that are shut to all would pass."""
    owners = {
        "manager": world.shop.manager, "finance": world.shop.finance, "member": world.member, "reviewer": world.reviewer,
        "": world.shop.manager,
    }  # fmt: skip
    for door in DOORS:
        answer = _client(owners[door.owner]).get(door.address(world))
        wanted = 404 if door.name == "enterprise:join" else door.status
        assert answer.status_code == wanted, (door.name, door.address(world))


def _wrong(
    door: Door, answer: Any, marks: tuple[str, ...], *, signed_in: bool, of_a_site: bool = False
) -> Iterator[str]:
    """What is wrong with an answer to somebody who has no business there."""
    refused = answer.status_code in REFUSED
    if not signed_in and not refused and "/account/login/" not in answer.headers.get("Location", ""):
        yield f"{answer.status_code}, not sent to sign in"
    if signed_in and door.named and not refused and not (of_a_site and door.site):
        yield f"{answer.status_code}, not refused"
    if "Location" not in answer.headers:
        text = _text(answer)
        yield from (f"{answer.status_code}, tells {mark}" for mark in marks if mark in text)


def _tried(client: Client, door: Door, world: World) -> Iterator[tuple[str, Any]]:
    address = door.address(world)
    yield f"GET {address}", client.get(address)
    for body in door.bodies(world):
        yield f"POST {address} {dict(body)}", client.post(address, dict(body))


def _client(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))


def _tables() -> dict[str, list[object]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in TABLES}
