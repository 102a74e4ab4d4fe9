"""Signing a finished sheet: PAdES-B (ETSI EN 319 142-1), SHA-256, with the installation's key from a file or a PKCS#11 token.

What stock use of the library does at each signature is done once a process here: the key is parsed, the certificate chain
read, and the room for the signature measured.
"""

import asyncio
from functools import cache
from io import BytesIO
from threading import Lock

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Signature"
_making = Lock()
SPARE_BYTES = 64  # a signature may be some bytes longer than the first: ASN.1 drops leading zeros


class NoSigningKey(RuntimeError):
    """This installation has no key for paper (LMS_PAPER_KEY, or the PKCS#11 settings)."""


class KeptKeySigner(signers.Signer):
    """A signer with an RSA key that was parsed and checked once. pem: the key, its certificate, then the chain upwards."""

    def __init__(self, pem: bytes) -> None:
        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, RSAPrivateKey):
            raise NoSigningKey("an RSA key is needed")
        own, *others = (translate_pyca_cryptography_cert_to_asn1(one) for one in load_pem_x509_certificates(pem))
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # untyped in the library
        store.register_multiple(others)
        self.key = key
        super().__init__(signing_cert=own, cert_registry=store, embed_roots=True)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self.key.key_size // 8)
        return self.key.sign(data, PKCS1v15(), {"sha256": hashes.SHA256()}[digest_algorithm])


def signer() -> signers.Signer:
    """Return the signer of this installation, one for all threads. Raises NoSigningKey."""
    with _making:  # a token is opened once: a second session that logs in is refused
        return made_signer()


@cache
def made_signer() -> signers.Signer:
    if settings.PAPER_PKCS11:
        from lms.certificates.pdf.token import TokenSigner

        return TokenSigner(settings.PAPER_PKCS11)
    if not settings.PAPER_KEY:
        raise NoSigningKey
    return KeptKeySigner(settings.PAPER_KEY.encode())


@cache
def room_bytes() -> int:
    """Return how many bytes a signature needs in the file, measured once by signing something."""
    size = asyncio.run(
        signer().async_sign(data_digest=bytes(32), digest_algorithm="sha256", dry_run=True, use_pades=True)
    )
    return 2 * (len(size.dump()) + SPARE_BYTES)


def sign(sheet: bytes) -> bytes:
    """Return the sheet with one signature over all of it. Raises NoSigningKey."""
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason="由签发系统签名，改动即失效",
        embed_validation_info=False,
    )
    writer = IncrementalPdfFileWriter(BytesIO(sheet))
    out = signers.PdfSigner(metadata, signer=signer()).sign_pdf(writer, bytes_reserved=room_bytes())
    return bytes(out.getvalue())
