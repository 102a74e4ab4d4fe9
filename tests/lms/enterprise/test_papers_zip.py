"""The certificates of staff as one ZIP: real papers, and a list that a stranger checks by his own means."""

import csv
import hashlib
import io
import re
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from lms.accounts.models import User
from lms.certificates.actions import ListedPaper
from lms.certificates.models import Certificate
from lms.certificates.pdf import listing
from lms.enterprise import actions
from lms.enterprise.models import DeskJob
from lms.organisations.models import Organisation
from tests import people
from tests.lms.certificates import paper
from tests.lms.certificates.conftest import both_roles
from tests.lms.certificates.standing import holder, registered
from tests.lms.enterprise.test_desk import client_of

__all__ = ["both_roles"]
LIST, SIGNED = "清单.csv", "清单（签名）.pdf"


@pytest.fixture(autouse=True)
def keys(both_roles: None, settings: Settings, tmp_path: Path) -> None:
    settings.PAPER_KEY, settings.CREDENTIAL_KEY = paper.pem(), paper.CREDENTIAL_KEY
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def company() -> Organisation:
    return people.organisation("enterprise")


@pytest.fixture
def manager(company: Organisation) -> User:
    return people.employer(company)


def employed(company: Organisation, serial: int, *, valid_to: date = date(2099, 3, 9)) -> Certificate:
    """A holder of a certificate that the issuer of this installation has taken over, now on the company's staff."""
    user = holder(serial=serial)
    people.join(user, company)
    return registered(user, valid_to=valid_to)


def packed(company: Organisation, manager: User, at: datetime) -> DeskJob:
    actions.refresh_company(company.pk, at=at)
    people_ids = list(company.memberships.filter(role="staff").values_list("user_id", flat=True))
    job = actions.ask_papers(organisation_uuid=company.uuid, people=people_ids, at=at, by=manager)
    actions.run_job(job.uuid, now=lambda: at)
    return DeskJob.objects.get(pk=job.pk)


def opened(company: Organisation, manager: User, job: DeskJob) -> dict[str, bytes]:
    answer: Any = client_of(manager).get(reverse("enterprise:job_file", args=[company.uuid, job.uuid]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as box:
        return {name: box.read(name) for name in box.namelist()}


def rows_of(files: dict[str, bytes]) -> list[ListedPaper]:
    rows = list(csv.reader(io.StringIO(files[LIST].decode("utf-8-sig"))))
    return [ListedPaper(*row) for row in rows[1:]]


def a_stranger_accepts(pdf: bytes, scratch: Path) -> bool:
    """OpenSSL, the operator's published certificate, and the four numbers that say which bytes were signed: no code of ours."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", pdf)
    assert found
    start, length, after, rest = (int(number) for number in found.groups())
    data, signature, trusted = scratch / "data", scratch / "signature", scratch / "certificate.pem"
    data.write_bytes(pdf[start : start + length] + pdf[after : after + rest])
    signature.write_bytes(bytes.fromhex(pdf[length + 1 : after - 1].decode()))
    _key, mark, certificate = paper.pem().partition("-----BEGIN CERTIFICATE-----")
    trusted.write_text(mark + certificate)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(signature), "-content", str(data)]
    command += ["-CAfile", str(trusted), "-partial_chain", "-purpose", "any", "-out", "/dev/null"]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0 and (start, after + rest) == (0, len(pdf))


def test_the_list_of_real_certificates_is_signed_for_strangers(
    company: Organisation, manager: User, tmp_path: Path
) -> None:
    at = timezone.now()
    numbers = {employed(company, serial).number for serial in (10, 12)}
    people.join(people.learner("没有证书"), company)
    job = packed(company, manager, at)
    assert (job.state, job.succeeded, job.passed_over) == ("done", 2, {"no_certificate": 1})
    files = opened(company, manager, job)
    listed = rows_of(files)
    assert {one.number for one in listed} == numbers
    assert {one.file_name for one in listed} == set(files) - {LIST, SIGNED}
    for one in listed:
        assert hashlib.sha256(files[one.file_name]).hexdigest() == one.sha256
        assert a_stranger_accepts(files[one.file_name], tmp_path)
    assert a_stranger_accepts(files[SIGNED], tmp_path)
    # What was signed is this very list: signing only adds to the end of the sheet.
    assert files[SIGNED].startswith(listing.draw(company.name, listed, made_on=timezone.localdate(at)))


def test_an_exchanged_paper_and_a_changed_list_are_found(company: Organisation, manager: User, tmp_path: Path) -> None:
    for serial in (10, 12):
        employed(company, serial)
    files = opened(company, manager, packed(company, manager, timezone.now()))
    first, second = rows_of(files)
    assert hashlib.sha256(files[second.file_name]).hexdigest() != first.sha256
    for part in (0.1, 0.5, 0.9):
        place = int(len(files[SIGNED]) * part * 0.3)
        broken = bytearray(files[SIGNED])
        broken[place] ^= 1
        assert not a_stranger_accepts(bytes(broken), tmp_path), part
    assert not a_stranger_accepts(files[SIGNED] + b"\n% more", tmp_path)


def test_an_expired_certificate_is_left_out(company: Organisation, manager: User) -> None:
    valid, expired = employed(company, 10), employed(company, 12, valid_to=date(2026, 1, 31))
    job = packed(company, manager, timezone.now())
    assert (job.succeeded, job.passed_over) == (1, {"no_certificate": 1})
    assert [one.number for one in rows_of(opened(company, manager, job))] == [valid.number]
    assert expired.number != valid.number


def test_who_manages_a_site_takes_no_zip_of_those_who_have_left_it(company: Organisation, manager: User) -> None:
    at, holder_id = timezone.now(), employed(company, 10).holder_id
    assert holder_id is not None
    chief = people.learner("工地长")
    people.join(chief, company)
    sites = [
        actions.open_site(organisation_uuid=company.uuid, name=name, at=at, by=manager) for name in ("一号", "二号")
    ]
    actions.refresh_company(company.pk, at=at)

    def move(to: int) -> None:
        actions.move_people(
            organisation_uuid=company.uuid, people=[holder_id], site_uuid=sites[to].uuid, at=at, by=manager
        )
        actions.refresh_company(company.pk, at=at)

    actions.grant_manager(
        organisation_uuid=company.uuid, person_uuid=chief.uuid, site_uuid=sites[0].uuid, at=at, by=manager
    )
    move(0)
    job = actions.ask_papers(organisation_uuid=company.uuid, people=[holder_id], at=at, by=chief)
    actions.run_job(job.uuid, now=lambda: at)
    address = reverse("enterprise:job_file", args=[company.uuid, job.uuid])
    chief = User.objects.get(pk=chief.pk)
    assert client_of(chief).get(address).status_code == 200
    move(1)
    assert client_of(chief).get(address).status_code == 404
    assert client_of(manager).get(address).status_code == 200
