"""Issuer and platform as two installations, two databases, two keys, and a network that drops, doubles and reorders."""

import json
import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as installed
from django.db import connection
from django.utils import timezone
from psycopg import sql
from pytest_django import Settings

from lms.accounts.models import User
from lms.certificates.models import Certificate, CertificateRequest, CertificateVersion
from lms.credit.actions import load_rule_sets
from lms.exchange.actions import name_peer
from lms.exchange.keys import own_public_key
from tests.lms.certificates.standing import FULL, ask_about, earn, holder
from tests.lms.exchange.test_carrying import settle
from tests.lms.exchange.weather import Weather
from tests.people import MADE_AT

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[3]
ISSUER_KEY = b"9" * 32
DATABASE = "test_zhuxue_issuer"


@contextmanager
def second_database() -> Iterator[str]:
    """A copy of the test database, as it is before anybody was registered: the name of it."""
    name = connection.settings_dict["NAME"]
    params = connection.get_connection_params()
    connection.close()
    keep = {key: params[key] for key in ("host", "port", "user", "password") if params.get(key)}
    with psycopg.connect(**keep, dbname="postgres", autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(DATABASE), sql.Identifier(name)))
    yield DATABASE
    with psycopg.connect(**keep, dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def issuer_environment(database: str) -> dict[str, str]:
    url = os.environ["DATABASE_URL"]
    path, _, query = url.partition("?")
    return {
        **os.environ,
        "DATABASE_URL": path.rpartition("/")[0] + "/" + database + (f"?{query}" if query else ""),
        "LMS_CERTIFICATE_ROLES": "issuer",
        "LMS_CERTIFICATE_ISSUER": "测试发证系统",
        "LMS_EXCHANGE_CODE": "issuer",
        "LMS_EXCHANGE_KEY": urlsafe_b64encode(ISSUER_KEY).decode(),
        "LMS_EXCHANGE_ID_KEY": installed.EXCHANGE_ID_KEY,
        "LMS_FIELD_KEY": urlsafe_b64encode(b"8" * 32).decode(),
        "LMS_INDEX_KEY": "another-index-key",
        "LMS_SECRET_KEY": "another-" * 8,
    }


@contextmanager
def issuer(database: str, users: list[User]) -> Iterator[str]:
    """The other installation, which knows the certificates of these persons; its address."""
    asks = [ask_about(user, cycle=0).as_json() for user in users]
    told = {"public_key": own_public_key().hex(), "asks": asks}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.lms.exchange.issuer_process"],
        cwd=ROOT,
        env=issuer_environment(database),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.flush()
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def told_by(database: str, query: str) -> list[tuple[object, ...]]:
    """What the other installation's database says."""
    params = connection.get_connection_params()
    keep = {key: params[key] for key in ("host", "port", "user", "password") if params.get(key)}
    with psycopg.connect(**keep, dbname=database) as there:
        return there.execute(query).fetchall()


def test_two_installations_renew_each_certificate_exactly_once(settings: Settings) -> None:
    settings.CERTIFICATE_ROLES = ["platform"]
    settings.EXCHANGE_CODE = settings.EXCHANGE_ISSUER_CODE = "platform"
    with second_database() as database:
        load_rule_sets(at=MADE_AT)
        users = [holder(serial=serial) for serial in range(10, 15)]
        with issuer(database, users) as address:
            storm = Weather(address, seed=5)
            key = Ed25519PrivateKey.from_private_bytes(ISSUER_KEY).public_key().public_bytes_raw()
            name_peer(code="issuer", role="issuer", url=storm.url, public_key=key)
            for user in users:
                earn(user, *FULL, at=timezone.now())
            at = settle(timezone.now() + timedelta(seconds=1))
            storm.calm = True
            for held in storm.held:
                storm.forward(*held)
            settle(at + timedelta(hours=1))
            storm.close()
        theirs = told_by(
            database,
            "SELECT c.number, c.side, array_agg(v.kind ORDER BY v.version), array_agg(v.facts_digest ORDER BY v.version)"
            " FROM certificates_certificate c JOIN certificates_certificateversion v ON v.certificate_id = c.id"
            " GROUP BY c.number, c.side ORDER BY c.number",
        )
    assert [(side, kinds) for _, side, kinds, _ in theirs] == [("issuer", ["registered", "renewal"])] * len(users)
    for number, _, _, digests in theirs:
        kept = CertificateVersion.objects.filter(certificate__number=number).order_by("version")
        assert list(kept.values_list("facts_digest", flat=True)) == digests
    assert Certificate.objects.filter(side="platform").count() == Certificate.objects.count() == len(users)
    assert set(CertificateRequest.objects.values_list("state", flat=True)) == {"answered"}
    assert min(storm.did[what] for what in ("lost", "answer_lost", "doubled", "held")) > 0, storm.did
