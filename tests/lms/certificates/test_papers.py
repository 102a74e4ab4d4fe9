"""Papers: signed so that others accept them, broken by one byte, made once, and given to their holder alone."""

import shutil
import subprocess
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificate
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pytest_django import Settings

from lms.certificates import actions
from lms.certificates.models import Certificate, CertificateFile, HoursProof
from lms.certificates.pdf import fonts, signing
from lms.credit.queries import decisions_of
from tests import people
from tests.lms.certificates import paper
from tests.lms.certificates.standing import earn, holder, registered

pytestmark = pytest.mark.usefixtures("both_roles")


@pytest.fixture(autouse=True)
def keys(settings: Settings, tmp_path: Path) -> None:
    settings.PAPER_KEY, settings.CREDENTIAL_KEY = paper.pem(), paper.CREDENTIAL_KEY
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def verdict(data: bytes) -> tuple[bool, bool]:
    """Return (nothing changed, signature right) as pyHanko finds them; it trusts the demo's own certificate here."""
    signature = PdfFileReader(BytesIO(data)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, context)
    return status.intact, status.valid


def signed_paper(now: datetime) -> tuple[Certificate, bytes]:
    certificate = registered(holder())
    made = actions.paper_of(version_id=certificate.versions.get().pk, at=now)
    return certificate, actions.stored(made.name)


def test_a_paper_is_signed_and_its_hash_is_kept(now: datetime) -> None:
    certificate, data = signed_paper(now)
    assert verdict(data) == (True, True)
    kept = CertificateFile.objects.get(version__certificate=certificate)
    assert kept.size_bytes == len(data)


@pytest.mark.parametrize("part", [0.05, 0.5, 0.8])
def test_one_flipped_byte_is_found(now: datetime, part: float) -> None:
    _, data = signed_paper(now)
    signature = PdfFileReader(BytesIO(data)).embedded_signatures[0]
    place = int(signature.byte_range[1] * part)
    broken = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    try:
        found = verdict(broken)
    except Exception:  # noqa: BLE001 — the library has many ways to say that a file cannot be read
        return
    assert found != (True, True)


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils is not there")
def test_poppler_accepts_it(now: datetime, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(signed_paper(now)[1])
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_pyhanko_judges_it_as_its_command_does(now: datetime) -> None:
    """`pyhanko sign validate --trust …` asks this of the library and answers by `bottom_line`; the command is another package."""
    signature = PdfFileReader(BytesIO(signed_paper(now)[1])).embedded_signatures[0]
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, trusted)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    stranger = load_pem_x509_certificate(paper.other_certificate())
    unknown = ValidationContext(trust_roots=[translate_pyca_cryptography_cert_to_asn1(stranger)], allow_fetching=False)
    assert not validate_pdf_signature(signature, unknown).bottom_line


def test_a_paper_is_made_once(now: datetime) -> None:
    certificate, data = signed_paper(now)
    again = actions.paper_of(version_id=certificate.versions.get().pk, at=now)
    assert actions.stored(again.name) == data
    assert CertificateFile.objects.count() == 1
    assert not actions.versions_without_paper()


def test_a_name_that_the_font_cannot_write_is_refused() -> None:
    with pytest.raises(fonts.GlyphsMissing) as missing:
        fonts.check(["王\U0002a6d6明", "\U0002a6d6"])
    assert missing.value.characters == "\U0002a6d6"


def test_without_a_key_nothing_is_signed(settings: Settings) -> None:
    settings.PAPER_KEY = ""
    signing.made_signer.cache_clear()
    with pytest.raises(signing.NoSigningKey):
        signing.signer()


def test_only_the_holder_gets_the_paper_and_the_credential() -> None:
    user = holder()
    certificate = registered(user)
    for name, args in (("paper", [certificate.uuid, 1]), ("credential", [certificate.uuid])):
        address = reverse(f"certificates:{name}", args=args)
        client = Client()
        assert client.get(address).status_code == 302
        client.force_login(people.learner())
        assert client.get(address).status_code == 404
        client.force_login(user)
        answer = client.get(address)
        assert (answer.status_code, "attachment" in answer["Content-Disposition"]) == (200, True)


def test_hours_are_proved_on_paper_for_oneself(now: datetime) -> None:
    user = holder()
    earn(user, ("online_general", 12), at=now)
    licence = decisions_of(user.pk, timezone.localdate())[0].licence
    address = reverse("certificates:hours_proof", args=[licence.uuid])
    client = Client()
    client.force_login(people.learner())
    assert client.post(address).status_code == 404
    client.force_login(user)
    page = client.get(reverse("credit:my_hours")).content.decode()
    assert f'<form method="post" action="{address}">' in page
    answer = client.post(address)
    assert answer["Content-Type"] == "application/pdf"
    assert verdict(answer.content) == (True, True)
    assert HoursProof.objects.get().holder == user


def test_proofs_are_not_made_without_end(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.certificates.file_views.PROOFS_AN_HOUR", 1)
    cache.clear()
    user = holder()
    licence = decisions_of(user.pk, timezone.localdate())[0].licence
    client = Client()
    client.force_login(user)
    address = reverse("certificates:hours_proof", args=[licence.uuid])
    assert [client.post(address).status_code for _ in range(2)] == [200, 429]


def test_a_status_list_is_for_everybody_and_names_nobody() -> None:
    registered(holder())
    answer = Client().get(reverse("certificates:status_list", args=[0]))
    assert answer.status_code == 200
    assert "BitstringStatusListCredential" in answer.content.decode()
