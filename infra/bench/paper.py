"""Signed certificates a second, beside the same sheets signed by stock pyHanko: the key from its file, the room measured anew."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.measure import interleaved
from infra.bench.rows import Bench, NotHere, Row

SHEETS = 20
ROUNDS = 7
LINK = "https://learn.example/verify/#" + "A" * 240


def measure(bench: Bench) -> list[Finding]:
    from django.conf import settings

    from infra.embedded import paper_key

    if shutil.which("pdfsig") is None:
        raise NotHere("pdfsig judges the signatures: install poppler-utils")
    pem = paper_key.make()
    if not settings.configured:
        settings.configure()
    settings.PAPER_KEY, settings.PAPER_PKCS11 = pem, {}
    count = 3 if bench.short else SHEETS
    with tempfile.TemporaryDirectory() as folder:
        files = _key_files(pem, Path(folder))
        ways: dict[str, Callable[[], float]] = {
            "stock": lambda: _rate(count, lambda sheet: _stock(sheet, files)),
            "ours": lambda: _rate(count, _ours),
        }
        taken = interleaved(ways, rounds=bench.rounds(ROUNDS), say=bench.say)
        wrong = tuple(_wrong(_ours(a_sheet(number))) for number in range(count))
    return [
        Finding(
            path="signed certificates ÷ the same by stock pyHanko",
            unit="papers/s",
            ours=Samples("drawn, QR code, PAdES with RSA-3072", taken["ours"].values),
            peer=Samples("the same sheet; SimpleSigner.load and sign_pdf", taken["stock"].values),
            bars=(Bar("ours/peer", at_least=4, aim=10),),
            notes=(
                "drawing is the same code on both sides; every paper of ours was accepted by pyHanko and by pdfsig",
            ),
            wrong=tuple(one for one in wrong if one),
        )
    ]


def a_sheet(number: int) -> bytes:
    """Return an unsigned certificate of nobody."""
    from lms.certificates.domain.facts import CertificateFacts, HoursFact
    from lms.certificates.pdf import certificate

    hours = tuple(HoursFact(str(n), name, "16") for n, name in enumerate(("通用知识", "专业知识", "直播", "自主学习")))
    facts = CertificateFacts(
        f"BENCH-{number:08d}", "王小明", "5001**********1234", "", "site_civil", "土建施工员", "500000", "重庆市",
        date(2026, 5, 9), date(2026, 5, 9), date(2028, 5, 8), hours, "chongqing 3", "", "测试发证系统",
    )  # fmt: skip
    return certificate.draw(facts, version=1, link=LINK)


def _ours(sheet: bytes) -> bytes:
    from lms.certificates.pdf import signing

    return signing.sign(sheet)


def _stock(sheet: bytes, files: tuple[str, str]) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    signer = signers.SimpleSigner.load(*files)  # type: ignore[no-untyped-call]  # untyped in the library
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    out = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(sheet)), metadata, signer=signer)
    return bytes(out.getvalue())


def _rate(count: int, sign: Callable[[bytes], bytes]) -> float:
    began = time.perf_counter()
    for number in range(count):
        sign(a_sheet(number))
    return count / (time.perf_counter() - began)


def _key_files(pem: str, folder: Path) -> tuple[str, str]:
    key, mark, certificate = pem.partition("-----BEGIN CERTIFICATE-----")
    (folder / "key.pem").write_text(key, encoding="ascii")
    (folder / "certificate.pem").write_text(mark + certificate, encoding="ascii")
    return str(folder / "key.pem"), str(folder / "certificate.pem")


def _wrong(paper: bytes) -> str:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    signature = PdfFileReader(BytesIO(paper)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, context)
    if not (status.intact and status.valid):
        return "a signature was not accepted by pyHanko"
    return "" if "Signature is Valid" in _said_by_poppler(paper) else "a signature was not accepted by pdfsig"


def _said_by_poppler(paper: bytes) -> str:
    """What another library says of it."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(paper)
        file.flush()
        told = subprocess.run(["pdfsig", "-nocert", file.name], capture_output=True, text=True, timeout=60, check=False)
    return told.stdout


ROW = Row("paper", "signed certificates ÷ the same by stock pyHanko", measure)
