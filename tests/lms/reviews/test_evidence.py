"""Files are judged by what is in them, kept outside of everything served, and found when they are used again."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from zlib import crc32

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from lms.accounts.models import User
from lms.reviews import actions, queries
from lms.reviews.domain.evidence import BadFile
from lms.reviews.evidence_gateway import read_file
from lms.reviews.models import Evidence
from tests import people
from tests.lms.reviews.conftest import draft, kind_of, pdf, picture, submitted, upload


def test_the_content_says_what_a_file_is() -> None:
    assert read_file(picture()).content_type == "image/jpeg"
    assert read_file(picture(kind="PNG")).content_type == "image/png"
    facts = read_file(pdf(3))
    assert (facts.content_type, facts.pages, facts.likeness) == ("application/pdf", 3, None)


def locked_pdf() -> bytes:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(pdf())))
    writer.encrypt(owner_pass="secret", user_pass="secret")  # type: ignore[no-untyped-call]  # pyHanko has no types here
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # as above
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "unknown_type"),
        (b"MZ" + b"\0" * 100, "unknown_type"),
        (b"GIF89a" + b"\0" * 100, "unknown_type"),
        (b"\xff\xd8\xff" + b"<script>" * 10, "broken"),
        (picture()[:200], "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "broken"),
        (b"%PDF-1.7\n" + b"\0" * 50, "broken"),
        (pdf(31), "too_many_pages"),
        (picture(size=(190, 300)), "too_small"),
        (b"%PDF-1.7\n" + b"\0" * 10 * 1024 * 1024, "too_large"),
    ],
)
def test_what_is_not_taken(content: bytes, code: str) -> None:
    with pytest.raises(BadFile, match=code):
        read_file(content)


def test_a_locked_pdf_is_not_taken() -> None:
    with pytest.raises(BadFile, match="locked"):
        read_file(locked_pdf())


def test_a_picture_of_too_many_pixels_is_not_unpacked() -> None:
    small = bytearray(picture(kind="PNG"))
    small[16:24] = (8_000).to_bytes(4, "big") * 2  # its head claims 64 million pixels, with a sum that is right
    small[29:33] = crc32(small[12:29]).to_bytes(4, "big")
    with pytest.raises(BadFile, match="too_many_pixels"):
        read_file(bytes(small))


@pytest.mark.django_db
def test_the_name_is_ours_and_what_the_browser_claims_says_nothing(
    learner: User, now: datetime, private_folder: Path
) -> None:
    claim = actions.open_claim(kind_id=kind_of().pk, draft=draft(), at=now, by=learner)
    sent = upload(pdf(), name='../../evil"<b>.html', claimed_type="text/html")
    row = actions.add_evidence(claim_uuid=claim.uuid, upload=sent, at=now, by=learner)
    assert row.content_type == "application/pdf"
    assert (row.name, Path(row.file.path).name) == ("evilb.html", row.uuid.hex)
    assert private_folder in Path(row.file.path).parents


@pytest.mark.django_db
def test_the_same_file_twice_in_one_claim_is_refused_and_nine_are_too_many(learner: User, now: datetime) -> None:
    claim = actions.open_claim(kind_id=kind_of().pk, draft=draft(), at=now, by=learner)
    for seed in range(7):
        actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture(seed)), at=now, by=learner)
    with pytest.raises(BadFile, match="same_file"):
        actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture(3)), at=now, by=learner)
    actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture(7)), at=now, by=learner)
    with pytest.raises(BadFile, match="too_many_files"):
        actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture(8)), at=now, by=learner)


@pytest.mark.django_db
def test_a_file_is_found_wherever_anybody_used_it(learner: User, now: datetime) -> None:
    other = people.learner(post="quality_civil")
    first, second = submitted(learner, now, seed=5), submitted(other, now, seed=5)
    (match,) = queries.uses_of([second.uuid])
    assert match.exact
    assert (match.mine.subject, match.other.subject) == (second.uuid, first.uuid)
    (back,) = queries.uses_of([first.uuid])
    assert back.other.subject == second.uuid


@pytest.mark.django_db
def test_a_picture_saved_anew_is_found_by_its_looks_and_another_is_not(learner: User, now: datetime) -> None:
    first = submitted(learner, now, seed=5)
    claim = actions.open_claim(kind_id=kind_of().pk, draft=draft(), at=now, by=learner)
    again = picture(5, size=(800, 600), quality=55)
    actions.add_evidence(claim_uuid=claim.uuid, upload=upload(again), at=now, by=learner)
    actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture(99)), at=now, by=learner)
    (match,) = queries.uses_of([claim.uuid])
    assert not match.exact
    assert match.different_bits <= 6
    assert match.other.subject == first.uuid


@pytest.mark.django_db
def test_what_was_taken_back_is_kept_but_no_longer_found(learner: User, now: datetime) -> None:
    submitted(learner, now, seed=5)
    claim = actions.open_claim(kind_id=kind_of().pk, draft=draft(), at=now, by=learner)
    row = actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture(5)), at=now, by=learner)
    actions.remove_evidence(claim_uuid=claim.uuid, evidence_uuid=row.uuid, at=now, by=learner)
    assert queries.uses_of([claim.uuid]) == ()
    assert queries.evidence_of(claim.uuid) == ()
    assert Evidence.objects.get(pk=row.pk).file.read()
