"""A signer whose key never leaves a PKCS#11 token. Imported only where the settings name one."""

from collections.abc import Mapping
from contextlib import suppress
from threading import Lock

from pkcs11 import Session
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session


class TokenSigner(PKCS11Signer):
    """A session does one thing at a time, and a process has one: threads take turns.

    A session that was lost (the token was pulled out, the module's server restarted) is opened again once.
    """

    def __init__(self, options: Mapping[str, str]) -> None:
        self.options, self.turn = dict(options), Lock()
        super().__init__(self._session(), cert_label=options["label"], key_label=options["label"])
        # Now and here: the library would load them within an event loop, of which every signature has one of its own.
        self._load_objects()  # type: ignore[no-untyped-call]  # untyped in the library

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        with self.turn:
            try:
                return await super().async_sign_raw(data, digest_algorithm, dry_run)
            except PKCS11Error:
                with suppress(PKCS11Error):  # one that is lost cannot be closed; one that lives would refuse the next
                    self.pkcs11_session.close()
                self.pkcs11_session, self._loaded = self._session(), False
                self._load_objects()  # type: ignore[no-untyped-call]  # as above
                return await super().async_sign_raw(data, digest_algorithm, dry_run)

    def _session(self) -> Session:
        criteria = TokenCriteria(label=self.options["token"])
        return open_pkcs11_session(self.options["module"], token_criteria=criteria, user_pin=self.options["pin"])
