"""A software token to sign with: that of NSS, which every Chromium on Debian brings (libsoftokn3), with a folder for its keys.

It wants the folder when it is initialised, and the wrapper has no words for that: so the pointer in its table of functions
is turned to one that has. Nothing else is between us and the token.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate

TOKEN, LABEL, PIN = "NSS Certificate DB", "paper", "a-pin-of-tests"
_OS_LOCKING = 2


class _Arguments(ctypes.Structure):
    """CK_C_INITIALIZE_ARGS, with the place that NSS has for its parameters."""

    _fields_ = (
        ("mutexes", ctypes.c_void_p * 4),
        ("flags", ctypes.c_ulong),
        ("parameters", ctypes.c_char_p),
        ("reserved", ctypes.c_void_p),
    )


class _Functions(ctypes.Structure):
    """The beginning of CK_FUNCTION_LIST."""

    _fields_ = (("version", ctypes.c_ubyte * 2), ("initialize", ctypes.c_void_p))


_Initialize = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)


@cache
def module() -> str:
    """Return where the module is; "" for nowhere."""
    places = [*Path("/usr/lib").glob("*/libsoftokn3.so"), *Path("/usr/lib").glob("*/nss/libsoftokn3.so")]
    return str(places[0]) if places else ""


@contextmanager
def token_with(pem: str, folder: Path) -> Iterator[dict[str, str]]:
    """A token that holds this key and its certificate; yields the settings for it."""
    library = ctypes.CDLL(module())
    table = ctypes.POINTER(_Functions)()
    library.C_GetFunctionList.argtypes = [ctypes.POINTER(ctypes.POINTER(_Functions))]
    assert library.C_GetFunctionList(ctypes.byref(table)) == 0
    told = f"configdir='sql:{folder}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=noModDB"
    arguments = _Arguments(flags=_OS_LOCKING, parameters=told.encode())
    before = table.contents.initialize
    real = _Initialize(before)
    ours = _Initialize(lambda _nothing: real(ctypes.addressof(arguments)))
    table.contents.initialize = ctypes.cast(ours, ctypes.c_void_p).value
    try:
        _fill(pem)
        yield {"module": module(), "token": TOKEN, "label": LABEL, "pin": PIN}
    finally:
        pkcs11.unload(module())
        table.contents.initialize = before


def _fill(pem: str) -> None:
    token = next(slot.get_token() for slot in pkcs11.lib(module()).get_slots() if slot.get_token().label == TOKEN)
    with token.open(rw=True, so_pin="") as session:
        session.init_pin(PIN)
    key, mark, certificate = pem.partition("-----BEGIN CERTIFICATE-----")
    kept = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: LABEL, pkcs11.Attribute.ID: b"1"}
    private = load_pem_private_key(key.encode(), None)
    plain = private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = load_pem_x509_certificate((mark + certificate).encode()).public_bytes(Encoding.DER)
    secret = {pkcs11.Attribute.PRIVATE: True, pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
    with token.open(rw=True, user_pin=PIN) as session:
        session.create_object({**decode_rsa_private_key(plain), **kept, **secret})
        session.create_object({**decode_x509_certificate(public), **kept})
