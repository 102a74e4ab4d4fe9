"""What a stranger does with a paper: has the signature checked, and points a camera at the code."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page, expect
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

SQUARES = re.compile(r"(\d+) (\d+) (\d+) 1 re")
CODE = re.compile(r"(?:\d+ \d+ \d+ 1 re ?)+")
SCALE = 8  # pixels a square


def download(page: Page, *, version: int | None = None) -> bytes:
    """Return the newest paper of the first certificate on the page, or one version of it."""
    page.goto("/certificates/")
    ending = f"/{version}.pdf" if version else ".pdf"
    link = page.locator(f"main a[href$='{ending}']").first
    expect(link).to_be_visible()
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.ok
    return answer.body()


def check_signature(data: bytes, folder: Path) -> None:
    """Let others say that the file is unchanged: poppler where it is installed, pyHanko everywhere."""
    with ThreadPoolExecutor(1) as aside:  # pyHanko wants a loop of its own, and this thread has the browser's
        assert aside.submit(_verdict, data).result() == (True, True)
    if program := shutil.which("pdfsig"):
        file = folder / "paper.pdf"
        file.write_bytes(data)
        told = subprocess.run([program, "-nocert", str(file)], capture_output=True, text=True, timeout=60, check=False)
        assert "Signature is Valid" in told.stdout


def _verdict(data: bytes) -> tuple[bool, bool]:
    signature = PdfFileReader(BytesIO(data)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, context)
    return status.intact, status.valid


def code_on(data: bytes) -> str:
    """Return what the QR code of a paper says: its squares are painted as they stand in the file, and read off the picture."""
    (page,) = PdfFileReader(BytesIO(data)).root["/Pages"]["/Kids"]
    drawn = page.get_object()["/Contents"].data.decode("latin-1")
    (code,) = [found for found in CODE.findall(drawn)]
    squares = [tuple(int(figure) for figure in found) for found in SQUARES.findall(code)]
    across = 2 + max(along + run for along, _down, run in squares)
    picture = np.full((across * SCALE,) * 2, 255, np.uint8)
    for along, down, run in squares:
        picture[down * SCALE : (down + 1) * SCALE, along * SCALE : (along + run) * SCALE] = 0
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert re.match(r"https?://.+/verify/#.+\..+", text), text
    return text
