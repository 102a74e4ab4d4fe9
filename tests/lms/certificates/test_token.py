"""A paper signed by a token: the key never leaves it, threads take turns, a lost session is opened again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pkcs11.exceptions import PinIncorrect
from pytest_django import Settings

from infra.bench.paper import a_sheet
from lms.certificates.pdf import signing
from lms.certificates.pdf.token import TokenSigner
from tests.lms.certificates import paper, soft_token
from tests.lms.certificates.test_papers import verdict

pytestmark = pytest.mark.skipif(
    not soft_token.module(), reason="no libsoftokn3 (Debian: libnss3, which Chromium brings)"
)


def forget() -> None:
    signing.made_signer.cache_clear()
    signing.room_bytes.cache_clear()


@pytest.fixture
def token(settings: Settings, tmp_path: Path) -> Iterator[None]:
    with soft_token.token_with(paper.pem(), tmp_path) as told:
        settings.PAPER_KEY, settings.PAPER_PKCS11 = "", told
        forget()
        yield
        forget()


def test_a_token_signs_what_others_accept(token: None) -> None:
    assert isinstance(signing.signer(), TokenSigner)
    assert verdict(signing.sign(a_sheet(1))) == (True, True)


def test_threads_take_turns_at_the_token(token: None) -> None:
    sheets = [a_sheet(number) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        signed = list(pool.map(signing.sign, sheets))
    assert [verdict(one) for one in signed] == [(True, True)] * len(sheets)


def test_a_lost_session_is_opened_again(token: None) -> None:
    signing.sign(a_sheet(1))
    signer = signing.signer()
    assert isinstance(signer, TokenSigner)
    signer.pkcs11_session.close()
    assert verdict(signing.sign(a_sheet(2))) == (True, True)


def test_a_wrong_pin_signs_nothing(token: None, settings: Settings) -> None:
    settings.PAPER_PKCS11 = {**settings.PAPER_PKCS11, "pin": "another"}
    with pytest.raises(PinIncorrect):
        signing.sign(a_sheet(1))
