"""Rules in the table, a private folder of the test's own, and papers to upload."""

import random
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.credit.actions import load_rule_sets
from lms.organisations.models import Organisation
from lms.reviews import actions
from lms.reviews.models import Claim, ClaimKind, Evidence
from tests import people

DAY = date(2026, 4, 20)


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Evidence goes into a folder that ends with the test."""
    folder = tmp_path / "private"
    storage = FileSystemStorage(location=str(folder), base_url=None)
    monkeypatch.setattr(Evidence._meta.get_field("file"), "storage", storage)
    return folder


@pytest.fixture
def rules(db: None, now: datetime) -> None:
    load_rule_sets(at=now)


@pytest.fixture
def authority_50(db: None) -> Organisation:
    return people.organisation("authority", region="500000")


@pytest.fixture
def learner(rules: None) -> User:
    return people.learner("砖小明", post="site_civil")


def reviewer_at(place: Organisation) -> User:
    """A reviewer who has a place in an organisation."""
    user = people.person(Role.REVIEWER)
    people.join(user, place, "officer" if place.kind == "authority" else "staff")
    return user


@pytest.fixture
def reviewer(authority_50: Organisation) -> User:
    return reviewer_at(authority_50)


def picture(seed: int = 1, *, size: tuple[int, int] = (640, 480), quality: int = 90, kind: str = "JPEG") -> bytes:
    """A picture of boxes: the same seed looks the same, at whatever size and quality."""
    dice, canvas = random.Random(seed), Image.new("RGB", (640, 480), "white")  # noqa: S311 — a drawing, no secret
    draw = ImageDraw.Draw(canvas)
    for _ in range(40):
        x, y = dice.randrange(600), dice.randrange(440)
        grey = dice.randrange(256)
        draw.rectangle((x, y, x + dice.randrange(30, 200), y + dice.randrange(30, 200)), fill=(grey, grey, grey))
    out = BytesIO()
    canvas.resize(size).save(out, kind, quality=quality)
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages, written by hand: catalogue, page tree, pages, table of places."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * pages
    out, places = "%PDF-1.7\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{written}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def upload(content: bytes, name: str = "signatures.jpg", claimed_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=claimed_type)


def kind_of(code: str = "enterprise_course", rule_set: str = "chongqing") -> ClaimKind:
    return ClaimKind.objects.get(rule_set_code=rule_set, code=code)


def draft(hours: str = "4", title: str = "盘扣式脚手架技术培训", day: date = DAY) -> actions.Draft:
    return actions.Draft(title, "", day, 4, Decimal(hours))


def submitted(
    learner: User, at: datetime, *, seed: int = 1, hours: str = "4", code: str = "enterprise_course"
) -> Claim:
    """A claim with one picture, handed in."""
    claim = actions.open_claim(kind_id=kind_of(code).pk, draft=draft(hours), at=at, by=learner)
    actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture(seed)), at=at, by=learner)
    return actions.submit_claim(claim_uuid=claim.uuid, at=at, by=learner)
